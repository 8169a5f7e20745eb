/** Until when a grade holds before somebody has to look at it again. */

import { html, nothing } from "lit"
import { formatDay } from "../language/format.js"
import { store, text } from "../shell/page_store.js"

/**
 * @param {string} day
 * @param {boolean} isOverdue
 */
export function reviewDue(day, isOverdue) {
  return html`${formatDay(day, store.state.language)}
  ${isOverdue ? html`<span class="overdue">${text("explanation.overdue")}</span>` : nothing}`
}
