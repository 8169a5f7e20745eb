/** Two people at the same account: what it says now stands beside what was typed, and nothing typed is lost. */

import { html } from "lit"
import { Problem } from "../api/problem.js"
import { icon } from "../shell/icons.js"
import { text } from "../shell/page_store.js"

/** @import {Account} from "./account.js" */

/**
 * The account as it is now, when a change was refused because it had changed meanwhile.
 * @param {unknown} problem
 * @returns {Account | null}
 */
export function currentOf(problem) {
  return problem instanceof Problem && problem.status === 412 ? problem.current : null
}

export function conflictNotice() {
  return html`<p class="remark-box" role="alert">${icon("warning")} ${text("conflict.notice")}</p>`
}

/**
 * @param {string | null} words What the field says now.
 * @param {() => void} take
 */
export function presently(words, take) {
  return html`<p class="presently">
    <span>${text("conflict.now")} <b>${words ?? "—"}</b></span>
    <button type="button" class="text-button" @click=${take}>${text("conflict.take")}</button>
  </p>`
}
