/** The chain behind a grade: from a zone to the events that decide it, from an enterprise to its zones and theirs. */

import { html, nothing } from "lit"
import { gradeBadge } from "../grades/badge.js"
import { gradeOf } from "../grades/vocabulary.js"
import { icon } from "../shell/icons.js"
import { domain, store, text } from "../shell/page_store.js"
import { eventCard } from "./event_card.js"
import "./event_list.js"
import { responsiblePeople } from "./people.js"

/** @import {DecidingZone, EnterpriseExplanation, RiskEvent, ZoneExplanation} from "./explanation.js" */

/** @param {ZoneExplanation} zone */
export function zoneChain(zone) {
  const total = Object.values(zone.events).reduce((sum, count) => sum + count, 0)
  return html`
    ${decidingEvents(zone.deciding, zone.deciding_total, true)}
    ${total > zone.deciding.length
      ? html`<riskmap-events .zone=${zone.id} .total=${total} .counts=${zone.events}></riskmap-events>`
      : nothing}
    ${responsiblePeople(text("explanation.people"), zone.people, zone.missing_levels)}
  `
}

/**
 * @param {RiskEvent[]} events
 * @param {number} total
 * @param {boolean} isFirstOpen
 */
function decidingEvents(events, total, isFirstOpen) {
  if (events.length === 0) return nothing
  return html`
    <section class="chain">
      <h4>${text("explanation.decidingEvents", { count: total })}</h4>
      ${events.map((event, index) => eventCard(event, isFirstOpen && index === 0))}
      ${total > events.length ? html`<p class="chain-more">${text("explanation.moreEvents", { count: total - events.length })}</p>` : nothing}
    </section>
  `
}

/**
 * @param {EnterpriseExplanation} enterprise
 * @param {{isLoading: boolean, more: () => void}} paging
 */
export function enterpriseChain({ deciding, deciding_total, contacts }, { isLoading, more }) {
  const left = deciding_total - deciding.length
  return html`
    ${deciding.length === 0
      ? nothing
      : html`<section class="chain">
          <h4>${deciding_total > 0 ? text("explanation.decidingZones", { count: deciding_total }) : text("explanation.ungradedZones")}</h4>
          ${deciding.map((zone, index) => decidingZone(zone, index === 0))}
          ${left > 0
            ? html`<button type="button" class="text-button chain-more" ?disabled=${isLoading} @click=${more}>
                ${text(isLoading ? "details.loading" : "explanation.moreZones", { count: left })}
              </button>`
            : nothing}
        </section>`}
    ${responsiblePeople(text("explanation.contacts"), contacts, null)}
  `
}

/**
 * @param {DecidingZone} zone
 * @param {boolean} isOpen
 */
function decidingZone(zone, isOpen) {
  const { vocabulary } = domain()
  const { id, name, kind, floor, grade } = zone
  const open = () => store.set({ selection: { layer: "zones", id }, choices: [] })
  return html`
    <details class="deciding-zone" ?open=${isOpen}>
      <summary>
        ${gradeBadge(vocabulary, grade)}
        <span class="event-name">
          ${name}<span class="visually-hidden">（${gradeOf(vocabulary, grade)[store.state.language]}）</span>
          <span class="event-point">${[kind, floor].filter(Boolean).join(" · ")}</span>
        </span>
      </summary>
      <div class="deciding-zone-body">
        <button type="button" class="row-button open-zone" @click=${open}>
          ${icon("target")} <span class="row-name">${text("explanation.openZone")}</span>
        </button>
        ${decidingEvents(zone.deciding, zone.deciding_total, isOpen)}
        ${responsiblePeople(text("explanation.people"), zone.people, zone.missing_levels)}
      </div>
    </details>
  `
}
