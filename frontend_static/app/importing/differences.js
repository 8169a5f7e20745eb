/** What a file would change: how many rows of which table, which fields, and some rows with what was and what is to be. */

import { html, nothing } from "lit"
import { formatCount, formatLength } from "../language/format.js"
import { store, text } from "../shell/page_store.js"

/** @import {Part, Report} from "./upload.js" */

/** @param {Report} report */
export function counts({ rows, quarantined, main }) {
  const { language } = store.state
  if (!main) return nothing
  const facts = /** @type {const} */ ([
    ["rows", rows],
    ["new", main.new],
    ["changed", main.changed],
    ["unchanged", main.unchanged],
    ["quarantined", quarantined],
  ])
  return html`<dl class="import-counts">
    ${facts.map(([name, count]) => html`<div data-count=${name} ?data-some=${count > 0}><dt>${text(`import.count.${name}`)}</dt><dd>${formatCount(count, language)}</dd></div>`)}
  </dl>`
}

/** @param {Part} part */
export function differences(part) {
  const { language } = store.state
  const { label, changed_fields: fields, examples, gone, farthest_move_m: move } = part
  return html`<section class="import-part">
    <h3>${text("import.part", { label, new: formatCount(part.new, language), changed: formatCount(part.changed, language), unchanged: formatCount(part.unchanged, language) })}</h3>
    ${gone ? html`<p class="muted">${text("import.gone", { count: formatCount(gone, language) })}</p>` : nothing}
    ${move ? html`<p>${text("import.move", { length: formatLength(move, language) })}</p>` : nothing}
    ${fields.length > 0 ? html`<p>${text("import.changedFields")} ${fields.map(({ field, rows }) => html`<span class="tag">${field} ${formatCount(rows, language)}</span> `)}</p>` : nothing}
    ${examples.length > 0
      ? html`<table class="table import-examples">
          <caption class="muted">${text("import.examples", { count: examples.length })}</caption>
          <thead><tr><th scope="col">${text("import.row")}</th><th scope="col">${text("import.field")}</th><th scope="col">${text("import.old")}</th><th scope="col">${text("import.toBe")}</th></tr></thead>
          <tbody>
            ${examples.map(({ source_id: id, name, changes }) =>
              changes.map(
                (change, nth) => html`<tr>
                  ${nth === 0 ? html`<th scope="row" rowspan=${changes.length}>${name} <span class="muted">${id}</span></th>` : nothing}
                  <td>${change.field}</td><td class="import-old">${change.old || text("import.empty")}</td><td><b>${change.new || text("import.empty")}</b></td>
                </tr>`,
              ),
            )}
          </tbody>
        </table>`
      : nothing}
  </section>`
}
