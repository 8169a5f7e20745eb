/** What the panel says of a zone: the enterprise it belongs to, then its measures. */

import { html } from "lit"
import { factList } from "../details/fact_list.js"
import { gradeBadge } from "../grades/badge.js"
import { formatArea, formatLength } from "../language/format.js"
import { domain, store, text } from "../shell/page_store.js"

/** @import {ZoneFacts} from "../details/facts.js" */

/** @param {ZoneFacts} facts */
export function zoneDetails({ enterprise, kind, floor, area_m2, perimeter_m }) {
  const { language } = store.state
  return html`
    ${owner(enterprise)}
    ${factList([
      ["fact.zoneKind", kind],
      ["fact.floor", floor],
      ["fact.area", formatArea(area_m2, language)],
      ["fact.perimeter", formatLength(perimeter_m, language)],
    ])}
  `
}

/**
 * The way to the enterprise; of one beyond the reader's territory, whose zone reaches into it, only the name.
 * @param {ZoneFacts["enterprise"]} enterprise
 */
function owner({ id, name, grade }) {
  const words = html`
    ${gradeBadge(domain().vocabulary, grade)}
    <span class="row-name">${name}</span>
    <span class="row-detail">${text(id === null ? "zone.foreignOwner" : "zone.owner")}</span>
  `
  if (id === null) return html`<p class="row-button owner">${words}</p>`
  const open = () => store.set({ selection: { layer: "enterprises", id }, choices: [] })
  return html`<button type="button" class="row-button owner" @click=${open}>${words}</button>`
}
