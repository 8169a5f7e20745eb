/** The name of what is under the pointer, beside it. */

import { html, nothing } from "lit"
import { gradeBadge } from "../grades/badge.js"
import { domain, text } from "../shell/page_store.js"
import { UNGRADED } from "../shell/state.js"

/** @import {Candidate} from "./picking.js" */

/**
 * @typedef {object} Tooltip
 * @property {Candidate} candidate The worst of what is under the pointer.
 * @property {number} count How many features there are.
 * @property {number} x
 * @property {number} y
 * @property {boolean} isRight In the right half of the map, where the tooltip opens to the left.
 */

/** @param {Tooltip} tip */
export function tooltip({ candidate, count, x, y, isRight }) {
  const { vocabulary } = domain()
  const hasGrade = candidate.grade !== UNGRADED || ["enterprises", "zones"].includes(candidate.layer)
  return html`
    <div class="map-tooltip ${isRight ? "to-left" : ""}" style="left: ${x}px; top: ${y}px" aria-hidden="true">
      ${hasGrade ? gradeBadge(vocabulary, candidate.grade) : nothing}
      <span>${candidate.name || text("details.unnamed")}</span>
      ${count > 1 ? html`<span class="muted">${text("map.several", { count })}</span>` : nothing}
    </div>
  `
}
