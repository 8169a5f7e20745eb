/** Search by name: a combobox whose list is walked with the arrow keys. */

import { html, nothing } from "lit"
import { live } from "lit/directives/live.js"
import { repeat } from "lit/directives/repeat.js"
import { getJson, isAbort } from "../api/client.js"
import { placeOf } from "../details/facts.js"
import { gradeBadge } from "../grades/badge.js"
import { formatCount } from "../language/format.js"
import { spoken } from "../history/moment.js"
import { takePlace } from "../proximity/tools.js"
import { icon } from "../shell/icons.js"
import { PageElement } from "../shell/page_element.js"
import { domain, redrawOn, store, text } from "../shell/page_store.js"
import { problemText } from "../shell/problem_text.js"
import { receptorIcon } from "../surroundings/receptor_icon.js"
import { nextActive, resultDetail, searchPath } from "./results.js"

/** @import {SearchAnswer, SearchResult} from "./results.js" */

/** Between two keystrokes of a pinyin input. */
const REST_MS = 200

export class SearchBox extends PageElement {
  constructor() {
    super()
    this.words = ""
    this.isOpen = false
    this.active = -1
    /** @type {SearchAnswer | null} */
    this.answer = null
    /** @type {unknown} */
    this.problem = null
    redrawOn(this, "at")
  }

  render() {
    const results = this.answer?.results ?? []
    const isOpen = this.isOpen && this.words.trim() !== ""
    return html`
      <div class="search" role="search" @focusout=${this.#leave}>
        ${icon("search")}
        <input
          id="search-input"
          type="search"
          role="combobox"
          autocomplete="off"
          spellcheck="false"
          aria-label=${text("search.label")}
          aria-expanded=${isOpen}
          aria-controls="search-results"
          aria-activedescendant=${this.active >= 0 ? `search-result-${this.active}` : nothing}
          placeholder=${text("search.placeholder")}
          .value=${live(this.words)}
          @input=${this.#type}
          @keydown=${this.#press}
          @focus=${() => this.#show(true)}
        />
        <kbd aria-hidden="true">/</kbd>
        <div class="search-list" ?hidden=${!isOpen}>
          <ul id="search-results" role="listbox" aria-label=${text("search.results")}>
            ${repeat(
              results,
              result => result.id,
              (result, index) => this.#option(result, index),
            )}
          </ul>
          ${this.#footer()} ${searchesThePresent()}
        </div>
      </div>
    `
  }

  focusInput() {
    const input = /** @type {HTMLInputElement} */ (this.querySelector("input"))
    input.focus()
    input.select()
  }

  /**
   * @param {SearchResult} result
   * @param {number} index
   */
  #option(result, index) {
    return html`
      <li
        id="search-result-${index}"
        role="option"
        aria-selected=${index === this.active}
        @pointerdown=${(/** @type {Event} */ event) => event.preventDefault()}
        @click=${() => this.#choose(result)}
      >
        ${sign(result)}
        <span class="search-name">${result.name}</span>
        <span class="search-detail">${detail(result)}</span>
      </li>
    `
  }

  #footer() {
    const { language } = store.state
    if (this.problem) {
      return html`<p class="search-foot" role="alert">
        ${problemText(this.problem)}
        <button type="button" class="text-button" @click=${() => this.#ask()}>${text("action.retry")}</button>
      </p>`
    }
    if (!this.answer) return html`<p class="search-foot" role="status">${text("search.searching")}</p>`
    const { results, total } = this.answer
    if (total === 0) return html`<p class="search-foot" role="status">${text("search.none")}</p>`
    if (total <= results.length) return nothing
    const values = { shown: results.length, total: formatCount(total, language) }
    return html`<p class="search-foot" role="status">${text("search.more", values)}</p>`
  }

  /** @param {InputEvent} event */
  #type(event) {
    this.words = /** @type {HTMLInputElement} */ (event.target).value
    this.active = -1
    this.answer = null
    this.problem = null
    this.#show(true)
    clearTimeout(this.#timer)
    this.#request.abort()
    if (this.words.trim() !== "") this.#timer = setTimeout(() => this.#ask(), REST_MS)
  }

  async #ask() {
    this.#request.abort()
    const request = (this.#request = new AbortController())
    this.problem = null
    try {
      this.answer = await getJson(searchPath(this.words.trim()), { signal: request.signal })
    } catch (problem) {
      if (isAbort(problem)) return
      this.problem = problem
    }
    this.requestUpdate()
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    const results = this.answer?.results ?? []
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault()
      this.active = nextActive(this.active, event.key, results.length)
      this.#show(true)
      this.querySelector(`#search-result-${this.active}`)?.scrollIntoView({ block: "nearest" })
    } else if (event.key === "Enter" && !event.isComposing) {
      const result = results[Math.max(this.active, 0)]
      if (result) this.#choose(result)
    } else if (event.key === "Escape") {
      // The first Esc closes the list, the next one the panel.
      if (!this.isOpen) return
      event.stopPropagation()
      this.#show(false)
    }
  }

  /** @param {SearchResult} result */
  #choose(result) {
    this.words = result.name
    this.#show(false)
    const place = placeOf(result)
    if (place && takePlace((place[0] + place[2]) / 2, (place[1] + place[3]) / 2)) return
    if (result.layer !== "areas") {
      store.set({ selection: { layer: result.layer, id: result.id }, choices: [] })
    }
    if (place) this.tell("show-place", place)
    this.tell("result-opened")
  }

  /** @param {FocusEvent} event */
  #leave(event) {
    const next = /** @type {Node | null} */ (event.relatedTarget)
    if (!this.contains(next)) this.#show(false)
  }

  /** @param {boolean} isOpen */
  #show(isOpen) {
    this.isOpen = isOpen
    this.requestUpdate()
  }

  #request = new AbortController()
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer
}

/** Names are looked up as they are now, whatever moment the map shows. */
function searchesThePresent() {
  const { at } = store.state
  return at ? html`<p class="search-foot search-present">${text("moment.search", { at: spoken(at) })}</p>` : nothing
}

/** @param {SearchResult} result */
function sign({ layer, grade, kind }) {
  if (layer === "receptors") return receptorIcon(kind ?? "other")
  if (layer === "areas") return icon("layers")
  return gradeBadge(domain().vocabulary, grade)
}

/** What stands behind the name, and whether it is on the map at all. @param {SearchResult} result */
function detail(result) {
  const words = resultDetail(result, domain().vocabulary, store.state.language)
  return placeOf(result) ? words : [words, text("search.unplaced")].filter(Boolean).join(" · ")
}

customElements.define("riskmap-search", SearchBox)
