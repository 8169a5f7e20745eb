/** The sheet of keys, opened by `?`. */

import { html } from "lit"
import { icon } from "./icons.js"
import { PageElement } from "./page_element.js"
import { redrawOn, text } from "./page_store.js"
import { KEY_SHEET } from "./shortcuts.js"

export class KeySheet extends PageElement {
  constructor() {
    super()
    redrawOn(this)
  }

  render() {
    return html`
      <dialog class="key-sheet" aria-labelledby="key-sheet-title" @click=${this.#closeOutside}>
        <div class="key-sheet-body">
          <header>
            <h2 id="key-sheet-title">${text("keys.title")}</h2>
            <button type="button" class="icon-button" aria-label=${text("action.close")} @click=${() => this.#dialog.close()}>
              ${icon("close")}
            </button>
          </header>
          <dl>
            ${KEY_SHEET.map(
              ({ keys, message }) =>
                html`<dt>${keys.map(key => html`<kbd>${key}</kbd>`)}</dt>
                  <dd>${text(message)}</dd>`,
            )}
          </dl>
          <p class="muted">${text("keys.about")}</p>
        </div>
      </dialog>
    `
  }

  toggle() {
    if (this.#dialog.open) this.#dialog.close()
    else this.#dialog.showModal()
  }

  get isOpen() {
    return this.#dialog.open
  }

  get #dialog() {
    return /** @type {HTMLDialogElement} */ (this.querySelector("dialog"))
  }

  /** A click on the backdrop hits the dialog itself, never its body. @param {MouseEvent} event */
  #closeOutside(event) {
    if (event.target === this.#dialog) this.#dialog.close()
  }
}

customElements.define("riskmap-keys", KeySheet)
