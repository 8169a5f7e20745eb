/** The submissions of somebody's own organisation: where each stands, who it waits for, and the way to write another. */

import { html, nothing } from "lit"
import { repeat } from "lit/directives/repeat.js"
import { getJson } from "../api/client.js"
import { Answer } from "../forms/answer.js"
import { formatMoment } from "../language/format.js"
import { PageElement } from "../shell/page_element.js"
import { redrawOn, store, text } from "../shell/page_store.js"
import { writeAddress } from "../work/address.js"
import { filters, goTo, narrow, onPlace } from "../work/place.js"
import { heading, pages, searchBox } from "./list_parts.js"
import { beginSubmission } from "./new_submission.js"
import { LIMIT, STATES, listPath } from "./submission.js"
import "./submission_page.js"
import { waitingText } from "./waiting.js"

/** @import {Brief, Submissions} from "./submission.js" */

export class SubmissionsTab extends PageElement {
  static properties = { said: { state: true } }

  /** @type {Answer<Submissions>} */
  #list = new Answer(this, signal => getJson(this.#path(), { signal }))
  #asked = ""

  constructor() {
    super()
    /** @type {{key: string, values?: Record<string, string>} | null} */
    this.said = null
    redrawOn(this, "session")
    onPlace(this, () => this.#follow())
  }

  connectedCallback() {
    super.connectedCallback()
    this.#asked = ""
    this.#follow()
  }

  render() {
    const { id } = filters()
    if (id) return html`<riskmap-submission .submissionId=${id} .tab=${"submissions"} @submission-done=${(/** @type {CustomEvent} */ event) => this.#leave(event.detail)}></riskmap-submission>`
    return html`<div class="page-wide">
      ${this.#toolbar()}
      <p class="said" role="status">${this.said && text(this.said.key, this.said.values)}</p>
      ${this.#list.show(list => this.#table(list))}
    </div>`
  }

  #toolbar() {
    const { state = "", q = "" } = filters()
    const counts = this.#list.value?.states ?? {}
    const total = Object.values(counts).reduce((sum, count) => sum + count, 0)
    return html`<div class="toolbar" role="search">
      ${searchBox(text("submissions.search"), q, words => this.#find({ q: words }))}
      <div class="state-filter" role="group" aria-label=${text("submissions.state")}>
        ${["", ...STATES].map(
          each => html`<button type="button" class="state-button" aria-pressed=${each === state} @click=${() => this.#find({ state: each })}>
            ${text(each ? `state.${each}` : "state.all")} <span class="muted">${each ? (counts[each] ?? 0) : total}</span>
          </button>`,
        )}
      </div>
      <span class="toolbar-gap"></span>
      <button type="button" class="primary-button" @click=${this.#begin}>${text("newSubmission.title")}</button>
    </div>`
  }

  /** @param {Submissions} list */
  #table(list) {
    const { sort, state, q } = filters()
    if (list.total === 0) {
      return html`<div class="nothing" role="status">
        <p>${text(state || q ? "submissions.noneFound" : "submissions.none")}</p>
        ${state || q ? nothing : html`<button type="button" class="button" @click=${this.#begin}>${text("newSubmission.title")}</button>`}
      </div>`
    }
    const by = (/** @type {string} */ column, /** @type {string} */ key) => heading(column, key, sort ?? "", chosen => this.#find({ sort: chosen }))
    return html`
      <table class="table submissions-table">
        <thead>
          <tr>
            ${by("number", "submission.number")} ${by("enterprise", "submission.enterprise")}
            <th scope="col">${text("submission.title")}</th>
            <th scope="col">${text("submission.state")}</th>
            <th scope="col">${text("submission.waiting")}</th>
            <th scope="col" class="number">${text("submission.changes")}</th>
            ${by("updated", "submission.updated")}
          </tr>
        </thead>
        <tbody>
          ${repeat(list.items, ({ id }) => id, brief => this.#row(brief))}
        </tbody>
      </table>
      ${pages(list, page => this.#find({ page }))}
    `
  }

  /** @param {Brief} brief */
  #row(brief) {
    const { language } = store.state
    const { id, number, enterprise, title, state, changes, downgrades, updated_at, comment, is_new } = brief
    return html`<tr class="linked-row" @click=${(/** @type {Event} */ event) => openRow(event)}>
      <td class="number">${number}</td>
      <th scope="row"><a href=${writeAddress("submissions", { id })}>${enterprise.name}</a>${is_new ? html` <span class="tag">${text("submission.isNew")}</span>` : nothing}</th>
      <td>${title}${state.code === "returned" && comment ? html`<span class="row-remark">${text("submission.returnedFor", { comment })}</span>` : nothing}</td>
      <td><span class="tag" data-state=${state.code}>${state[language]}</span>${downgrades ? html` <span class="tag is-strong">${text("submission.lowering")}</span>` : nothing}</td>
      <td>${waitingText(brief)}</td>
      <td class="number">${changes}</td>
      <td class="moment">${formatMoment(updated_at, language)}</td>
    </tr>`
  }

  /** @param {Record<string, string | number>} wanted */
  #find(wanted) {
    this.said = null
    narrow({ page: "", ...wanted })
  }

  #begin = async () => {
    const id = await beginSubmission()
    if (id) goTo("submissions", { id })
  }

  /** @param {{key: string, values?: Record<string, string>}} said */
  #leave(said) {
    this.said = said
    goTo("submissions")
  }

  #path() {
    const { q, state, sort, page } = filters()
    return listPath("/api/v1/submissions", { own: true, q, state, sort, page, limit: LIMIT })
  }

  #follow() {
    this.requestUpdate()
    if (filters().id) {
      this.#asked = ""
      return
    }
    const path = this.#path()
    if (path === this.#asked) return
    this.#asked = path
    this.#list.load()
  }
}

/**
 * A click anywhere on a row opens it, but not one that ends a selection of its text.
 * @param {Event} event
 */
export function openRow(event) {
  if (event.target instanceof Element && event.target.closest("a, button, input, label")) return
  if (getSelection()?.isCollapsed === false) return
  const link = /** @type {HTMLElement} */ (event.currentTarget).querySelector("a")
  link?.click()
}

customElements.define("submissions-tab", SubmissionsTab)
