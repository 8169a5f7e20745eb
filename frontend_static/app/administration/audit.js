/** The audit trail: what was done, by whom, to what; newest first. */

import { html, nothing } from "lit"
import { repeat } from "lit/directives/repeat.js"
import { getJson, isAbort } from "../api/client.js"
import { Answer } from "../forms/answer.js"
import { formatCount } from "../language/format.js"
import { icon } from "../shell/icons.js"
import { PageElement } from "../shell/page_element.js"
import { redrawOn, store, text } from "../shell/page_store.js"
import { problemText } from "../shell/problem_text.js"
import { eventHeads, eventRows } from "./audit_event.js"
import { auditPath } from "./audit_query.js"
import "./chain_state.js"
import { filterDay, filterSelect, searchField } from "./toolbar.js"

/** @import {Word} from "../grades/vocabulary.js" */
/** @import {AuditEvent} from "./audit_event.js" */
/** @import {AuditQuery} from "./audit_query.js" */
/** @import {ChainState} from "./chain_state.js" */
/** @import {Roles} from "./role.js" */

/** @typedef {{items: AuditEvent[], next: number | null, total: number}} AuditEvents */

const RESULTS = Object.freeze(["ok", "refused", "failed"])

export class Audit extends PageElement {
  static properties = {
    open: { state: true },
    older: { state: true },
    isGettingOlder: { state: true },
    olderProblem: { state: true },
  }

  /** @type {AuditQuery} */
  #query = { q: "", action: "", result: "", since: "", until: "" }
  /** @type {Answer<AuditEvents>} */
  #events = new Answer(this, signal => getJson(auditPath(this.#query), { signal }))
  /** @type {Answer<{actions: Word[]}>} */
  #actions = new Answer(this, signal => getJson("/api/v1/audit/actions", { signal }))
  /** @type {Answer<Roles>} */
  #roles = new Answer(this, signal => getJson("/api/v1/roles", { signal }))

  constructor() {
    super()
    /** Numbers of the events that are unfolded. @type {ReadonlySet<number>} */
    this.open = new Set()
    /** What was fetched behind the first answer. @type {{items: AuditEvent[], next: number | null} | null} */
    this.older = null
    this.isGettingOlder = false
    /** @type {unknown} */
    this.olderProblem = null
    redrawOn(this)
  }

  firstUpdated() {
    this.#events.load()
    this.#actions.load()
    this.#roles.load()
  }

  render() {
    return html`
      ${this.#toolbar()}
      <riskmap-chain-state></riskmap-chain-state>
      ${this.#events.show(events => this.#table(events))}
    `
  }

  #toolbar() {
    const { language } = store.state
    const actions = (this.#actions.value?.actions ?? []).map(action => ({ value: action.code, words: action[language] }))
    const results = RESULTS.map(result => ({ value: result, words: text(`auditResult.${result}`) }))
    return html`<div class="toolbar" role="search">
      ${searchField({ label: text("audit.search"), onChange: q => this.#find({ q }) })}
      ${filterSelect({ label: text("audit.action"), options: [{ value: "", words: text("audit.anyAction") }, ...actions], onChange: action => this.#find({ action }) })}
      ${filterSelect({ label: text("audit.result"), options: [{ value: "", words: text("audit.anyResult") }, ...results], onChange: result => this.#find({ result }) })}
      ${filterDay({ label: text("audit.since"), onChange: since => this.#find({ since }) })}
      ${filterDay({ label: text("audit.until"), onChange: until => this.#find({ until }) })}
      <span class="toolbar-gap"></span>
      <button type="button" class="button" @click=${this.#renew}>${icon("refresh")} ${text("action.refresh")}</button>
    </div>`
  }

  /** @param {AuditEvents} events */
  #table({ items, next, total }) {
    if (items.length === 0) return html`<p class="nothing" role="status">${text(this.#isFiltered ? "audit.noneFound" : "audit.none")}</p>`
    const all = [...items, ...(this.older?.items ?? [])]
    const further = this.older ? this.older.next : next
    const values = { shown: formatCount(all.length, store.state.language), total: formatCount(total, store.state.language) }
    return html`
      <table class="table audit-table">
        <thead>
          ${eventHeads()}
        </thead>
        <tbody>
          ${repeat(
            all,
            ({ number }) => number,
            event => this.#rows(event),
          )}
        </tbody>
      </table>
      <div class="table-foot">
        <span>${text("audit.shown", values)}</span>
        ${further !== null
          ? html`<button type="button" class="button" ?disabled=${this.isGettingOlder} @click=${() => this.#getOlder(further)}>
              ${text(this.isGettingOlder ? "page.loading" : "audit.older")}
            </button>`
          : nothing}
        ${this.olderProblem ? html`<span role="alert">${problemText(this.olderProblem)}</span>` : nothing}
      </div>
    `
  }

  /** @param {AuditEvent} event */
  #rows(event) {
    const { number } = event
    return eventRows(event, {
      isOpen: this.open.has(number),
      toggle: () => this.#toggle(number),
      roles: this.#roles.value?.roles ?? [],
    })
  }

  get #isFiltered() {
    return Object.values(this.#query).some(Boolean)
  }

  /** @param {Partial<AuditQuery>} wanted */
  #find(wanted) {
    this.#query = { ...this.#query, ...wanted }
    this.#reload()
  }

  #renew() {
    const chain = /** @type {ChainState} */ (this.querySelector("riskmap-chain-state"))
    this.#reload()
    chain.verify()
  }

  #reload() {
    this.#older.abort()
    this.older = null
    this.olderProblem = null
    this.isGettingOlder = false
    this.#events.load()
  }

  /** @param {number} before */
  async #getOlder(before) {
    const { signal } = (this.#older = new AbortController())
    this.isGettingOlder = true
    this.olderProblem = null
    try {
      const events = /** @type {AuditEvents} */ (await getJson(auditPath(this.#query, before), { signal }))
      this.older = { items: [...(this.older?.items ?? []), ...events.items], next: events.next }
    } catch (problem) {
      if (isAbort(problem)) return
      this.olderProblem = problem
    }
    this.isGettingOlder = false
  }

  /** @param {number} number */
  #toggle(number) {
    const open = new Set(this.open)
    if (!open.delete(number)) open.add(number)
    this.open = open
  }

  #older = new AbortController()
}

customElements.define("riskmap-audit", Audit)
