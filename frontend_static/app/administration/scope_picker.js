/** Choosing what a scope contains: a check list with a filter, and for enterprises a search. */

import { html, nothing } from "lit"
import { getJson } from "../api/client.js"
import { Answer } from "../forms/answer.js"
import { formatCount } from "../language/format.js"
import { icon } from "../shell/icons.js"
import { PageElement } from "../shell/page_element.js"
import { redrawOn, store, text } from "../shell/page_store.js"
import { matching, switched, territoriesOf } from "./territory.js"
import { searchField } from "./toolbar.js"

/** @import {Named, ScopeKind} from "../session/session.js" */
/** @import {Territories, Territory, TerritoryKind} from "./territory.js" */

/** @typedef {{items: {id: string, name: string, township: string | null}[], total: number}} Enterprises */

export class ScopePicker extends PageElement {
  static properties = {
    kind: { attribute: false },
    scope: { attribute: false },
    fault: { attribute: false },
    words: { state: true },
    picked: { state: true },
  }

  /** @type {Answer<Territories>} */
  #territories = new Answer(this, signal => getJson("/api/v1/territories", { signal }))
  /** @type {Answer<Enterprises>} */
  #enterprises = new Answer(this, signal => {
    const query = new URLSearchParams({ q: this.words })
    return getJson(`/api/v1/territories/enterprises?${query}`, { signal })
  })

  constructor() {
    super()
    /** @type {ScopeKind} */
    this.kind = "townships"
    /** What is chosen at first. @type {{kind: ScopeKind, codes: Named[]}} */
    this.scope = { kind: "nothing", codes: [] }
    /** @type {string | null} */
    this.fault = null
    this.words = ""
    /** What is chosen of each kind, so that another role and back loses nothing. @type {Partial<Record<ScopeKind, Named[]>>} */
    this.picked = {}
    redrawOn(this)
  }

  /** What the scope is to contain. */
  get codes() {
    return this.#picked.map(({ code }) => code)
  }

  /** @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    if (changed.has("scope")) this.picked = { ...this.picked, [this.scope.kind]: this.scope.codes }
    if (!changed.has("kind")) return
    this.words = ""
    if (this.kind !== "enterprises" && this.#territories.value === null) this.#territories.load()
  }

  render() {
    return html`<fieldset class="picker">
      <legend>
        ${text(`scope.${this.kind}`)}
        <span class="muted">${text("scope.count", { count: this.#picked.length })}</span>
      </legend>
      ${this.#chosenList()}
      ${searchField({
        label: text(this.kind === "enterprises" ? "scope.search" : "scope.filter"),
        isInvalid: this.fault !== null,
        onChange: words => this.#find(words),
      })}
      <div class="picker-list">
        ${this.kind === "enterprises" ? this.#foundEnterprises() : this.#territories.show(answer => this.#territoryList(answer))}
      </div>
      <p class="field-fault" aria-live="polite">${this.fault}</p>
    </fieldset>`
  }

  /** With a long list what is chosen would be out of sight. */
  #chosenList() {
    if (this.#picked.length === 0) return nothing
    return html`<ul class="chips">
      ${this.#picked.map(
        item => html`<li>
          ${item.name}
          <button type="button" aria-label=${text("scope.remove", { name: item.name })} @click=${() => this.#switch(item)}>${icon("close")}</button>
        </li>`,
      )}
    </ul>`
  }

  /** @param {Territories} territories */
  #territoryList(territories) {
    const all = territoriesOf(territories, /** @type {TerritoryKind} */ (this.kind), store.state.language)
    return this.#checkList(matching(all, this.words))
  }

  /** There are far too many to list before anything is asked for. */
  #foundEnterprises() {
    if (this.words === "") return html`<p class="muted picker-more">${text("scope.searchHint")}</p>`
    return this.#enterprises.show(answer => this.#enterpriseList(answer))
  }

  /** @param {Enterprises} enterprises */
  #enterpriseList({ items, total }) {
    const found = items.map(({ id, name, township }) => ({ code: id, name, detail: township ?? "", accounts: 0 }))
    const values = { shown: items.length, total: formatCount(total, store.state.language) }
    return html`${this.#checkList(found)} ${total > items.length ? html`<p class="muted picker-more">${text("search.more", values)}</p>` : nothing}`
  }

  /** @param {Territory[]} items */
  #checkList(items) {
    if (items.length === 0) return html`<p class="muted picker-more">${text("scope.none")}</p>`
    return html`<ul>
      ${items.map(
        item => html`<li>
          <label class="check">
            <input type="checkbox" .checked=${this.codes.includes(item.code)} @change=${() => this.#switch(item)} />
            <span>${item.name}</span> <span class="muted">${item.detail}</span>
          </label>
        </li>`,
      )}
    </ul>`
  }

  /** @param {string} words */
  #find(words) {
    this.words = words
    if (this.kind === "enterprises" && words !== "") this.#enterprises.load()
  }

  /** @param {Named} item */
  #switch(item) {
    this.picked = { ...this.picked, [this.kind]: switched(this.#picked, item) }
  }

  get #picked() {
    return this.picked[this.kind] ?? []
  }
}

customElements.define("riskmap-scope-picker", ScopePicker)
