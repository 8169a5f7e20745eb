/** A dialog that is asked and answers: opened over the page, gone once it is closed. */

import { html } from "lit"
import { icon } from "../shell/icons.js"
import { PageElement } from "../shell/page_element.js"
import { redrawOn, text } from "../shell/page_store.js"

/** @import {TemplateResult} from "lit" */

/** @template T */
export class DialogElement extends PageElement {
  constructor() {
    super()
    redrawOn(this)
  }

  /**
   * Open it over the page.
   * @returns {Promise<T | null>} What it was closed with; null when nothing came of it.
   */
  async ask() {
    document.body.append(this)
    await this.updateComplete
    this.dialog.showModal()
    return new Promise(resolve => {
      this.dialog.addEventListener("close", () => {
        this.remove()
        resolve(this.#result)
      })
    })
  }

  render() {
    return html`
      <dialog class="dialog" aria-labelledby="dialog-title">
        <header class="dialog-head">
          <h2 id="dialog-title">${this.heading()}</h2>
          <button type="button" class="icon-button" aria-label=${text("action.close")} @click=${() => this.close()}>${icon("close")}</button>
        </header>
        ${this.body()}
      </dialog>
    `
  }

  /** @returns {string} */
  heading() {
    return ""
  }

  /** @returns {TemplateResult} */
  body() {
    return html``
  }

  /** @param {T | null} [result] */
  close(result = null) {
    this.#result = result
    this.dialog.close()
  }

  get dialog() {
    return /** @type {HTMLDialogElement} */ (this.querySelector("dialog"))
  }

  /** @type {T | null} */
  #result = null
}

/**
 * The line of buttons under a dialog's form: what it does, and the way out.
 * @param {object} line
 * @param {string} line.action
 * @param {boolean} line.isSending
 * @param {() => void} line.cancel
 */
export function dialogButtons({ action, isSending, cancel }) {
  return html`
    <footer class="dialog-foot">
      <button type="button" class="button" @click=${cancel}>${text("action.cancel")}</button>
      <button type="submit" class="primary-button" ?disabled=${isSending}>${isSending ? text("page.sending") : action}</button>
    </footer>
  `
}
