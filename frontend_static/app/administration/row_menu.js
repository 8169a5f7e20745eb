/** What can be done to one row, behind a button at its end. */

import { html, nothing } from "lit"
import { icon } from "../shell/icons.js"
import { PageElement } from "../shell/page_element.js"
import { redrawOn, text } from "../shell/page_store.js"

/**
 * @typedef {object} Deed
 * @property {string} key The message on its line.
 * @property {() => Promise<string | null>} act Resolves with the message about what was done; null when nothing was.
 */

export class RowMenu extends PageElement {
  static properties = { label: { attribute: false }, deeds: { attribute: false } }

  constructor() {
    super()
    this.label = ""
    /** @type {Deed[]} */
    this.deeds = []
    redrawOn(this)
  }

  render() {
    if (this.deeds.length === 0) return nothing
    return html`<details class="row-menu" @focusout=${this.#leave} @keydown=${this.#press} @toggle=${this.#place}>
      <summary aria-label=${this.label} title=${this.label}>${icon("more")}</summary>
      <div class="row-menu-list">
        ${this.deeds.map(deed => html`<button type="button" @click=${() => this.#do(deed)}>${text(deed.key)}</button>`)}
      </div>
    </details>`
  }

  /** @param {Deed} deed */
  async #do(deed) {
    // The dialog gives the focus back to what had it, so that must not be a line that is about to be hidden.
    this.#menu.querySelector("summary")?.focus()
    this.#menu.open = false
    const done = await deed.act()
    if (done) this.tell("done", done)
  }

  /** Near the lower edge the list opens upwards. */
  #place() {
    if (!this.#menu.open) return
    const list = /** @type {HTMLElement} */ (this.querySelector(".row-menu-list"))
    this.#menu.classList.remove("opens-up")
    this.#menu.classList.toggle("opens-up", list.getBoundingClientRect().bottom > innerHeight - 8)
  }

  /** @param {FocusEvent} event */
  #leave(event) {
    if (!this.contains(/** @type {Node | null} */ (event.relatedTarget))) this.#menu.open = false
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    if (event.key !== "Escape" || !this.#menu.open) return
    this.#menu.open = false
    this.#menu.querySelector("summary")?.focus()
  }

  get #menu() {
    return /** @type {HTMLDetailsElement} */ (this.querySelector("details"))
  }
}

customElements.define("riskmap-row-menu", RowMenu)
