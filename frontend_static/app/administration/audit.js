/** The audit trail: what was done, by whom, to what; newest first, and whether the chain of it is whole. */

import { html, nothing } from "lit"
import { repeat } from "lit/directives/repeat.js"
import { getJson, isAbort } from "../api/client.js"
import { Answer } from "../forms/answer.js"
import { formatCount, formatMoment, formatSecond } from "../language/format.js"
import { hasMessage } from "../language/messages.js"
import { icon } from "../shell/icons.js"
import { PageElement } from "../shell/page_element.js"
import { redrawOn, store, text } from "../shell/page_store.js"
import { problemText } from "../shell/problem_text.js"
import { auditPath } from "./audit_query.js"
import { differences, valueText } from "./differences.js"
import { filterDay, filterSelect, searchField } from "./toolbar.js"

/** @import {TemplateResult} from "lit" */
/** @import {Word} from "../grades/vocabulary.js" */
/** @import {AuditQuery} from "./audit_query.js" */
/** @import {Facts} from "./differences.js" */
/** @import {Roles} from "./role.js" */

/**
 * @typedef {object} AuditEvent
 * @property {number} number
 * @property {string} at
 * @property {string} actor_name
 * @property {Word | null} role
 * @property {string | null} address
 * @property {Word} action
 * @property {{kind: string, id: string, name: string | null} | null} subject
 * @property {Facts} before
 * @property {Facts} after
 * @property {"ok" | "refused" | "failed"} result
 * @property {Facts} detail
 * @property {boolean} is_sealed Whether the chain holds it already.
 *
 * @typedef {{items: AuditEvent[], next: number | null, total: number}} AuditEvents
 *
 * @typedef {object} Verification
 * @property {boolean} is_intact
 * @property {number} events
 * @property {number} sealed
 * @property {string | null} head
 * @property {string | null} sealed_until
 * @property {{number: number, reason_zh: string, reason_en: string}[]} faults
 */

/** Fields whose values are words of the service. */
const WORDED = ["reason", "method", "purpose", "what"]

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
  /** @type {Answer<Verification>} */
  #verification = new Answer(this, signal => getJson("/api/v1/audit/verification", { signal }))

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
    this.#verification.load()
  }

  render() {
    return html`
      ${this.#toolbar()}
      <div class="chain">${this.#verification.show(verification => this.#chain(verification))}</div>
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

  /** @param {Verification} verification */
  #chain({ is_intact, events, sealed, head, sealed_until, faults }) {
    const { language } = store.state
    const values = { events: formatCount(events, language), sealed: formatCount(sealed, language), waiting: formatCount(events - sealed, language) }
    return html`<details class="chain-state">
      <summary>
        ${icon(is_intact ? "check" : "warning")}
        <b>${text(is_intact ? "chain.intact" : "chain.broken")}</b>
        <span>${text("chain.counts", values)}</span>
        ${sealed_until ? html`<span class="muted">${text("chain.until", { moment: formatMoment(sealed_until, language) })}</span>` : nothing}
      </summary>
      <p>${text("chain.about")}</p>
      ${head ? html`<p>${text("chain.head")} <span class="code chain-head">${head}</span></p>` : nothing}
      ${faults.length > 0
        ? html`<ul class="chain-faults" role="alert">
            ${faults.map(fault => html`<li>${text("chain.fault", { number: fault.number })} ${language === "zh" ? fault.reason_zh : fault.reason_en}</li>`)}
          </ul>`
        : nothing}
    </details>`
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
          <tr>
            <th scope="col"><span class="visually-hidden">${text("audit.unfold")}</span></th>
            <th scope="col">${text("audit.at")}</th>
            <th scope="col">${text("audit.actor")}</th>
            <th scope="col">${text("account.role")}</th>
            <th scope="col">${text("audit.address")}</th>
            <th scope="col">${text("audit.action")}</th>
            <th scope="col">${text("audit.subject")}</th>
            <th scope="col">${text("audit.result")}</th>
          </tr>
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
    const { language } = store.state
    const { number, at, actor_name, role, address, action, subject, result } = event
    const isOpen = this.open.has(number)
    return html`
      <tr class=${isOpen ? "is-open" : ""}>
        <td class="unfold">
          <button
            type="button"
            class="icon-button"
            aria-expanded=${isOpen}
            aria-controls="event-${number}"
            aria-label=${text("audit.unfoldOne", { number })}
            @click=${() => this.#toggle(number)}
          >
            ${icon(isOpen ? "up" : "down")}
          </button>
        </td>
        <td class="moment">${formatSecond(at, language)}</td>
        <td>${actor_name}</td>
        <td>${role ? role[language] : "—"}</td>
        <td class="code">${address ?? "—"}</td>
        <td>${action[language]}</td>
        <td>${subject ? html`${subjectKind(subject.kind)} <b>${subject.name ?? subject.id}</b>` : "—"}</td>
        <td>${result === "ok" ? text("auditResult.ok") : html`<span class="tag is-strong">${text(`auditResult.${result}`)}</span>`}</td>
      </tr>
      ${isOpen ? this.#unfolded(event) : nothing}
    `
  }

  /** @param {AuditEvent} event */
  #unfolded({ number, before, after, detail, subject, is_sealed }) {
    const changed = differences(before, after)
    const more = differences(null, detail)
    return html`<tr class="unfolded" id="event-${number}">
      <td></td>
      <td colspan="7">
        <p class="muted">
          ${text("audit.number", { number })} · ${text(is_sealed ? "audit.sealed" : "audit.unsealed")}
          ${subject ? html` · <span class="code">${subject.id}</span>` : nothing}
        </p>
        ${changed.length > 0
          ? html`<table class="difference">
              <thead>
                <tr>
                  <th scope="col">${text("audit.field")}</th>
                  <th scope="col">${text("audit.before")}</th>
                  <th scope="col">${text("audit.after")}</th>
                </tr>
              </thead>
              <tbody>
                ${changed.map(
                  each => html`<tr>
                    <th scope="row">${fieldName(each.field)}</th>
                    <td>${this.#said(each.field, each.before, words => html`<del>${words}</del>`)}</td>
                    <td>${this.#said(each.field, each.after, words => html`<ins>${words}</ins>`)}</td>
                  </tr>`,
                )}
              </tbody>
            </table>`
          : nothing}
        ${more.length > 0
          ? html`<dl class="facts-line">${more.map(({ field, after }) => html`<dt>${fieldName(field)}</dt><dd>${this.#said(field, after, words => html`${words}`)}</dd>`)}</dl>`
          : nothing}
        ${changed.length + more.length === 0 ? html`<p>${text("audit.nothingMore")}</p>` : nothing}
      </td>
    </tr>`
  }

  /**
   * A value in words: a role by its name; dashes where there was nothing to tell.
   * @param {string} field
   * @param {unknown} value
   * @param {(words: string) => TemplateResult} draw
   */
  #said(field, value, draw) {
    const role = field === "role" && this.#roles.value?.roles.find(({ code }) => code === value)
    const words = role ? role[store.state.language] : saidAs(field, value) ?? valueText(value, { yes: text("roles.yes"), no: text("audit.no") })
    if (words !== null) return draw(words)
    return html`<span class="muted">${value === undefined ? "—" : text("audit.empty")}</span>`
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
    this.#reload()
    this.#verification.load()
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

/** The server names fields as the register does; those that people meet have words. @param {string} field */
function fieldName(field) {
  return hasMessage(`auditField.${field}`) ? text(`auditField.${field}`) : field
}

/**
 * The words for what the trail says in words of its own; null for what is data.
 * @param {string} field
 * @param {unknown} value
 */
function saidAs(field, value) {
  const key = `auditValue.${String(value).replaceAll(" ", "_")}`
  return WORDED.includes(field) && hasMessage(key) ? text(key) : null
}

/** @param {string} kind */
function subjectKind(kind) {
  return hasMessage(`auditSubject.${kind}`) ? text(`auditSubject.${kind}`) : kind
}

customElements.define("riskmap-audit", Audit)
