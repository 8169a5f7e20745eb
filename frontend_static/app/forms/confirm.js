/** The question before what cannot be undone: it names what it is about, and does it when told to. */

import { html } from "lit"
import { DialogElement, dialogButtons } from "./dialog.js"
import { formProblem } from "./fields.js"
import { FormState } from "./form_state.js"

/**
 * @typedef {object} Question
 * @property {string} heading What is about to be done, and to what.
 * @property {string} sentence What follows from it.
 * @property {string} action The word on the button.
 * @property {() => Promise<unknown>} act
 */

/** @extends {DialogElement<{answer: any}>} */
export class Confirmation extends DialogElement {
  #form = new FormState(this)
  /** @type {Question} */
  #question

  /** @param {Question} question */
  constructor(question) {
    super()
    this.#question = question
  }

  heading() {
    return this.#question.heading
  }

  body() {
    return html`<form class="dialog-body" novalidate @submit=${this.#do}>
      <p>${this.#question.sentence}</p>
      ${formProblem(this.#form.sentence)}
      ${dialogButtons({ action: this.#question.action, isSending: this.#form.isSending, cancel: () => this.close() })}
    </form>`
  }

  /** @param {Event} event */
  async #do(event) {
    event.preventDefault()
    const done = await this.#form.send(async () => ({ answer: await this.#question.act() }))
    if (done) this.close(done)
  }
}

customElements.define("riskmap-confirmation", Confirmation)

/**
 * @param {Question} question
 * @returns {Promise<{answer: any} | null>} What the server answered; null when it was not done.
 */
export function confirmed(question) {
  return new Confirmation(question).ask()
}
