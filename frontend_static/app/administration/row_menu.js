/** What can be done to one row, behind a button at its end. */

import { nothing } from "lit"
import { icon } from "../shell/icons.js"
import { MenuElement } from "../shell/menu_element.js"
import { redrawOn, text } from "../shell/page_store.js"

/**
 * @typedef {object} Deed
 * @property {string} key The message on its line.
 * @property {() => Promise<string | null>} act Resolves with the message about what was done; null when nothing was.
 */

export class RowMenu extends MenuElement {
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
    const lines = this.deeds.map(({ key, act }) => ({ words: text(key), act: () => this.#do(act) }))
    return this.menu({ kind: "row-menu", label: this.label, button: icon("more"), lines })
  }

  /** @param {Deed["act"]} act */
  async #do(act) {
    const done = await act()
    if (done) this.tell("done", done)
  }
}

customElements.define("riskmap-row-menu", RowMenu)
