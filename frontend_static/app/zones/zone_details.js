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
  const open = () => store.set({ selection: { layer: "enterprises", id: enterprise.id }, choices: [] })
  return html`
    <button type="button" class="row-button owner" @click=${open}>
      ${gradeBadge(domain().vocabulary, enterprise.grade)}
      <span class="row-name">${enterprise.name}</span>
      <span class="row-detail">${text("zone.owner")}</span>
    </button>
    ${factList([
      ["fact.zoneKind", kind],
      ["fact.floor", floor],
      ["fact.area", formatArea(area_m2, language)],
      ["fact.perimeter", formatLength(perimeter_m, language)],
    ])}
  `
}
