/** What the panel says of an enterprise: the facts, then its zones, the worst first. */

import { html, nothing } from "lit"
import { factList } from "../details/fact_list.js"
import { gradeBadge } from "../grades/badge.js"
import { gradeOf } from "../grades/vocabulary.js"
import { formatArea, formatCount } from "../language/format.js"
import { domain, store, text } from "../shell/page_store.js"

/** @import {EnterpriseFacts, ZoneOfEnterprise} from "../details/facts.js" */

/** @param {EnterpriseFacts} facts */
export function enterpriseDetails(facts) {
  const { language } = store.state
  return html`
    ${facts.lon === null ? html`<p class="remark">${text("enterprise.unplaced")}</p>` : nothing}
    ${factList([
      ["fact.creditCode", facts.credit_code && html`<span class="code">${facts.credit_code}</span>`],
      ["fact.sector", facts.sector?.[language]],
      ["fact.township", facts.township?.name],
      ["fact.group", facts.group?.name],
      ["fact.operatingStatus", facts.operating_status[language]],
      ["fact.address", facts.address],
      ["fact.siteArea", facts.area_m2 === null ? null : formatArea(facts.area_m2, language)],
    ])}
    ${zoneList(facts.zones)}
  `
}

/** @param {ZoneOfEnterprise[]} zones */
function zoneList(zones) {
  const count = formatCount(zones.length, store.state.language)
  return html`
    <section class="zone-list" aria-labelledby="zones-of-enterprise">
      <h3 id="zones-of-enterprise">${text("enterprise.zones", { count })}</h3>
      ${zones.length === 0 ? html`<p class="remark">${text("enterprise.noZones")}</p>` : nothing}
      <ul>
        ${zones.map(zoneRow)}
      </ul>
    </section>
  `
}

/** @param {ZoneOfEnterprise} zone */
function zoneRow({ id, name, kind, floor, grade }) {
  const { vocabulary } = domain()
  const select = () => store.set({ selection: { layer: "zones", id }, choices: [] })
  return html`
    <li>
      <button type="button" class="row-button" @click=${select}>
        ${gradeBadge(vocabulary, grade)}
        <span class="row-name">${name}</span>
        <span class="row-detail">${[kind, floor].filter(Boolean).join(" · ")}</span>
        <span class="visually-hidden">${gradeOf(vocabulary, grade)[store.state.language]}</span>
      </button>
    </li>
  `
}
