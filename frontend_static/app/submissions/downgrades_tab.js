/** Every downgrade of a published major or considerable risk: who asked, why, on what evidence, and who decided. */

import { html, nothing } from "lit"
import { getJson } from "../api/client.js"
import { Answer } from "../forms/answer.js"
import { formatArea, formatMoment } from "../language/format.js"
import { icon } from "../shell/icons.js"
import { PageElement } from "../shell/page_element.js"
import { redrawOn, store, text } from "../shell/page_store.js"
import { mayAny } from "../session/session.js"
import { writeAddress } from "../work/address.js"
import { filters, narrow, onPlace } from "../work/place.js"
import { choiceBox, pages, searchBox } from "./list_parts.js"
import { gradeWord } from "./outcome.js"
import { LIMIT, listPath } from "./submission.js"
import { readTables } from "./submission_page.js"

/** @import {Downgrade, Named} from "./submission.js" */
/** @import {Tables} from "./tables.js" */

/** @typedef {Downgrade & {number: number, enterprise: Named, submission_id: string | null}} Line */
/** @typedef {{items: Line[], total: number, page: number, limit: number}} Downgrades */

export class DowngradesTab extends PageElement {
  /** @type {Answer<Downgrades>} */
  #list = new Answer(this, signal => getJson(this.#path(), { signal }))
  /** @type {Answer<Tables>} */
  #tables = new Answer(this, readTables)
  #asked = ""

  constructor() {
    super()
    redrawOn(this, "session")
    onPlace(this, () => this.#follow())
  }

  connectedCallback() {
    super.connectedCallback()
    this.#asked = ""
    this.#tables.load()
    this.#follow()
  }

  render() {
    return html`<div class="page-wide">
      ${this.#toolbar()}
      ${this.#list.show(list => this.#table(list))}
    </div>`
  }

  #toolbar() {
    const { q = "", state = "", way = "" } = filters()
    const { language } = store.state
    const { decisions = [], ways = [] } = this.#tables.value ?? {}
    return html`<div class="toolbar" role="search">
      ${searchBox(text("downgrades.search"), q, words => this.#find({ q: words }))}
      ${choiceBox(text("downgrades.state"), state, [{ value: "", words: text("downgrades.anyState") }, ...decisions.map(word => ({ value: word.code, words: word[language] }))], value => this.#find({ state: value }))}
      ${choiceBox(text("downgrades.way"), way, [{ value: "", words: text("downgrades.anyWay") }, ...ways.map(word => ({ value: word.code, words: word[language] }))], value => this.#find({ way: value }))}
      <span class="toolbar-gap"></span>
      <button type="button" class="button" @click=${() => print()}>${icon("print")} ${text("downgrades.print")}</button>
    </div>`
  }

  /** @param {Downgrades} list */
  #table(list) {
    const { q, state, way } = filters()
    const { language } = store.state
    if (list.total === 0) return html`<p class="nothing" role="status">${text(q || state || way ? "downgrades.noneFound" : "downgrades.none")}</p>`
    return html`
      <table class="table downgrades-table">
        <caption class="print-only">${text("downgrades.caption", { when: formatMoment(new Date().toISOString(), language), count: list.total })}</caption>
        <thead>
          <tr>
            <th scope="col" class="number">${text("submission.number")}</th>
            <th scope="col">${text("downgrades.what")}</th>
            <th scope="col">${text("downgrades.way")}</th>
            <th scope="col">${text("downgrades.grades")}</th>
            <th scope="col">${text("downgrades.asked")}</th>
            <th scope="col">${text("downgrades.decided")}</th>
          </tr>
        </thead>
        <tbody>
          ${list.items.map(line => this.#row(line))}
        </tbody>
      </table>
      ${pages(list, page => this.#find({ page }))}
    `
  }

  /** @param {Line} line */
  #row(line) {
    const { language } = store.state
    const { number, enterprise, zone, way, from_grade, to_grade, lost_m2, asked_by, asked_at, reason, state, decided_by, decided_at, evidence, submission_id } = line
    const name = html`${zone ? html`${zone.name}<span class="row-remark">${enterprise.name}</span>` : enterprise.name}`
    return html`<tr data-state=${state.code}>
      <td class="number">${number}</td>
      <th scope="row">${submission_id && mayAny(store.state.session, "edit", "review") ? html`<a href=${this.#linkTo(submission_id, state.code)}>${name}</a>` : name}</th>
      <td>${way[language]}${lost_m2 ? html`<span class="row-remark">${text("lowering.lost", { area: formatArea(lost_m2, language) })}</span>` : nothing}</td>
      <td class="grades-cell">${gradeWord(from_grade)} → ${to_grade === null && way.code === "deletion" ? text("lowering.gone") : gradeWord(to_grade)}</td>
      <td>${reason ?? "\u2014"}<span class="row-remark">${asked_by} · ${formatMoment(asked_at, language)}</span></td>
      <td><span class="tag ${state.code === "asked" ? "is-strong" : "is-marked"}">${state[language]}</span> ${evidence ?? nothing}${decided_by ? html`<span class="row-remark">${decided_by} · ${decided_at ? formatMoment(decided_at, language) : nothing}</span>` : nothing}</td>
    </tr>`
  }

  /**
   * @param {string} id
   * @param {string} state
   */
  #linkTo(id, state) {
    const isForReview = state === "asked" && mayAny(store.state.session, "review")
    return writeAddress(isForReview ? "review" : mayAny(store.state.session, "edit") ? "submissions" : "review", { id })
  }

  /** @param {Record<string, string | number>} wanted */
  #find(wanted) {
    narrow({ page: "", ...wanted })
  }

  #path() {
    const { q, state, way, page } = filters()
    return listPath("/api/v1/downgrades", { q, state, way, page, limit: LIMIT })
  }

  #follow() {
    this.requestUpdate()
    const path = this.#path()
    if (path === this.#asked) return
    this.#asked = path
    this.#list.load()
  }
}

customElements.define("downgrades-tab", DowngradesTab)
