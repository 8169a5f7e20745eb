/** What the panel says of a receptor and of a corridor. */

import { html, nothing } from "lit"
import { factList } from "../details/fact_list.js"
import { formatArea, formatCount, formatLength } from "../language/format.js"
import { store, text } from "../shell/page_store.js"

/** @import {CorridorFacts, ReceptorFacts} from "../details/facts.js" */

/** @param {ReceptorFacts} facts */
export function receptorDetails({ kind, headcount, area_m2, enterprise_id }) {
  const { language } = store.state
  return html`
    ${factList([
      ["fact.receptorKind", kind[language]],
      ["fact.headcount", headcount === null ? null : formatCount(headcount, language)],
      ["fact.area", area_m2 === null ? text("receptor.pointOnly") : formatArea(area_m2, language)],
    ])}
    ${enterprise_id ? ownUnit(enterprise_id) : nothing}
  `
}

/** @param {CorridorFacts} facts */
export function corridorDetails({ class: corridorClass, half_width_m, length_m }) {
  const { language } = store.state
  return factList([
    ["fact.corridorClass", corridorClass[language]],
    ["fact.length", formatLength(length_m, language)],
    ["fact.halfWidth", half_width_m === null ? null : formatLength(half_width_m, language)],
  ])
}

/**
 * A receptor that belongs to an enterprise of the register, such as a plant's own dormitory.
 * @param {string} id
 */
function ownUnit(id) {
  const open = () => store.set({ selection: { layer: "enterprises", id }, choices: [] })
  return html`<p class="remark">
    ${text("receptor.ownUnit")}
    <button type="button" class="text-button" @click=${open}>${text("receptor.openUnit")}</button>
  </p>`
}
