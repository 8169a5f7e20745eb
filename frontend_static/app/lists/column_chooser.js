/** Which columns of a list are shown: a box for each, behind a button. */

import { html } from "lit"
import { icon } from "../shell/icons.js"
import { MenuElement } from "../shell/menu_element.js"
import { redrawOn, store, text } from "../shell/page_store.js"

/** @import {Column} from "./query.js" */

export class ColumnChooser extends MenuElement {
  static properties = { columns: { attribute: false }, chosen: { attribute: false } }

  constructor() {
    super()
    /** All, in their order; the first is always shown. @type {readonly Column[]} */
    this.columns = []
    /** @type {readonly string[]} */
    this.chosen = []
    redrawOn(this)
  }

  render() {
    return this.menu({
      kind: "choice-menu column-menu",
      label: text("lists.columns"),
      button: html`${icon("layers")} ${text("lists.columns")} ${icon("down")}`,
      lines: [],
      head: html`<div class="column-list">${this.columns.slice(1).map(column => this.#box(column))}</div>`,
      foot: html`<footer class="column-foot">
        <button type="button" class="text-button" @click=${() => this.tell("choose", this.columns.map(({ code }) => code))}>${text("lists.allColumns")}</button>
        <button type="button" class="text-button" @click=${() => this.tell("choose", null)}>${text("lists.usualColumns")}</button>
      </footer>`,
    })
  }

  /** @param {Column} column */
  #box({ code, zh, en }) {
    const isChosen = this.chosen.includes(code)
    const others = this.chosen.filter(each => each !== code)
    return html`<label class="check">
      <input type="checkbox" .checked=${isChosen} @change=${() => this.tell("choose", isChosen ? others : [...others, code])} />
      <span>${store.state.language === "zh" ? zh : en}</span>
    </label>`
  }
}

customElements.define("riskmap-column-chooser", ColumnChooser)
