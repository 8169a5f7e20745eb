/** What publishing a draft would do, above the form: faults with their whole path, or the grades and what would be lowered. */

import { html, nothing } from "lit"
import { icon } from "../shell/icons.js"
import { text } from "../shell/page_store.js"
import { labelOf, pathOf } from "./fault_path.js"
import { faultList, gradesTable, loweringBox } from "./outcome.js"

/** @import {Row} from "./draft.js" */
/** @import {Fault} from "./faults.js" */
/** @import {Outcome} from "./submission.js" */

/**
 * @typedef {object} Shown
 * @property {Outcome} outcome
 * @property {readonly Row[]} rows
 * @property {readonly Fault[]} faults
 * @property {readonly Fault[]} notices
 * @property {boolean} isStale Whether something was written since.
 * @property {string | null} reason For lowering.
 * @property {boolean} isReasonMissing
 * @property {(reason: string | null) => void} write
 * @property {(fault: Fault) => void} open
 * @property {() => void} close
 */

/** @param {Shown} shown */
export function draftOutcome(shown) {
  const { outcome, rows, faults, notices, isStale, reason, open, close } = shown
  const nameOf = (/** @type {string} */ key) => pathOf(rows, key)
  const heading = faults.length > 0 ? text("outcome.faults", { count: faults.length }) : text(outcome.lowered.length > 0 && !reason ? "outcome.needsReason" : "outcome.sound")
  return html`<section class="outcome" aria-label=${text("outcome.title")} tabindex="-1">
    <header class="outcome-head">
      <h2>${heading}</h2>
      ${isStale ? html`<span class="muted">${text("outcome.stale")}</span>` : nothing}
      <span class="toolbar-gap"></span>
      <button type="button" class="icon-button" aria-label=${text("action.close")} @click=${close}>${icon("close")}</button>
    </header>
    ${faults.length > 0
      ? faultList(faults, nameOf, labelOf, open)
      : html`<div class="outcome-parts">
          <div>
            <h3>${text("outcome.grades")}</h3>
            ${gradesTable(outcome.grades)}
          </div>
          ${outcome.lowered.length > 0 || reason ? lowering(shown) : nothing}
        </div>`}
    ${notices.length > 0
      ? html`<h3>${text("outcome.notices", { count: notices.length })}</h3>
          ${faultList(notices, nameOf, labelOf, open)}`
      : nothing}
  </section>`
}

/** @param {Shown} shown */
function lowering({ outcome, reason, isReasonMissing, write }) {
  const fault = isReasonMissing ? text("lowering.reasonMissing") : null
  return loweringBox(
    outcome.lowered,
    html`<div class="field">
      <label for="field-reason">${text("lowering.reason")}<span class="required">*</span></label>
      <textarea
        id="field-reason"
        name="reason"
        rows="3"
        maxlength="2000"
        aria-invalid=${fault ? "true" : nothing}
        aria-describedby="field-reason-hint field-reason-fault"
        .value=${reason ?? ""}
        @input=${(/** @type {Event} */ event) => write(/** @type {HTMLTextAreaElement} */ (event.target).value || null)}
      ></textarea>
      <p class="field-hint" id="field-reason-hint">${text("lowering.reasonHint")}</p>
      <p class="field-fault" id="field-reason-fault" aria-live="polite">${fault}</p>
    </div>`,
  )
}
