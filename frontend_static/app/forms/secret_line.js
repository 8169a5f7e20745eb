/** Something to hand on: shown in full, copied by a button that says whether it worked. */

import { html } from "lit"
import { copyText } from "../shell/clipboard.js"
import { icon } from "../shell/icons.js"
import { PageElement } from "../shell/page_element.js"
import { redrawOn, text } from "../shell/page_store.js"

export class SecretLine extends PageElement {
  static properties = { value: { attribute: false }, label: { attribute: false }, said: { state: true } }

  constructor() {
    super()
    this.value = ""
    this.label = ""
    /** The message about the last try to copy. */
    this.said = ""
    redrawOn(this)
  }

  render() {
    return html`
      <div class="secret-line">
        <input readonly aria-label=${this.label} .value=${this.value} @focus=${(/** @type {FocusEvent} */ event) => /** @type {HTMLInputElement} */ (event.target).select()} />
        <button type="button" class="button" aria-label="${text("action.copy")}: ${this.label}" @click=${this.#copy}>
          ${icon("copy")} ${text("action.copy")}
        </button>
      </div>
      <p class="field-hint" role="status">${this.said && text(this.said)}</p>
    `
  }

  async #copy() {
    // A dialog makes everything outside inert, also what the copying by selection would need.
    const isCopied = await copyText(this.value, this)
    this.said = isCopied ? "copy.done" : "notice.copyFailed"
    if (!isCopied) this.querySelector("input")?.select()
  }
}

customElements.define("riskmap-secret", SecretLine)
