/** Townships, sectors and groups, and how many accounts watch over each; those that nobody does are marked. */

import { html, nothing } from "lit"
import { getJson } from "../api/client.js"
import { Answer } from "../forms/answer.js"
import { formatCount } from "../language/format.js"
import { PageElement } from "../shell/page_element.js"
import { redrawOn, store, text } from "../shell/page_store.js"
import { TERRITORY_KINDS, matching, territoriesOf } from "./territory.js"
import { searchField } from "./toolbar.js"

/** @import {Territories as AllTerritories, Territory, TerritoryKind} from "./territory.js" */

export class Territories extends PageElement {
  static properties = { words: { state: true }, isUnwatchedOnly: { state: true } }

  /** @type {Answer<AllTerritories>} */
  #territories = new Answer(this, signal => getJson("/api/v1/territories", { signal }))

  constructor() {
    super()
    this.words = ""
    this.isUnwatchedOnly = false
    redrawOn(this)
  }

  firstUpdated() {
    this.#territories.load()
  }

  render() {
    return html`
      <div class="toolbar" role="search">
        ${searchField({ label: text("territories.search"), onChange: words => (this.words = words) })}
        <label class="check">
          <input type="checkbox" .checked=${this.isUnwatchedOnly} @change=${() => (this.isUnwatchedOnly = !this.isUnwatchedOnly)} />
          <span>${text("territories.unwatchedOnly")}</span>
        </label>
        <span class="toolbar-gap"></span>
        <p class="muted">${text("territories.lead")}</p>
      </div>
      ${this.#territories.show(
        all => html`<div class="three-columns">${TERRITORY_KINDS.map(kind => this.#table(kind, all))}</div>`,
      )}
    `
  }

  /**
   * @param {TerritoryKind} kind
   * @param {AllTerritories} answer
   */
  #table(kind, answer) {
    const all = territoriesOf(answer, kind, store.state.language)
    const unwatched = all.filter(({ accounts }) => accounts === 0)
    const shown = matching(this.isUnwatchedOnly ? unwatched : all, this.words)
    return html`<section>
      <h2>
        ${text(`territories.${kind}`)}
        <span class="muted">${text("territories.sum", { count: formatCount(all.length, store.state.language), unwatched: unwatched.length })}</span>
      </h2>
      <table class="table">
        <thead>
          <tr>
            <th scope="col">${text("territories.name")}</th>
            <th scope="col" class="number">${text("territories.accounts")}</th>
          </tr>
        </thead>
        <tbody>
          ${shown.map(row)}
          ${shown.length === 0 ? html`<tr><td colspan="2" class="muted">${text(all.length === 0 ? "territories.none" : "scope.none")}</td></tr>` : nothing}
        </tbody>
      </table>
    </section>`
  }
}

/** @param {Territory} territory */
function row({ name, detail, accounts }) {
  return html`<tr>
    <th scope="row">${name} <span class="muted row-code">${detail}</span></th>
    <td class="number">${accounts > 0 ? accounts : html`<span class="tag is-marked">${text("territories.unwatched")}</span>`}</td>
  </tr>`
}

customElements.define("riskmap-territories", Territories)
