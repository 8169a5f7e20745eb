/** A password: hidden until asked for, with a word when Caps Lock is on. */

import { html, nothing } from "lit"
import { PageElement } from "../shell/page_element.js"
import { redrawOn, text } from "../shell/page_store.js"
import { fieldWords } from "./fields.js"

export class PasswordField extends PageElement {
  static properties = {
    name: { attribute: false },
    label: { attribute: false },
    autocomplete: { attribute: false },
    fault: { attribute: false },
    hint: { attribute: false },
    isShown: { state: true },
    isCapsLocked: { state: true },
  }

  constructor() {
    super()
    this.name = "password"
    this.label = ""
    this.autocomplete = "current-password"
    /** @type {string | null} */
    this.fault = null
    this.hint = ""
    this.isShown = false
    this.isCapsLocked = false
    redrawOn(this)
  }

  render() {
    const id = `field-${this.name}`
    return html`
      <div class="field">
        <label for=${id}>${this.label}</label>
        <div class="password-line">
          <input
            id=${id}
            name=${this.name}
            type=${this.isShown ? "text" : "password"}
            data-verbatim
            autocomplete=${this.autocomplete}
            spellcheck="false"
            autocapitalize="none"
            maxlength="256"
            aria-required="true"
            aria-invalid=${this.fault ? "true" : nothing}
            aria-describedby="${id}-hint ${id}-fault ${id}-caps"
            @keydown=${this.#notice}
            @keyup=${this.#notice}
            @blur=${() => (this.isCapsLocked = false)}
          />
          <button type="button" class="text-button" aria-pressed=${this.isShown} @click=${() => (this.isShown = !this.isShown)}>
            ${text(this.isShown ? "password.hide" : "password.show")}
          </button>
        </div>
        <p class="field-hint" id="${id}-caps" aria-live="polite">${this.isCapsLocked ? text("password.capsLock") : nothing}</p>
        ${fieldWords(id, this.hint, this.fault)}
      </div>
    `
  }

  /** @param {KeyboardEvent} event */
  #notice(event) {
    // What a password manager fills in comes without this knowledge.
    this.isCapsLocked = event.getModifierState?.("CapsLock") ?? false
  }
}

customElements.define("riskmap-password", PasswordField)
