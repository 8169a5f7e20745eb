/** One risk event, folded to a line: what may happen, how it was assessed, by whom, and what is done against it. */

import { html, nothing } from "lit"
import { gradeBadge } from "../grades/badge.js"
import { gradeOf } from "../grades/vocabulary.js"
import { formatDay, formatMoment } from "../language/format.js"
import { domain, store, text } from "../shell/page_store.js"
import { assessmentCard } from "./assessment.js"
import { byKind } from "./explanation.js"
import { reviewDue } from "./review.js"

/** @import {TemplateResult} from "lit" */
/** @import {Measure, RiskEvent} from "./explanation.js" */

/**
 * @param {RiskEvent} event
 * @param {boolean} isOpen
 */
export function eventCard(event, isOpen) {
  const { language } = store.state
  const { vocabulary } = domain()
  const { name, grade, point, is_overdue, inherent, residual } = event
  return html`
    <details class="event" ?open=${isOpen}>
      <summary>
        ${gradeBadge(vocabulary, grade)}
        <span class="event-name">
          ${name}<span class="visually-hidden">（${gradeOf(vocabulary, grade)[language]}）</span>
          <span class="event-point">${point.name} · ${point.kind[language]}</span>
        </span>
        ${is_overdue ? html`<span class="overdue">${text("explanation.overdue")}</span>` : nothing}
      </summary>
      <div class="event-body">
        ${about(event)}
        ${inherent
          ? assessmentCard("explanation.inherent", inherent)
          : html`<p class="muted">${text("explanation.notAssessed")}</p>`}
        ${residual ? assessmentCard("explanation.residual", residual) : nothing} ${assessed(event)} ${measures(event.measures)}
        <p class="record-age">
          ${text("explanation.updated", { moment: formatMoment(event.updated_at, language), source: event.source })}
        </p>
      </div>
    </details>
  `
}

/** What is registered of it; what is not stays out, or the chain would be long and say little. @param {RiskEvent} event */
function about({ hazard_source, accident_type, accident_edition, consequence, control_level, department, person }) {
  const { language } = store.state
  const answers = [control_level?.[language], department, person].filter(Boolean).join(" · ")
  /** @type {[string, string | null | undefined][]} */
  const lines = [
    ["explanation.hazardSource", hazard_source],
    ["explanation.accidentType", accident_type && [accident_type[language], accident_edition].filter(Boolean).join(" · ")],
    ["explanation.consequence", consequence],
    ["explanation.answers", answers],
  ]
  return lineList(lines)
}

/** @param {RiskEvent} event */
function assessed({ assessed_by, assessed_on, review_due, is_overdue }) {
  const { language } = store.state
  const when = assessed_on && formatDay(assessed_on, language)
  return lineList([
    ["explanation.assessed", [assessed_by, when].filter(Boolean).join(" · ")],
    ["explanation.reviewDue", review_due && reviewDue(review_due, is_overdue)],
  ])
}

/** @param {[string, TemplateResult | string | null | undefined][]} lines */
function lineList(lines) {
  const known = lines.filter(([, value]) => value)
  if (known.length === 0) return nothing
  return html`<dl class="facts">${known.map(([key, value]) => html`<dt>${text(key)}</dt><dd>${value}</dd>`)}</dl>`
}

/** @param {Measure[]} all */
function measures(all) {
  if (all.length === 0) return html`<p class="explanation-gap">${text("explanation.noMeasures")}</p>`
  const { language } = store.state
  return html`
    <details class="measures">
      <summary>${text("explanation.measures", { count: all.length })}</summary>
      ${byKind(all).map(
        ({ kind, measures }) => html`
          <h6>${kind[language]}</h6>
          <ul>
            ${measures.map(measure)}
          </ul>
        `,
      )}
    </details>
  `
}

/** @param {Measure} measure */
function measure({ description, class_1, class_2, class_3, check_content }) {
  const { language } = store.state
  const classes = [class_1?.[language], class_2?.[language], class_3].filter(Boolean).join(" / ")
  return html`<li>
    ${description}
    ${classes ? html`<span class="muted">${classes}</span>` : nothing}
    ${check_content ? html`<span class="muted">${text("explanation.check", { what: check_content })}</span>` : nothing}
  </li>`
}
