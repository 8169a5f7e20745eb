/** What narrows a table: a search box that waits for the typing to rest, and selects. */

import { html, nothing } from "lit"
import { dayField } from "../forms/day_field.js"
import { icon } from "../shell/icons.js"

/** Between two keystrokes of a pinyin input. */
const REST_MS = 250

/**
 * @param {object} field
 * @param {string} field.label
 * @param {boolean} [field.isInvalid]
 * @param {(words: string) => void} field.onChange
 */
export function searchField({ label, isInvalid = false, onChange }) {
  /** @param {Event} event */
  const wait = event => {
    const input = /** @type {HTMLInputElement & {rest?: number}} */ (event.target)
    clearTimeout(input.rest)
    input.rest = setTimeout(() => onChange(input.value.trim()), REST_MS)
  }
  /** In a form, Enter would send it. @param {KeyboardEvent} event */
  const stay = event => {
    if (event.key === "Enter") event.preventDefault()
  }
  return html`<label class="filter-search">
    ${icon("search")}
    <input
      type="search"
      placeholder=${label}
      aria-label=${label}
      aria-invalid=${isInvalid ? "true" : nothing}
      autocomplete="off"
      spellcheck="false"
      maxlength="100"
      @input=${wait}
      @keydown=${stay}
    />
  </label>`
}

/**
 * @param {object} field
 * @param {string} field.label
 * @param {readonly {value: string, words: string}[]} field.options
 * @param {(value: string) => void} field.onChange
 */
export function filterSelect({ label, options, onChange }) {
  return html`<select
    class="filter-select"
    aria-label=${label}
    @change=${(/** @type {Event} */ event) => onChange(/** @type {HTMLSelectElement} */ (event.target).value)}
  >
    ${options.map(({ value, words }) => html`<option value=${value}>${words}</option>`)}
  </select>`
}

/**
 * @param {object} field
 * @param {string} field.label
 * @param {(value: string) => void} field.onChange
 */
export function filterDay({ label, onChange }) {
  return html`<div class="filter-day">
    <span aria-hidden="true">${label}</span>
    ${dayField({ name: "day", value: "", label, onChange })}
  </div>`
}
