/** The risk lists: zones, events and enterprises in rows, narrowed, sorted, explained, exported and printed. */

import { html, nothing } from "lit"
import { repeat } from "lit/directives/repeat.js"
import { nextSort, sortOf } from "../administration/account.js"
import { getJson } from "../api/client.js"
import { Answer } from "../forms/answer.js"
import { allGrades } from "../grades/vocabulary.js"
import { formatCount } from "../language/format.js"
import { mayAny } from "../session/session.js"
import { PageElement } from "../shell/page_element.js"
import { domain, redrawOn, store, text } from "../shell/page_store.js"
import { filters, narrow, onPlace } from "../work/place.js"
import { cell, isNumber } from "./cells.js"
import "./column_chooser.js"
import { browserShelf, chosenColumns, inOrder, keepColumns, shown } from "./columns.js"
import "./export_line.js"
import { filterBar } from "./filter_bar.js"
import { printSheet } from "./print_sheet.js"
import { LIMITS, LISTS, countsPath, exportPath, listOf, narrowedBy, otherList, pagePath, span, withoutFilters } from "./query.js"
import "./row_panel.js"
import { skeleton } from "./skeleton.js"
import { filtersInWords } from "./words.js"

/** @import {TemplateResult} from "lit" */
/** @import {Filters} from "../work/address.js" */
/** @import {ExportLine} from "./export_line.js" */
/** @import {Paper} from "./print_sheet.js" */
/** @import {Choices, Column, ListCode, RiskList, Row} from "./query.js" */

/** A sheet of this many rows has some fifty pages; more is a file's work. */
const MOST_PRINTED = 2000
/** The most rows that one answer has. */
const AT_ONCE = 200
/** Walking down a list with the arrow key explains the row at which somebody stops. */
const REST_MS = 200

export class RiskListTab extends PageElement {
  static properties = { printing: { state: true }, said: { state: true } }

  /** @type {Answer<RiskList>} */
  #page = new Answer(this, signal => {
    // To try again is to try all of it again.
    if (this.#counts.problem) this.#counts.load()
    return getJson(pagePath(filters()), { signal })
  })
  /** @type {Answer<RiskList>} */
  #counts = new Answer(this, signal => getJson(String(countsPath(filters())), { signal }))
  /** @type {Answer<Choices>} */
  #choices = new Answer(this, signal => getJson(`/api/v1/risk-list/choices?list=${listOf(filters())}`, { signal }))
  /** What was asked for last, so that another choice of a row asks nothing. */
  #asked = { page: "", counts: "", choices: "" }
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #rest

  constructor() {
    super()
    /** How many rows of a sheet are there; null while nothing is printed. @type {{rows: number, all: number} | null} */
    this.printing = null
    /** @type {string | null} */
    this.said = null
    redrawOn(this, "session", "domain")
    onPlace(this, () => this.#follow())
    onZoneChosen(this, id => narrow({ ...withoutFilters(), ...otherList("zones"), sel: id }))
  }

  connectedCallback() {
    super.connectedCallback()
    this.#asked = { page: "", counts: "", choices: "" }
    this.#follow()
  }

  render() {
    const address = filters()
    const list = listOf(address)
    // Rows of another question would be taken for the answer to one that failed.
    const page = this.#page.value?.title.code === list && !this.#page.problem ? this.#page.value : null
    return html`<div class="list-frame" @keydown=${this.#press}>
      <div class="list-side">
        ${this.#head(list, page)}
        ${filterBar({
          address,
          counts: (countsPath(address) ? this.#counts.value : page)?.counts ?? null,
          choices: this.#choices.value,
          words: page?.filters ?? {},
          find: changes => this.#find(changes),
        })}
        <riskmap-export-line></riskmap-export-line>
        ${this.printing ? html`<p class="export-line" role="status">${text("print.reading", { rows: this.printing.rows, all: this.printing.all })}</p>` : nothing}
        ${this.said ? html`<p class="said" role="alert">${this.said}</p>` : nothing}
        <div class="list-answer">${page === null && !this.#page.problem ? skeleton() : this.#page.show(() => (page ? this.#body(list, page) : html``))}</div>
      </div>
      ${address.sel ? html`<aside class="list-panel" aria-label=${text("lists.panel")}><riskmap-list-row .list=${list} .key=${address.sel} @row-close=${() => this.#close()}></riskmap-list-row></aside>` : nothing}
    </div>`
  }

  /**
   * @param {ListCode} list
   * @param {RiskList | null} page
   */
  #head(list, page) {
    const columns = page ? inOrder(list, page.columns) : []
    return html`<div class="toolbar list-head">
      <nav class="list-kinds" aria-label=${text("lists.kinds")}>
        ${LISTS.map(each => html`<button type="button" class="list-kind" aria-pressed=${each === list} @click=${() => each !== list && narrow(otherList(each))}>${text(`lists.kind.${each}`)}</button>`)}
      </nav>
      <span class="toolbar-gap"></span>
      <riskmap-column-chooser
        .columns=${columns}
        .chosen=${chosenColumns(list, browserShelf())}
        @choose=${(/** @type {CustomEvent<string[] | null>} */ event) => this.#choose(list, event.detail)}
      ></riskmap-column-chooser>
      ${mayAny(store.state.session, "export")
        ? html`<riskmap-choice-menu
            .label=${text("lists.export")}
            .choices=${[
              { key: "lists.xlsx", act: () => this.#export("xlsx", "Excel") },
              { key: "lists.csv", act: () => this.#export("csv", "CSV") },
            ]}
          ></riskmap-choice-menu>`
        : nothing}
      <riskmap-choice-menu
        .label=${text("action.print")}
        .sign=${"print"}
        .choices=${[
          { key: "print.A4", act: () => this.#print("A4") },
          { key: "print.A3", act: () => this.#print("A3") },
        ]}
      ></riskmap-choice-menu>
    </div>`
  }

  /**
   * @param {ListCode} list
   * @param {RiskList} page
   */
  #body(list, page) {
    if (page.total === 0) return this.#nothing()
    if (page.items.length === 0) return this.#noPage()
    const columns = shown(list, page.columns, chosenColumns(list, browserShelf()))
    return html`
      <div class="list-scroll" tabindex="-1">
        <table class="table list-table" data-list=${list}>
          <caption class="visually-hidden">${page.title[store.state.language]}</caption>
          <thead>
            <tr>${columns.map(column => this.#heading(column, page.sort))}</tr>
          </thead>
          <tbody>
            ${repeat(page.items, ({ id }) => id, row => this.#row(columns, row))}
          </tbody>
        </table>
      </div>
      ${this.#foot(page)}
    `
  }

  /**
   * @param {Column} column
   * @param {string} sort
   */
  #heading(column, sort) {
    const { code, is_sortable } = column
    const words = store.state.language === "zh" ? column.zh : column.en
    const kind = isNumber(column) ? "number" : ""
    if (!is_sortable) return html`<th scope="col" class=${kind}>${words}</th>`
    const order = sortOf(sort, code)
    return html`<th scope="col" class=${kind} aria-sort=${order}>
      <button type="button" class="sort-button" @click=${() => this.#find({ sort: nextSort(sort, code) })}>
        ${words}<span class="sort-sign" aria-hidden="true">${{ ascending: "↑", descending: "↓", none: "↕" }[order]}</span>
      </button>
    </th>`
  }

  /**
   * @param {readonly Column[]} columns
   * @param {Row} row
   */
  #row([name, ...columns], row) {
    const isOpen = filters().sel === row.id
    return html`<tr class="list-row" data-id=${row.id} aria-current=${isOpen ? "true" : nothing} @click=${(/** @type {Event} */ event) => this.#clickRow(event, row.id)}>
      <th scope="row"><button type="button" class="row-open" aria-expanded=${isOpen}>${cell(name, row)}</button></th>
      ${columns.map(column => html`<td class=${isNumber(column) ? "number" : ""} data-column=${column.code}>${cell(column, row)}</td>`)}
    </tr>`
  }

  /** @param {RiskList} page */
  #foot(page) {
    const { language } = store.state
    const { total, unplaced, limit } = page
    const { first, last } = span(page)
    const end = Math.max(1, Math.ceil(total / limit))
    const values = { first: formatCount(first, language), last: formatCount(last, language), total: formatCount(total, language) }
    return html`<nav class="table-foot list-foot" aria-label=${text("table.pages")}>
      <span>${text("lists.count", values)}${unplaced ? html` · <span class="muted">${text("lists.countUnplaced", { count: formatCount(unplaced, language) })}</span>` : nothing} · <span class="muted">${text(`legend.basis.${domain().district.grade_basis}`)}</span></span>
      <label>${text("lists.limit")}
        <select class="filter-select" @change=${(/** @type {Event} */ event) => this.#find({ limit: /** @type {HTMLSelectElement} */ (event.target).value })}>
          ${LIMITS.map(each => html`<option value=${each === LIMITS[0] ? "" : each} .selected=${each === limit}>${each}</option>`)}
        </select>
      </label>
      <button type="button" class="button" ?disabled=${page.page <= 1} @click=${() => this.#turn(page.page - 1)}>${text("table.previous")}</button>
      <span>${text("table.page", { page: page.page, last: end })}</span>
      <button type="button" class="button" ?disabled=${page.page >= end} @click=${() => this.#turn(page.page + 1)}>${text("table.next")}</button>
    </nav>`
  }

  #nothing() {
    const address = filters()
    const isNarrowed = Object.keys(narrowedBy(address)).length > 0
    return html`<div class="nothing" role="status">
      <p>${text(isNarrowed ? "lists.noneFound" : `lists.none.${listOf(address)}`)}</p>
      ${isNarrowed
        ? html`<button type="button" class="button" @click=${() => this.#find(withoutFilters())}>${text("lists.reset")}</button>`
        : html`<p class="muted">${text(mayAny(store.state.session, "review") ? "lists.noneWhatOffice" : "lists.noneWhat")}</p>`}
    </div>`
  }

  /** The rows became fewer than the address thinks. */
  #noPage() {
    return html`<div class="nothing" role="status">
      <p>${text("lists.noPage")}</p>
      <button type="button" class="button" @click=${() => this.#find({})}>${text("lists.firstPage")}</button>
    </div>`
  }

  /**
   * @param {Event} event
   * @param {string} id
   */
  #clickRow(event, id) {
    // A click that ends a selection of text copies, it does not open.
    if (getSelection()?.isCollapsed === false) return
    const row = /** @type {HTMLElement} */ (event.currentTarget)
    row.querySelector("button")?.focus({ preventScroll: true })
    narrow({ sel: filters().sel === id && event.target instanceof Element && event.target.closest(".row-open") ? "" : id })
  }

  #close() {
    const { sel } = filters()
    narrow({ sel: "" })
    this.#rowButtons().find(button => button.closest("tr")?.dataset.id === sel)?.focus()
  }

  #press = (/** @type {KeyboardEvent} */ event) => {
    const { sel } = filters()
    if (event.key === "Escape" && sel) this.#close()
    const buttons = this.#rowButtons()
    const at = buttons.findIndex(button => button === document.activeElement)
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (at < 0 || !step) return
    event.preventDefault()
    const next = buttons[Math.min(Math.max(at + step, 0), buttons.length - 1)]
    next.focus()
    clearTimeout(this.#rest)
    if (sel) this.#rest = setTimeout(() => narrow({ sel: next.closest("tr")?.dataset.id }), REST_MS)
  }

  #rowButtons() {
    return [.../** @type {NodeListOf<HTMLElement>} */ (this.querySelectorAll(".row-open"))]
  }

  /** Any other question starts on the first page. @param {Record<string, string>} changes */
  #find(changes) {
    this.said = null
    narrow({ page: "", ...changes })
  }

  /** @param {number} page */
  #turn(page) {
    narrow({ page: page === 1 ? "" : page })
    this.querySelector(".list-scroll")?.scrollTo({ top: 0 })
  }

  /**
   * @param {ListCode} list
   * @param {string[] | null} chosen
   */
  #choose(list, chosen) {
    keepColumns(list, chosen, browserShelf())
    this.requestUpdate()
  }

  /**
   * @param {"xlsx" | "csv"} form
   * @param {string} name
   */
  #export(form, name) {
    const line = /** @type {ExportLine} */ (this.querySelector("riskmap-export-line"))
    line.begin({ path: exportPath(filters(), form), rows: this.#page.value?.total ?? 0, form: name })
  }

  /** @param {Paper} paper */
  async #print(paper) {
    const address = filters()
    const list = listOf(address)
    if (this.printing) return
    this.said = null
    this.printing = { rows: 0, all: Math.min(this.#page.value?.total ?? 0, MOST_PRINTED) }
    try {
      const rows = await this.#everyRow(address)
      const page = /** @type {RiskList} */ (rows.page)
      this.printing = null
      await this.updateComplete
      printSheet({
        title: page.title[store.state.language],
        lines: [filtersInWords(address, page.filters), countsInWords(page), ...(page.total > rows.items.length ? [text("print.cut", { rows: rows.items.length, total: page.total })] : [])],
        table: this.#sheet(shown(list, page.columns, chosenColumns(list, browserShelf())), rows.items),
        paper,
      })
    } catch (problem) {
      this.printing = null
      this.said = text("print.failed")
    }
  }

  /**
   * @param {Filters} address
   * @returns {Promise<{items: Row[], page: RiskList | null}>}
   */
  async #everyRow(address) {
    /** @type {Row[]} */
    const items = []
    /** @type {RiskList | null} */
    let page = null
    for (let number = 1; items.length < Math.min(page?.total ?? 1, MOST_PRINTED); number += 1) {
      page = /** @type {RiskList} */ (await getJson(pagePath({ ...address, page: String(number), limit: String(AT_ONCE) })))
      items.push(...page.items)
      this.printing = { rows: items.length, all: Math.min(page.total, MOST_PRINTED) }
      if (page.items.length === 0) break
    }
    return { items: items.slice(0, MOST_PRINTED), page }
  }

  /**
   * @param {readonly Column[]} columns
   * @param {readonly Row[]} rows
   * @returns {TemplateResult}
   */
  #sheet(columns, rows) {
    return html`<table class="table">
      <thead>
        <tr>
          <th scope="col" class="number">${text("print.number")}</th>
          ${columns.map(column => html`<th scope="col" class=${isNumber(column) ? "number" : ""}>${store.state.language === "zh" ? column.zh : column.en}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map((row, index) => html`<tr><td class="number">${index + 1}</td>${columns.map(column => html`<td class=${isNumber(column) ? "number" : ""}>${cell(column, row)}</td>`)}</tr>`)}
      </tbody>
    </table>`
  }

  #follow() {
    this.requestUpdate()
    const address = filters()
    this.#ask("page", pagePath(address), this.#page)
    this.#ask("choices", listOf(address), this.#choices)
    const counts = countsPath(address)
    if (counts) this.#ask("counts", counts, this.#counts)
  }

  /**
   * @param {"page" | "counts" | "choices"} name
   * @param {string} path
   * @param {Answer<any>} answer
   */
  #ask(name, path, answer) {
    if (this.#asked[name] === path) return
    this.#asked[name] = path
    answer.load()
  }
}

/**
 * An explanation leads to a zone by selecting it, as on the map; here that is a row of the list.
 * @param {RiskListTab} host
 * @param {(id: string) => void} open
 */
function onZoneChosen(host, open) {
  const listen = () =>
    store.subscribe(({ selection }) => {
      if (selection?.layer !== "zones") return
      store.set({ selection: null })
      open(selection.id)
    })
  let end = () => {}
  host.addController({ hostConnected: () => (end = listen()), hostDisconnected: () => end() })
}

/** @param {RiskList} page */
function countsInWords({ counts, total }) {
  const { language } = store.state
  const parts = allGrades(domain().vocabulary).map(grade => `${grade[language]} ${formatCount(counts[String(grade.code)] ?? 0, language)}`)
  return text("print.counts", { total: formatCount(total, language), parts: parts.join(text("lists.comma")), basis: text(`legend.basis.${domain().district.grade_basis}`) })
}

customElements.define("risk-list-tab", RiskListTab)
