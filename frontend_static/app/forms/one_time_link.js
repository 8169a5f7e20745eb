/** A link by which one person chooses their password, shown once to who hands it on. */

import { html } from "lit"
import { formatMoment } from "../language/format.js"
import { store, text } from "../shell/page_store.js"
import { icon } from "../shell/icons.js"
import { DialogElement } from "./dialog.js"
import "./secret_line.js"

/** @typedef {{path: string, expires_at: string}} Link */

/** @param {Link} link */
export function linkAddress({ path }) {
  return new URL(path, location.origin).href
}

/** @param {Link} link */
export function linkExpiry({ expires_at }) {
  return text("link.expires", { moment: formatMoment(expires_at, store.state.language) })
}

/** @extends {DialogElement<true>} */
export class OneTimeSecret extends DialogElement {
  /** @type {{heading: string, lead: string, label: string, value: string, remark: string}} */
  #secret

  /** @param {{heading: string, lead: string, label: string, value: string, remark: string}} secret */
  constructor(secret) {
    super()
    this.#secret = secret
  }

  heading() {
    return this.#secret.heading
  }

  body() {
    const { lead, label, value, remark } = this.#secret
    return html`<div class="dialog-body">
      <p>${lead}</p>
      <riskmap-secret .label=${label} .value=${value}></riskmap-secret>
      <p class="remark-box">${icon("warning")} ${text("link.once")}</p>
      <p class="muted">${remark}</p>
      <footer class="dialog-foot">
        <button type="button" class="primary-button" @click=${() => this.close(true)}>${text("link.noted")}</button>
      </footer>
    </div>`
  }
}

customElements.define("riskmap-one-time-secret", OneTimeSecret)

/**
 * @param {Link} link
 * @param {string} name Whom it is for.
 */
export function showLink(link, name) {
  return new OneTimeSecret({
    heading: text("link.heading", { name }),
    lead: text("link.lead", { name }),
    label: text("link.label"),
    value: linkAddress(link),
    remark: linkExpiry(link),
  }).ask()
}
