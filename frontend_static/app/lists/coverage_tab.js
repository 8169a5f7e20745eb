/** The coverage: who should be in the register, how far each township and sector is, and who is still missing. */

import { html, nothing } from "lit"
import { repeat } from "lit/directives/repeat.js"
import { getJson } from "../api/client.js"
import { Answer } from "../forms/answer.js"
import { formatCount, formatDay, formatMoment } from "../language/format.js"
import { mayAny } from "../session/session.js"
import { icon } from "../shell/icons.js"
import { PageElement } from "../shell/page_element.js"
import { domain, redrawOn, store, text } from "../shell/page_store.js"
import { pages, searchBox } from "../submissions/list_parts.js"
import { writeAddress } from "../work/address.js"
import { filters, goTo, narrow, onPlace } from "../work/place.js"
import { beginRegistration } from "./begin.js"
import { GROUPINGS, PARTS, groupingOf, partOf, rosterPath } from "./coverage.js"
import { coverageTable } from "./coverage_table.js"
import "./export_line.js"
import { printSheet } from "./print_sheet.js"
import { skeleton } from "./skeleton.js"

/** @import {Coverage, Grouping, Roster, RosterItem} from "./coverage.js" */
/** @import {Paper} from "./print_sheet.js" */

export class CoverageTab extends PageElement {
  /** @type {Answer<Coverage>} */
  #coverage = new Answer(this, signal => getJson("/api/v1/coverage", { signal }))
  /** @type {Answer<Roster>} */
  #roster = new Answer(this, signal => getJson(rosterPath(filters()), { signal }))
  #asked = ""
  /** Which entries were shown last: another choice brings them into view. */
  #part = ""

  constructor() {
    super()
    redrawOn(this, "session", "domain")
    onPlace(this, () => this.#follow())
  }

  connectedCallback() {
    super.connectedCallback()
    this.#asked = ""
    this.#part = this.#place()
    this.#coverage.load()
    this.#follow()
  }

  render() {
    const grouping = groupingOf(filters())
    const coverage = this.#coverage.value
    return html`<div class="page-wide coverage">
      <div class="toolbar">
        <h2>${text("coverage.title")}</h2>
        <div class="list-kinds" role="group" aria-label=${text("coverage.by")}>
          ${GROUPINGS.map(each => html`<button type="button" class="list-kind" aria-pressed=${each === grouping} @click=${() => narrow({ by: each === GROUPINGS[0] ? "" : each })}>${text(`coverage.by.${each}`)}</button>`)}
        </div>
        <span class="toolbar-gap"></span>
        ${coverage ? html`<span class="muted">${text("coverage.asOf", { when: formatMoment(coverage.as_of, store.state.language) })}</span>` : nothing}
        <button type="button" class="button" @click=${() => this.#coverage.load()}>${icon("refresh")} ${text("action.refresh")}</button>
        <riskmap-choice-menu
          .label=${text("action.print")}
          .sign=${"print"}
          .choices=${[
            { key: "print.A4", act: () => this.#print("A4") },
            { key: "print.A3", act: () => this.#print("A3") },
          ]}
        ></riskmap-choice-menu>
      </div>
      ${coverage === null && !this.#coverage.problem ? skeleton() : this.#coverage.show(each => this.#numbers(each, grouping))}
      <section class="roster" id="roster" aria-labelledby="roster-title">${this.#entries()}</section>
    </div>`
  }

  /**
   * @param {Coverage} coverage
   * @param {Grouping} grouping
   */
  #numbers(coverage, grouping) {
    if (coverage.rows.length === 0) return html`<p class="nothing" role="status">${text("coverage.none")}</p>`
    const { due, elsewhere } = coverage.whole
    return html`
      ${due === 0 ? html`<p class="remark-box">${text(mayAny(store.state.session, "review") ? "coverage.noRosterOffice" : "coverage.noRoster")}</p>` : nothing}
      <div class="coverage-scroll">${coverageTable(coverage, grouping)}</div>
      <p class="coverage-notes muted">${text("coverage.notes")}${elsewhere ? ` ${text("coverage.elsewhere", { count: elsewhere })}` : nothing}</p>
    `
  }

  #entries() {
    const address = filters()
    const part = partOf(address)
    return html`
      <div class="toolbar" role="search">
        <h2 id="roster-title">${text("coverage.roster")}</h2>
        <select class="filter-select" aria-label=${text("coverage.which")} @change=${(/** @type {Event} */ event) => this.#find({ part: /** @type {HTMLSelectElement} */ (event.target).value })}>
          ${PARTS.map(each => html`<option value=${each === PARTS[0] ? "" : each} .selected=${each === part}>${text(`coverage.part.${each}`)}</option>`)}
        </select>
        ${searchBox(text("coverage.search"), address.words ?? "", words => this.#find({ words }))}
        ${this.#placeChoice("township", domain().district.townships.map(({ code, name }) => ({ code, words: name })))}
        ${this.#placeChoice("sector", domain().vocabulary.sectors.map(each => ({ code: each.code, words: each[store.state.language] })))}
        ${address.words || address.township || address.sector || address.part
          ? html`<button type="button" class="button" @click=${() => this.#find({ part: "", words: "", township: "", sector: "" })}>${icon("refresh")} ${text("lists.reset")}</button>`
          : nothing}
      </div>
      ${this.#roster.show(roster => this.#rosterTable(roster))}
    `
  }

  /**
   * @param {"township" | "sector"} name
   * @param {{code: string, words: string}[]} all
   */
  #placeChoice(name, all) {
    const value = filters()[name] ?? ""
    const what = text(`lists.filter.${name}`)
    return html`<select class="filter-select ${value ? "is-narrowing" : ""}" aria-label=${what} @change=${(/** @type {Event} */ event) => this.#find({ [name]: /** @type {HTMLSelectElement} */ (event.target).value })}>
      <option value="" .selected=${value === ""}>${text("lists.any", { what })}</option>
      ${all.map(({ code, words }) => html`<option value=${code} .selected=${code === value}>${words}</option>`)}
      <option value="none" .selected=${value === "none"}>${text("coverage.unnamed")}</option>
    </select>`
  }

  /** @param {Roster} roster */
  #rosterTable(roster) {
    const { part, words, township, sector } = filters()
    if (roster.total === 0) {
      const isNarrowed = part || words || township || sector
      return html`<p class="nothing" role="status">${text(isNarrowed ? "coverage.noneFound" : "coverage.allRegistered")}</p>`
    }
    const mayRegister = mayAny(store.state.session, "review")
    return html`
      <table class="table roster-table">
        <thead>
          <tr>
            <th scope="col">${text("coverage.name")}</th>
            <th scope="col">${text("coverage.code")}</th>
            <th scope="col">${text("lists.filter.township")}</th>
            <th scope="col">${text("lists.filter.sector")}</th>
            <th scope="col">${text("coverage.dueOn")}</th>
            <th scope="col">${text("coverage.source")}</th>
            <th scope="col">${text("coverage.answer")}</th>
          </tr>
        </thead>
        <tbody>
          ${repeat(roster.items, ({ id }) => id, item => this.#entry(item, mayRegister))}
        </tbody>
      </table>
      ${pages(roster, page => narrow({ page: page === 1 ? "" : page }))}
    `
  }

  /**
   * @param {RosterItem} item
   * @param {boolean} mayRegister
   */
  #entry(item, mayRegister) {
    const { language } = store.state
    const { name, credit_code, township, sector, is_above_scale, due_on, source } = item
    return html`<tr>
      <th scope="row">${name}${is_above_scale ? html` <span class="tag">${text("coverage.aboveScale")}</span>` : nothing}</th>
      <td class="code">${credit_code ?? "—"}</td>
      <td>${township?.[language] ?? "—"}</td>
      <td>${sector?.[language] ?? "—"}</td>
      <td class="moment">${due_on ? formatDay(due_on, language) : "—"}</td>
      <td>${source}</td>
      <td class="roster-answer">${this.#answer(item, mayRegister)}</td>
    </tr>`
  }

  /**
   * @param {RosterItem} item
   * @param {boolean} mayRegister
   */
  #answer(item, mayRegister) {
    const { enterprise_id, enterprise, is_matched } = item
    if (enterprise_id) return html`<a href=${writeAddress("risks", { list: "enterprises", enterprise: enterprise_id, sel: enterprise_id })}>${enterprise}</a>`
    if (is_matched) return html`<span class="muted">${text("coverage.notYours")}</span>`
    if (!mayRegister) return html`<span class="tag is-marked">${text("coverage.waits")}</span>`
    return html`<button type="button" class="button" @click=${() => this.#register(item)}>${text("coverage.register")}</button>`
  }

  /** @param {RosterItem} item */
  async #register(item) {
    const id = await beginRegistration(item)
    if (id) goTo("submissions", { id })
  }

  /** @param {Record<string, string>} changes */
  #find(changes) {
    narrow({ page: "", ...changes })
  }

  /** @param {Paper} paper */
  #print(paper) {
    const coverage = this.#coverage.value
    if (!coverage) return
    const { language } = store.state
    printSheet({
      title: text("coverage.title"),
      lines: [text("coverage.printed", { by: text(`coverage.by.${groupingOf(filters())}`), when: formatMoment(coverage.as_of, language), due: formatCount(coverage.whole.due, language) }), text("coverage.notes")],
      table: coverageTable(coverage, groupingOf(filters())),
      paper,
    })
  }

  #follow() {
    this.requestUpdate()
    const path = rosterPath(filters())
    if (path !== this.#asked) {
      this.#asked = path
      this.#roster.load()
    }
    const place = this.#place()
    if (place !== this.#part) this.updateComplete.then(() => this.querySelector("#roster")?.scrollIntoView({ behavior: "smooth", block: "start" }))
    this.#part = place
  }

  /** What a number of the table leads to. */
  #place() {
    const { part = "", township = "", sector = "" } = filters()
    return [part, township, sector].join()
  }
}

customElements.define("coverage-tab", CoverageTab)
