/** What narrows a risk list: grades as toggles with their numbers, words, places, kinds, and what is amiss. */

import { html, nothing } from "lit"
import { live } from "lit/directives/live.js"
import { gradeBadge } from "../grades/badge.js"
import { allGrades } from "../grades/vocabulary.js"
import { formatCount } from "../language/format.js"
import { icon } from "../shell/icons.js"
import { domain, store, text } from "../shell/page_store.js"
import { CODED, FLAGS, LINKED, hasFilter, listOf, narrowedBy, pressed, withoutFilters } from "./query.js"

/** @import {Grade, Word} from "../grades/vocabulary.js" */
/** @import {Filters} from "../work/address.js" */
/** @import {Choices} from "./query.js" */

/** Between two keystrokes of a pinyin input. */
const REST_MS = 250

/**
 * @typedef {object} Bar
 * @property {Filters} address
 * @property {Record<string, number> | null} counts By grade, without the choice of grades; null until they are known.
 * @property {Choices | null} choices
 * @property {Record<string, Word[]>} words What is filtered by, in words, as the answer tells.
 * @property {(changes: Record<string, string>) => void} find
 */

/** @param {Bar} bar */
export function filterBar(bar) {
  const { address, choices, find } = bar
  const list = listOf(address)
  const isNarrowed = Object.keys(narrowedBy(address)).length > 0
  return html`
    <div class="toolbar list-filters" role="search" aria-label=${text("lists.filters")}>
      ${gradeToggles(bar)} ${wordsField(address.q ?? "", q => find({ q }))}
      ${CODED.filter(name => hasFilter(list, name)).map(name => choice(name, address[name] ?? "", choices?.[name] ?? [], value => find({ [name]: value })))}
      ${FLAGS.filter(name => hasFilter(list, name)).map(name => flag(name, address[name] === "true", value => find({ [name]: value })))}
      <button type="button" class="button" ?disabled=${!isNarrowed} @click=${() => find(withoutFilters())}>${icon("refresh")} ${text("lists.reset")}</button>
    </div>
    ${linked(bar)}
  `
}

/** @param {Bar} bar */
function gradeToggles({ address, counts, find }) {
  const all = allGrades(domain().vocabulary)
  const codes = all.map(filterCode)
  const chosen = address.grade ? address.grade.split(",") : []
  return html`<div class="grade-toggles" role="group" aria-label=${text("lists.byGrade")}>
    ${all.map(grade => {
      const code = filterCode(grade)
      const isChosen = chosen.includes(code)
      const count = counts?.[String(grade.code)]
      return html`<button
        type="button"
        class="grade-toggle"
        data-grade=${code}
        aria-pressed=${isChosen}
        style="--grade:${grade.stroke}"
        @click=${() => find({ grade: pressed(address.grade ?? "", code, codes) })}
      >
        ${gradeBadge(domain().vocabulary, grade.code)} ${grade[store.state.language]}
        <b class="grade-count">${count === undefined ? "…" : formatCount(count, store.state.language)}</b>
      </button>`
    })}
  </div>`
}

/** @param {Grade} grade */
function filterCode({ code }) {
  return code === null ? "none" : String(code)
}

/**
 * @param {string} value
 * @param {(words: string) => void} onChange
 */
function wordsField(value, onChange) {
  /** @param {Event} event */
  const wait = event => {
    const input = /** @type {HTMLInputElement & {rest?: ReturnType<typeof setTimeout>}} */ (event.target)
    clearTimeout(input.rest)
    input.rest = setTimeout(() => onChange(input.value.trim()), REST_MS)
  }
  return html`<label class="filter-search">
    ${icon("search")}
    <input
      type="search"
      class="list-words"
      placeholder=${text("lists.search")}
      aria-label=${text("lists.search")}
      autocomplete="off"
      spellcheck="false"
      maxlength="100"
      .value=${live(typedNow() ?? value)}
      @input=${wait}
    />
  </label>`
}

/** What stands in the field while somebody is in it: a redraw must not take their letters. */
function typedNow() {
  const { activeElement } = document
  return activeElement instanceof HTMLInputElement && activeElement.matches(".list-words") ? activeElement.value : null
}

/**
 * A select of one code; several that came with a link stay chosen together until another is.
 * @param {typeof CODED[number]} name
 * @param {string} value
 * @param {Word[]} words
 * @param {(value: string) => void} onChange
 */
function choice(name, value, words, onChange) {
  if (words.length === 0 && !value) return nothing
  const { language } = store.state
  const several = value.split(",")
  const isOwn = value === "" || words.some(({ code }) => code === value)
  const count = several.length
  return html`<select
    class="filter-select ${value ? "is-narrowing" : ""}"
    aria-label=${text(`lists.filter.${name}`)}
    @change=${(/** @type {Event} */ event) => onChange(/** @type {HTMLSelectElement} */ (event.target).value)}
  >
    <option value="" .selected=${value === ""}>${text("lists.any", { what: text(`lists.filter.${name}`) })}</option>
    ${isOwn ? nothing : html`<option value=${value} .selected=${true}>${count > 1 ? text("lists.several", { count }) : value}</option>`}
    ${name === "accident_type" ? byEdition(words, value) : words.map(word => option(word, value, language))}
  </select>`
}

/**
 * @param {Word} word
 * @param {string} value
 * @param {"zh" | "en"} language
 */
function option(word, value, language) {
  return html`<option value=${word.code} .selected=${word.code === value}>${word[language]}</option>`
}

/**
 * The same accident has another code in each edition of the standard.
 * @param {Word[]} words
 * @param {string} value
 */
function byEdition(words, value) {
  const editions = [...new Set(words.map(editionOf))]
  return editions.map(
    edition => html`<optgroup label=${edition}>${words.filter(word => editionOf(word) === edition).map(word => option(word, value, store.state.language))}</optgroup>`,
  )
}

/** @param {Word} word */
function editionOf({ code }) {
  return code.slice(0, code.lastIndexOf("/"))
}

/**
 * @param {string} name
 * @param {boolean} isOn
 * @param {(value: string) => void} onChange
 */
function flag(name, isOn, onChange) {
  return html`<button type="button" class="flag-toggle" data-filter=${name} aria-pressed=${isOn} @click=${() => onChange(isOn ? "" : "true")}>
    ${isOn ? icon("check") : nothing} ${text(`lists.flag.${name}`)}
  </button>`
}

/**
 * Filters without a field, each with the way to take it out.
 * @param {Bar} bar
 */
function linked({ address, words, find }) {
  const { language } = store.state
  const list = listOf(address)
  const told = [
    ...LINKED.filter(name => address[name]).map(name => ({ name, said: (words[name] ?? []).map(word => word[language]).join(" / ") || address[name] })),
    ...FLAGS.filter(name => address[name] === "false" && hasFilter(list, name)).map(name => ({ name, said: text("lists.no") })),
  ]
  if (told.length === 0) return nothing
  return html`<p class="linked-filters">
    ${told.map(
      ({ name, said }) => html`<button type="button" class="linked-filter" title=${text("lists.takeOut")} @click=${() => find({ [name]: "" })}>
        <span class="muted">${text(`lists.filter.${name}`)}</span> ${name === "bbox" ? text("lists.inView") : said} ${icon("close")}
      </button>`,
    )}
  </p>`
}
