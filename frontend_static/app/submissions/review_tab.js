/** What waits for review, the longest wait first, and what one has decided; several can be published at once. */

import { html, nothing } from "lit"
import { repeat } from "lit/directives/repeat.js"
import { getJson, sendJson } from "../api/client.js"
import { Answer } from "../forms/answer.js"
import { formatMoment } from "../language/format.js"
import { PageElement } from "../shell/page_element.js"
import { domain, redrawOn, store, text } from "../shell/page_store.js"
import { isWriting } from "../shell/shortcuts.js"
import { writeAddress } from "../work/address.js"
import { filters, goTo, narrow, onPlace } from "../work/place.js"
import { choiceBox, heading, pages, searchBox } from "./list_parts.js"
import "./review_page.js"
import { LIMIT, daysSince, listPath } from "./submission.js"
import { openRow } from "./submissions_tab.js"
import { worded } from "./text_dialog.js"

/** @import {Brief, Submissions} from "./submission.js" */

/** @typedef {{id: string, is_published: boolean, detail: string | null}} Published */

/** Days after which a wait is marked. */
const LONG_WAIT = 3

export class ReviewTab extends PageElement {
  static properties = { chosen: { state: true }, at: { state: true }, results: { state: true }, said: { state: true } }

  /** @type {Answer<Submissions>} */
  #list = new Answer(this, signal => getJson(this.#path(), { signal }))
  #asked = ""

  constructor() {
    super()
    /** Ids of those that are to be published together. @type {ReadonlySet<string>} */
    this.chosen = new Set()
    /** The line that the keyboard is at. */
    this.at = -1
    /** What became of each. @type {ReadonlyMap<string, Published>} */
    this.results = new Map()
    /** @type {{key: string, values?: Record<string, string | number>} | null} */
    this.said = null
    redrawOn(this, "session")
    onPlace(this, () => this.#follow())
  }

  connectedCallback() {
    super.connectedCallback()
    addEventListener("keydown", this.#press)
    this.#asked = ""
    this.#follow()
  }

  disconnectedCallback() {
    super.disconnectedCallback()
    removeEventListener("keydown", this.#press)
  }

  render() {
    const { id } = filters()
    const queue = this.#list.value?.items ?? []
    if (id) {
      return html`<p class="said review-said" role="status">${this.said && text(this.said.key, this.said.values)}</p>
        <riskmap-review .submissionId=${id} .queue=${queue} @decided=${(/** @type {CustomEvent} */ event) => this.#next(event.detail)}></riskmap-review>`
    }
    return html`<div class="page-wide">
      ${this.#toolbar()}
      <p class="said" role="status">${this.said && text(this.said.key, this.said.values)}</p>
      ${this.#list.show(list => (isOfDecided() ? this.#decided(list) : this.#table(list)))}
      <p class="keys-hint muted">${text(isOfDecided() ? "review.keysDecided" : "review.keys")}</p>
    </div>`
  }

  /** Which of the two lists: it stands in the address, and what narrows the one need not fit the other. */
  #lists() {
    return html`<div class="state-filter" role="group" aria-label=${text("review.lists")}>
      ${(/** @type {const} */ (["", "decided"])).map(
        view => html`<button type="button" class="state-button" aria-pressed=${(filters().view ?? "") === view} @click=${() => this.#find({ view, state: "", lowering: "" })}>${text(view ? "review.mine" : "review.waiting")}</button>`,
      )}
    </div>`
  }

  #toolbar() {
    const { q = "", township = "", sector = "", lowering = "", state = "" } = filters()
    const { vocabulary, district } = domain()
    const { language } = store.state
    return html`<div class="toolbar" role="search">
      ${this.#lists()}
      ${searchBox(text("submissions.search"), q, words => this.#find({ q: words }))}
      ${choiceBox(text("enterpriseFact.township"), township, [{ value: "", words: text("review.anyTownship") }, ...district.townships.map(({ code, name }) => ({ value: code, words: name }))], value => this.#find({ township: value }))}
      ${choiceBox(text("enterpriseFact.sector"), sector, [{ value: "", words: text("review.anySector") }, ...vocabulary.sectors.map(word => ({ value: word.code, words: word[language] }))], value => this.#find({ sector: value }))}
      ${isOfDecided() ? choiceBox(text("submission.outcome"), state, ["", "published", "returned"].map(value => ({ value, words: text(value ? `state.${value}` : "review.anyOutcome") })), value => this.#find({ state: value })) : nothing}
      <label class="check"><input type="checkbox" .checked=${lowering === "1"} @change=${(/** @type {Event} */ event) => this.#find({ lowering: /** @type {HTMLInputElement} */ (event.target).checked ? "1" : "" })} /> <span>${text("review.onlyLowering")}</span></label>
      <span class="toolbar-gap"></span>
      ${isOfDecided() ? nothing : this.#publishButton()}
    </div>`
  }

  #publishButton() {
    return html`<button type="button" class="primary-button" ?disabled=${this.chosen.size === 0} @click=${this.#publishChosen}>${text("review.publishChosen", { count: this.chosen.size })}</button>`
  }

  /** @param {Submissions} list */
  #table(list) {
    const { q, township, sector, lowering } = filters()
    if (list.total === 0) return html`<p class="nothing" role="status">${text(q || township || sector || lowering ? "submissions.noneFound" : "review.none")}</p>`
    const open = list.items.filter(({ may }) => may.includes("review"))
    const isAll = open.length > 0 && open.every(({ id }) => this.chosen.has(id))
    return html`
      <table class="table review-table">
        <thead>
          <tr>
            <th scope="col" class="mark"><input type="checkbox" aria-label=${text("review.chooseAll")} .checked=${isAll} ?disabled=${open.length === 0} @change=${() => (this.chosen = new Set(isAll ? [] : open.map(({ id }) => id)))} /></th>
            <th scope="col" class="number">${text("submission.number")}</th>
            <th scope="col">${text("submission.enterprise")}</th>
            <th scope="col">${text("submission.title")}</th>
            <th scope="col">${text("submission.author")}</th>
            <th scope="col" class="number">${text("submission.changes")}</th>
            <th scope="col">${text("submission.submitted")}</th>
            <th scope="col">${text("submission.waitsFor")}</th>
          </tr>
        </thead>
        <tbody>
          ${repeat(list.items, ({ id }) => id, (brief, place) => this.#row(brief, place))}
        </tbody>
      </table>
      ${pages(list, page => this.#find({ page }))}
    `
  }

  /** What one has decided oneself: the outcome, when, and who had handed it in. @param {Submissions} list */
  #decided(list) {
    const { q, township, sector, lowering, state, sort } = filters()
    if (list.total === 0) return html`<p class="nothing" role="status">${text(q || township || sector || lowering || state ? "submissions.noneFound" : "review.noneDecided")}</p>`
    const { language } = store.state
    const by = (/** @type {string} */ column, /** @type {string} */ key) => heading(column, key, sort ?? "-decided", chosen => this.#find({ sort: chosen }))
    return html`
      <table class="table review-table">
        <thead>
          <tr>
            ${by("number", "submission.number")} ${by("enterprise", "submission.enterprise")}
            <th scope="col">${text("submission.title")}</th>
            <th scope="col">${text("submission.author")}</th>
            <th scope="col">${text("submission.outcome")}</th>
            ${by("decided", "submission.decided")}
          </tr>
        </thead>
        <tbody>
          ${repeat(
            list.items,
            ({ id }) => id,
            ({ id, number, enterprise, title, author, state, downgrades, comment, decided_at }, place) => html`<tr class="linked-row" data-at=${place === this.at || nothing} @click=${(/** @type {Event} */ event) => openRow(event)}>
              <td class="number">${number}</td>
              <th scope="row"><a href=${writeAddress("review", { ...filters(), id })}>${enterprise.name}</a></th>
              <td>${title} ${downgrades ? html`<span class="tag is-strong">${text("submission.lowering")}</span>` : nothing}</td>
              <td>${author}</td>
              <td><span class="tag" data-state=${state.code}>${state[language]}</span>${comment ? html`<span class="row-remark">${comment}</span>` : nothing}</td>
              <td class="moment">${decided_at ? formatMoment(decided_at, language) : nothing}</td>
            </tr>`,
          )}
        </tbody>
      </table>
      ${pages(list, page => this.#find({ page }))}
    `
  }

  /**
   * @param {Brief} brief
   * @param {number} place
   */
  #row(brief, place) {
    const { language } = store.state
    const { id, number, enterprise, title, author, changes, downgrades, submitted_at, waits_for, may, is_new } = brief
    const days = submitted_at ? daysSince(submitted_at, Date.now()) : 0
    const result = this.results.get(id)
    return html`<tr class="linked-row" data-at=${place === this.at || nothing} @click=${(/** @type {Event} */ event) => openRow(event)}>
      <td class="mark"><input type="checkbox" aria-label=${text("review.choose", { title })} ?disabled=${!may.includes("review")} title=${may.includes("review") ? "" : text("review.ownWork")} .checked=${this.chosen.has(id)} @change=${() => this.#choose(id)} /></td>
      <td class="number">${number}</td>
      <th scope="row"><a href=${writeAddress("review", { ...filters(), id })}>${enterprise.name}</a>${is_new ? html` <span class="tag">${text("submission.isNew")}</span>` : nothing}</th>
      <td>${title} ${downgrades ? html`<span class="tag is-strong">${text("submission.lowering")}</span>` : nothing}${result && !result.is_published ? html`<span class="row-remark row-refused">${result.detail}</span>` : nothing}</td>
      <td>${author}</td>
      <td class="number">${changes}</td>
      <td class="moment">${submitted_at ? formatMoment(submitted_at, language) : nothing}${days > 0 ? html` <span class=${days >= LONG_WAIT ? "tag is-marked" : "muted"}>${text("waiting.days", { days })}</span>` : nothing}</td>
      <td>${waits_for.join(language === "zh" ? "\u3001" : ", ")}</td>
    </tr>`
  }

  /** @param {string} id */
  #choose(id) {
    const chosen = new Set(this.chosen)
    if (!chosen.delete(id)) chosen.add(id)
    this.chosen = chosen
  }

  #publishChosen = async () => {
    const items = (this.#list.value?.items ?? []).filter(({ id }) => this.chosen.has(id)).map(({ id, version }) => ({ id, version }))
    const done = await worded({
      heading: text("review.publishManyHeading", { count: items.length }),
      lead: text("review.publishManyLead"),
      label: text("review.comment"),
      action: text("review.publish"),
      isOptional: true,
      act: comment => sendJson("POST", "/api/v1/submissions/publish", { items, comment: comment || null }),
    })
    if (!done) return
    const results = /** @type {{items: Published[]}} */ (done.answer).items
    this.results = new Map(results.map(each => [each.id, each]))
    this.chosen = new Set()
    const published = results.filter(({ is_published }) => is_published).length
    this.said = { key: published === results.length ? "review.allPublished" : "review.somePublished", values: { published, refused: results.length - published } }
    this.#list.load()
  }

  /** After a decision the next one opens; after the last, the list. @param {{id: string, key: string, values?: Record<string, string>}} decided */
  #next({ id, key, values }) {
    const queue = (this.#list.value?.items ?? []).filter(({ may }) => may.includes("review"))
    const place = queue.findIndex(each => each.id === id)
    const next = queue[place + 1] ?? queue.find(each => each.id !== id)
    this.said = { key, values }
    const { id: _, ...others } = filters()
    goTo("review", { ...others, id: next && next.id !== id ? next.id : "" })
    this.#list.load()
  }

  #press = (/** @type {KeyboardEvent} */ event) => {
    if (filters().id || event.ctrlKey || event.metaKey || event.altKey || isWriting(event.target) || document.querySelector("dialog[open]")) return
    const items = this.#list.value?.items ?? []
    const step = { j: 1, k: -1 }[event.key.toLowerCase()]
    if (step) {
      this.at = Math.max(0, Math.min(items.length - 1, this.at + step))
      this.updateComplete.then(() => this.querySelector("tr[data-at]")?.scrollIntoView({ block: "nearest" }))
    } else if (event.key === "Enter" && this.at >= 0 && items[this.at] && !(event.target instanceof HTMLElement && event.target.closest("a, button"))) {
      goTo("review", { ...filters(), id: items[this.at].id })
    } else if (event.key === "x" && items[this.at]?.may.includes("review")) this.#choose(items[this.at].id)
    else return
    event.preventDefault()
  }

  /** @param {Record<string, string | number>} wanted */
  #find(wanted) {
    this.said = null
    this.at = -1
    this.chosen = new Set()
    narrow({ page: "", ...wanted })
  }

  #path() {
    const { q, township, sector, lowering, state, sort, page } = filters()
    const which = isOfDecided() ? { decided: true, state, sort: sort ?? "-decided" } : { state: "submitted" }
    return listPath("/api/v1/submissions", { ...which, q, township, sector, lowering: lowering === "1", page, limit: LIMIT })
  }

  #follow() {
    this.requestUpdate()
    const path = this.#path()
    if (path === this.#asked) return
    this.#asked = path
    this.#list.load()
  }
}

/** Whether the list is of what one has decided oneself, not of what waits. */
function isOfDecided() {
  return filters().view === "decided"
}

customElements.define("review-tab", ReviewTab)
