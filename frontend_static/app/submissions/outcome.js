/** What publishing would do, as a check has found: faults, notices, grades before and after, and what would be lowered. */

import { html, nothing } from "lit"
import { gradeBadge } from "../grades/badge.js"
import { gradeOf } from "../grades/vocabulary.js"
import { formatArea } from "../language/format.js"
import { domain, store, text } from "../shell/page_store.js"
import { icon } from "../shell/icons.js"

/** @import {Fault} from "./faults.js" */
/** @import {GradesOf, Lowering} from "./submission.js" */

/** How many grades are told before "and others". */
const TOLD = 12

/** @param {number | null} code */
export function gradeWord(code) {
  const { vocabulary } = domain()
  return html`<span class="grade-word">${gradeBadge(vocabulary, code)} ${gradeOf(vocabulary, code)[store.state.language]}</span>`
}

/** @param {readonly GradesOf[]} grades */
export function gradesTable(grades) {
  if (grades.length === 0) return html`<p class="muted">${text("outcome.sameGrades")}</p>`
  return html`<table class="grades-table">
    <thead>
      <tr><th scope="col">${text("outcome.of")}</th><th scope="col">${text("outcome.inherent")}</th><th scope="col">${text("outcome.residual")}</th></tr>
    </thead>
    <tbody>
      ${grades.slice(0, TOLD).map(
        row => html`<tr data-kind=${row.kind}>
          <th scope="row">${row.name} ${row.is_new ? html`<span class="tag">${text("rowState.new")}</span>` : row.is_gone ? html`<span class="tag">${text("rowState.deleted")}</span>` : nothing}</th>
          <td>${fromTo(row.before, row.after, row)}</td>
          <td>${fromTo(row.residual_before, row.residual_after, row)}</td>
        </tr>`,
      )}
    </tbody>
  </table>
  ${grades.length > TOLD ? html`<p class="muted">${text("outcome.more", { count: grades.length - TOLD })}</p>` : nothing}`
}

/**
 * @param {number | null} before
 * @param {number | null} after
 * @param {{is_new: boolean, is_gone: boolean}} row
 */
function fromTo(before, after, { is_new, is_gone }) {
  if (is_new) return gradeWord(after)
  if (is_gone) return html`<del>${gradeWord(before)}</del>`
  if (before === after) return html`${gradeWord(after)} <span class="muted">${text("outcome.unchanged")}</span>`
  return html`${gradeWord(before)} <span class="arrow" aria-label=${text("outcome.becomes")}>→</span> ${gradeWord(after)}`
}

/**
 * What would be lowered, framed in the colour of the worst grade: this is about risk.
 * @param {readonly Lowering[]} lowered
 * @param {unknown} inside What stands below the list: the reason, or the evidence.
 */
export function loweringBox(lowered, inside = nothing) {
  const { vocabulary } = domain()
  const { stroke } = gradeOf(vocabulary, 1)
  return html`<section class="lowering-box" style="--lowering:${stroke}" role="group" aria-label=${text("lowering.title")}>
    <h3>${icon("warning")} ${text("lowering.title")}</h3>
    <p>${text("lowering.lead")}</p>
    <ul>
      ${lowered.map(each => html`<li><b>${each.zone?.name ?? text("lowering.enterprise")}</b> ${each.way[store.state.language]} ${gradeWord(each.from_grade)} → ${each.to_grade === null && each.way.code === "deletion" ? text("lowering.gone") : gradeWord(each.to_grade)} ${each.lost_m2 ? html`<span class="muted">${text("lowering.lost", { area: formatArea(each.lost_m2, store.state.language) })}</span>` : nothing}</li>`)}
    </ul>
    ${inside}
  </section>`
}

/**
 * @param {readonly Fault[]} faults
 * @param {(key: string) => string} nameOf
 * @param {(fault: Fault) => string} labelOf
 * @param {(fault: Fault) => void} open
 */
export function faultList(faults, nameOf, labelOf, open) {
  return html`<ol class="fault-list">
    ${faults.map(
      fault => html`<li>
        <button type="button" class="fault-link" @click=${() => open(fault)}>
          <b>${[fault.key ? nameOf(fault.key) : "", labelOf(fault)].filter(Boolean).join(" › ")}</b>
          <span>${fault.reason}</span>
          ${fault.hint ? html`<span class="muted">${fault.hint}</span>` : nothing}
        </button>
      </li>`,
    )}
  </ol>`
}
