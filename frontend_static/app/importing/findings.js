/** The rows that cannot be imported: by cause, and one by one with the place in the file. */

import { html, nothing } from "lit"
import { formatCount } from "../language/format.js"
import { icon } from "../shell/icons.js"
import { store, text } from "../shell/page_store.js"
import { searchBox } from "../submissions/list_parts.js"
import { findingsWith } from "./upload.js"

/** @import {Upload} from "./upload.js" */

/** More lines at once would only make the page slow; the filter and the workbook hold the others. */
const MOST_LINES = 200

/**
 * @param {Upload} upload
 * @param {string} words
 * @param {(words: string) => void} onWords
 */
export function findings(upload, words, onWords) {
  const { report } = upload
  if (!report || report.findings_total === 0) return nothing
  const { language } = store.state
  const found = findingsWith(report.findings, words)
  const isCut = report.findings_total > report.findings.length || found.length > MOST_LINES
  return html`<section class="import-findings">
    <div class="toolbar">
      <h3>${text("import.findings", { rows: formatCount(report.quarantined, language), count: formatCount(report.findings_total, language) })}</h3>
      <span class="toolbar-gap"></span>
      ${searchBox(text("import.filter"), words, onWords)}
      ${upload.has_rejected ? html`<a class="button" href="/api/v1/imports/${upload.id}/rejected.xlsx" download>${icon("download")} ${text("import.rejected")}</a>` : nothing}
    </div>
    <ul class="import-causes">
      ${report.causes.slice(0, 8).map(
        ({ field, value, reason, rows }) => html`<li><button type="button" class="text-button" @click=${() => onWords([field, value, reason].filter(Boolean).join(" "))}>${field ? html`${field}${value ? ` ${value}` : ""}: ` : nothing}${reason}</button> <span class="muted">${text("import.causeRows", { count: formatCount(rows, language) })}</span></li>`,
      )}
    </ul>
    ${found.length === 0
      ? html`<p class="nothing" role="status">${text("import.noneFound")}</p>`
      : html`<div class="table-scroll"><table class="table findings-table">
          <thead><tr>
            <th scope="col" class="number">${text("import.row")}</th><th scope="col">${text("import.column")}</th><th scope="col">${text("import.field")}</th>
            <th scope="col">${text("import.value")}</th><th scope="col">${text("import.reason")}</th>
          </tr></thead>
          <tbody>
            ${found.slice(0, MOST_LINES).map(
              ({ row, column, field, value, reason, hint }) => html`<tr>
                <td class="number">${row}</td><td>${column}</td><td>${field}</td><td class="import-value">${value}</td><td>${reason}${hint ? html`<span class="row-remark">${hint}</span>` : nothing}</td>
              </tr>`,
            )}
          </tbody>
        </table></div>`}
    ${isCut ? html`<p class="muted">${text("import.cut", { shown: formatCount(Math.min(found.length, MOST_LINES), language), total: formatCount(report.findings_total, language) })}</p>` : nothing}
  </section>`
}
