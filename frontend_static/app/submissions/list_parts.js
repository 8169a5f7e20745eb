/** What every list of the work page is made of: a search box, headings that sort, and pages. */

import { html } from "lit"
import { nextSort, sortOf } from "../administration/account.js"
import { formatCount } from "../language/format.js"
import { icon } from "../shell/icons.js"
import { store, text } from "../shell/page_store.js"

/** Between two keystrokes of a pinyin input. */
const REST_MS = 250

/**
 * @param {string} label
 * @param {string} value As the address says.
 * @param {(words: string) => void} onChange
 */
export function searchBox(label, value, onChange) {
  /** @param {Event} event */
  const wait = event => {
    const input = /** @type {HTMLInputElement & {rest?: ReturnType<typeof setTimeout>}} */ (event.target)
    clearTimeout(input.rest)
    input.rest = setTimeout(() => onChange(input.value.trim()), REST_MS)
  }
  return html`<label class="filter-search">${icon("search")}
    <input type="search" placeholder=${label} aria-label=${label} autocomplete="off" spellcheck="false" maxlength="100" value=${value} @input=${wait} />
  </label>`
}

/**
 * @param {string} label
 * @param {string} value
 * @param {readonly {value: string, words: string}[]} options
 * @param {(value: string) => void} onChange
 */
export function choiceBox(label, value, options, onChange) {
  return html`<select class="filter-select ${value ? "is-narrowing" : ""}" aria-label=${label} @change=${(/** @type {Event} */ event) => onChange(/** @type {HTMLSelectElement} */ (event.target).value)}>
    ${options.map(option => html`<option value=${option.value} .selected=${option.value === value}>${option.words}</option>`)}
  </select>`
}

/**
 * @param {string} column
 * @param {string} key
 * @param {string} sort
 * @param {(sort: string) => void} onChange
 */
export function heading(column, key, sort, onChange) {
  const order = sortOf(sort, column)
  return html`<th scope="col" aria-sort=${order}>
    <button type="button" class="sort-button" @click=${() => onChange(nextSort(sort, column))}>
      ${text(key)}<span class="sort-sign" aria-hidden="true">${{ ascending: "↑", descending: "↓", none: "↕" }[order]}</span>
    </button>
  </th>`
}

/**
 * @param {{total: number, page: number, limit: number}} list
 * @param {(page: number) => void} onChange
 */
export function pages({ total, page, limit }, onChange) {
  const last = Math.max(1, Math.ceil(total / limit))
  const count = text("list.count", { count: formatCount(total, store.state.language) })
  if (last === 1) return html`<p class="table-foot"><span>${count}</span></p>`
  return html`<nav class="table-foot" aria-label=${text("table.pages")}>
    <span>${count}</span>
    <button type="button" class="button" ?disabled=${page <= 1} @click=${() => onChange(page - 1)}>${text("table.previous")}</button>
    <span>${text("table.page", { page, last })}</span>
    <button type="button" class="button" ?disabled=${page >= last} @click=${() => onChange(page + 1)}>${text("table.next")}</button>
  </nav>`
}
