/** The head of an explanation: both risks side by side, the sentence, and what was declared against what follows. */

import { html, nothing } from "lit"
import { gradeBadge } from "../grades/badge.js"
import { gradeOf } from "../grades/vocabulary.js"
import { icon } from "../shell/icons.js"
import { domain, store, text } from "../shell/page_store.js"
import { reviewDue } from "./review.js"

/** @import {Explanation} from "./explanation.js" */
/** @import {FeatureLayer} from "../shell/state.js" */

/**
 * @param {FeatureLayer} layer
 * @param {Explanation} explanation
 */
export function summary(layer, explanation) {
  const { language } = store.state
  const { grade, residual_grade, grade_basis, sentence, residual_sentence, review_due, is_overdue } = explanation
  const isResidual = grade_basis === "residual"
  return html`
    <div class="both-risks">
      ${risk("explanation.inherent", grade, !isResidual)} ${risk("explanation.residual", residual_grade, isResidual)}
    </div>
    <p class="reason">${(isResidual ? residual_sentence : sentence)[language]}</p>
    ${grounds(layer, explanation)}
    ${review_due
      ? html`<dl class="facts"><dt>${text("explanation.reviewDue")}</dt><dd>${reviewDue(review_due, is_overdue)}</dd></dl>`
      : nothing}
  `
}

/**
 * @param {string} key
 * @param {number | null} grade
 * @param {boolean} isColour Whether the map shows it.
 */
function risk(key, grade, isColour) {
  const { vocabulary } = domain()
  return html`
    <div class="one-risk" data-grade=${grade ?? "null"}>
      <span class="one-risk-name">${text(key)}</span>
      <span class="one-risk-grade">${gradeBadge(vocabulary, grade)} <b>${gradeOf(vocabulary, grade)[store.state.language]}</b></span>
      ${isColour ? html`<span class="one-risk-note">${text("explanation.onMap")}</span>` : nothing}
    </div>
  `
}

/**
 * The two grades of which the worse counts; said only where there are two, for the sentence says the rest.
 * @param {FeatureLayer} layer
 * @param {Explanation} explanation
 */
function grounds(layer, { declared, derived, decided_by }) {
  if (declared.grade === null || derived.grade === null) return nothing
  const isBoth = decided_by === "both"
  return html`
    <ul class="grounds">
      ${ground(text(`explanation.derived.${layer}`), derived.grade, isBoth || decided_by === "parts")}
      ${ground(text("explanation.bySource", { source: declared.source }), declared.grade, isBoth || decided_by === "declared")}
    </ul>
  `
}

/**
 * @param {string} words
 * @param {number} grade
 * @param {boolean} decides
 */
function ground(words, grade, decides) {
  return html`<li class=${decides ? "decides" : ""}>
    ${gradeBadge(domain().vocabulary, grade)} <span>${words}</span>
    ${decides ? html`<b>${icon("check")}${text("explanation.decides")}</b>` : nothing}
  </li>`
}
