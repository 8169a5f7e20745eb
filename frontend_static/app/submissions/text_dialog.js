/** A deed that takes words: the reasons of a return, a comment. */

import { html, nothing } from "lit"
import { DialogElement, dialogButtons } from "../forms/dialog.js"
import { formProblem } from "../forms/fields.js"
import { FormState, required, valuesOf } from "../forms/form_state.js"
import { text } from "../shell/page_store.js"

/**
 * @typedef {object} Asked
 * @property {string} heading
 * @property {string} lead
 * @property {string} label
 * @property {string} action
 * @property {boolean} [isOptional]
 * @property {string} [value]
 * @property {(words: string) => Promise<unknown>} act
 */

/** @extends {DialogElement<{answer: any}>} */
export class TextDialog extends DialogElement {
  #form = new FormState(this)
  /** @type {Asked} */
  #asked

  /** @param {Asked} asked */
  constructor(asked) {
    super()
    this.#asked = asked
  }

  heading() {
    return this.#asked.heading
  }

  body() {
    const { lead, label, action, isOptional, value = "" } = this.#asked
    const fault = this.#form.fault("words")
    return html`<form class="dialog-body form" novalidate @submit=${this.#do} @keydown=${this.#press}>
      <p class="muted">${lead}</p>
      <div class="field">
        <label for="field-words">${label}${isOptional ? html` <span class="muted">${text("form.optional")}</span>` : nothing}</label>
        <textarea id="field-words" name="words" rows="5" maxlength="2000" autofocus aria-invalid=${fault ? "true" : nothing} aria-describedby="field-words-fault">${value}</textarea>
        <p class="field-fault" id="field-words-fault" aria-live="polite">${fault}</p>
      </div>
      ${formProblem(this.#form.sentence)}
      ${dialogButtons({ action, isSending: this.#form.isSending, cancel: () => this.close() })}
    </form>`
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return
    event.preventDefault()
    event.stopPropagation()
    this.querySelector("form")?.requestSubmit()
  }

  /** @param {Event} event */
  async #do(event) {
    event.preventDefault()
    const { words } = valuesOf(/** @type {HTMLFormElement} */ (event.target))
    const checks = { words: this.#asked.isOptional ? null : required(words) }
    const done = await this.#form.send(async () => ({ answer: await this.#asked.act(words) }), { checks, blame: "words" })
    if (done) this.close(done)
  }
}

customElements.define("riskmap-text-dialog", TextDialog)

/**
 * @param {Asked} asked
 * @returns {Promise<{answer: any} | null>} What the server answered; null when it was not done.
 */
export function worded(asked) {
  return new TextDialog(asked).ask()
}
