/** All risk events of a zone, page by page, for whoever wants to see more than those that decide. */

import { html, nothing } from "lit"
import { getJson } from "../api/client.js"
import { gradeBadge } from "../grades/badge.js"
import { allGrades, codeOf } from "../grades/vocabulary.js"
import { PageElement } from "../shell/page_element.js"
import { domain, redrawOn, store, text } from "../shell/page_store.js"
import { problemText } from "../shell/problem_text.js"
import { UNGRADED } from "../shell/state.js"
import { eventCard } from "./event_card.js"
import { eventsPath } from "./explanation.js"

/** @import {PropertyValues} from "lit" */
/** @import {Events, RiskEvent} from "./explanation.js" */

export class EventList extends PageElement {
  static properties = { zone: { attribute: false }, total: { attribute: false }, counts: { attribute: false } }

  constructor() {
    super()
    this.zone = ""
    this.total = 0
    /** By grade code, "null" for what nobody has graded. @type {Record<string, number>} */
    this.counts = {}
    /** @type {RiskEvent[]} */
    this.events = []
    this.page = 0
    this.isLoading = false
    /** @type {unknown} */
    this.problem = null
    redrawOn(this)
  }

  /** @param {PropertyValues<this>} changed */
  willUpdate(changed) {
    if (!changed.has("zone")) return
    this.events = []
    this.page = 0
    this.problem = null
    const list = this.querySelector("details")
    if (list) list.open = false
  }

  render() {
    return html`
      <details class="all-events" @toggle=${this.#toggle}>
        <summary><span>${text("explanation.allEvents", { count: this.total })}</span> ${this.#counts()}</summary>
        ${this.events.map(event => eventCard(event, false))} ${this.#foot()}
      </details>
    `
  }

  #counts() {
    const { vocabulary } = domain()
    return html`<span class="event-counts">
      ${allGrades(vocabulary).map(grade => {
        const code = codeOf(grade)
        const count = this.counts[code === UNGRADED ? "null" : String(code)] ?? 0
        return count === 0 ? nothing : html`<span title=${grade[store.state.language]}>${gradeBadge(vocabulary, grade.code)}${count}</span>`
      })}
    </span>`
  }

  #foot() {
    if (this.problem) {
      return html`<p class="chain-more" role="alert">
        ${problemText(this.problem)}
        <button type="button" class="text-button" @click=${() => this.#more()}>${text("action.retry")}</button>
      </p>`
    }
    if (this.isLoading) return html`<p class="chain-more" role="status">${text("details.loading")}</p>`
    const left = this.total - this.events.length
    if (this.page === 0 || left <= 0) return nothing
    return html`<button type="button" class="text-button chain-more" @click=${() => this.#more()}>
      ${text("explanation.moreEvents", { count: left })}
    </button>`
  }

  /** @param {Event} event */
  #toggle(event) {
    // The events in it fold and unfold as well, but toggle does not bubble.
    if (/** @type {HTMLDetailsElement} */ (event.target).open && this.page === 0 && !this.isLoading) this.#more()
  }

  async #more() {
    const { zone } = this
    this.isLoading = true
    this.problem = null
    this.requestUpdate()
    try {
      const answer = /** @type {Events} */ (await getJson(eventsPath(zone, store.state.at, this.page + 1)))
      if (zone !== this.zone) return
      this.events = [...this.events, ...answer.items]
      this.total = answer.total
      this.page = answer.page
    } catch (problem) {
      if (zone === this.zone) this.problem = problem
    } finally {
      this.isLoading = false
      this.requestUpdate()
    }
  }
}

customElements.define("riskmap-events", EventList)
