/** One event of the audit trail: its row, and what stands in it once it is unfolded. */

import { html, nothing } from "lit"
import { formatSecond } from "../language/format.js"
import { hasMessage } from "../language/messages.js"
import { icon } from "../shell/icons.js"
import { store, text } from "../shell/page_store.js"
import { differences, valueText } from "./differences.js"

/** @import {TemplateResult} from "lit" */
/** @import {Word} from "../grades/vocabulary.js" */
/** @import {Difference, Facts} from "./differences.js" */
/** @import {Role} from "./role.js" */

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
 */

/** Fields whose values are words of the service. */
const WORDED = ["reason", "method", "purpose", "what"]

/** The heads of the columns that `eventRows` fills. */
export function eventHeads() {
  return html`<tr>
    <th scope="col"><span class="visually-hidden">${text("audit.unfold")}</span></th>
    <th scope="col">${text("audit.at")}</th>
    <th scope="col">${text("audit.actor")}</th>
    <th scope="col">${text("account.role")}</th>
    <th scope="col">${text("audit.address")}</th>
    <th scope="col">${text("audit.action")}</th>
    <th scope="col">${text("audit.subject")}</th>
    <th scope="col">${text("audit.result")}</th>
  </tr>`
}

/**
 * @param {AuditEvent} event
 * @param {object} view
 * @param {boolean} view.isOpen
 * @param {() => void} view.toggle
 * @param {readonly Role[]} view.roles By whose names the roles that an event speaks of are told.
 */
export function eventRows(event, { isOpen, toggle, roles }) {
  const { language } = store.state
  const { number, at, actor_name, role, address, action, subject, result } = event
  return html`
    <tr class=${isOpen ? "is-open" : ""}>
      <td class="unfold">
        <button
          type="button"
          class="icon-button"
          aria-expanded=${isOpen}
          aria-controls="event-${number}"
          aria-label=${text("audit.unfoldOne", { number })}
          @click=${toggle}
        >
          ${icon(isOpen ? "up" : "down")}
        </button>
      </td>
      <td class="moment">${formatSecond(at, language)}</td>
      <td>${actor_name}</td>
      <td>${role ? role[language] : "—"}</td>
      <td class="code">${address ?? "—"}</td>
      <td class="event-action">${action[language]}</td>
      <td>${subject ? html`${subjectKind(subject.kind)} <b>${subject.name ?? subject.id}</b>` : "—"}</td>
      <td class="event-result">${result === "ok" ? text("auditResult.ok") : html`<span class="tag is-strong">${text(`auditResult.${result}`)}</span>`}</td>
    </tr>
    ${isOpen ? unfolded(event, roles) : nothing}
  `
}

/** @param {string} kind */
function subjectKind(kind) {
  return hasMessage(`auditSubject.${kind}`) ? text(`auditSubject.${kind}`) : kind
}

/**
 * @param {AuditEvent} event
 * @param {readonly Role[]} roles
 */
function unfolded({ number, before, after, detail, subject, is_sealed }, roles) {
  const changed = differences(before, after)
  const more = differences(null, detail)
  return html`<tr class="unfolded" id="event-${number}">
    <td></td>
    <td colspan="7">
      <p class="muted">
        ${text("audit.number", { number })} · ${text(is_sealed ? "audit.sealed" : "audit.unsealed")}
        ${subject ? html` · <span class="code">${subject.id}</span>` : nothing}
      </p>
      ${changed.length > 0 ? changes(changed, roles) : nothing}
      ${more.length > 0
        ? html`<dl class="facts-line">${more.map(({ field, after }) => html`<dt>${fieldName(field)}</dt><dd>${said(field, after, { roles })}</dd>`)}</dl>`
        : nothing}
      ${changed.length + more.length === 0 ? html`<p>${text("audit.nothingMore")}</p>` : nothing}
    </td>
  </tr>`
}

/**
 * @param {Difference[]} changed
 * @param {readonly Role[]} roles
 */
function changes(changed, roles) {
  return html`<table class="difference">
    <thead>
      <tr>
        <th scope="col">${text("audit.field")}</th>
        <th scope="col">${text("audit.before")}</th>
        <th scope="col">${text("audit.after")}</th>
      </tr>
    </thead>
    <tbody>
      ${changed.map(
        ({ field, before, after }) => html`<tr>
          <th scope="row">${fieldName(field)}</th>
          <td>${said(field, before, { roles, draw: words => html`<del>${words}</del>` })}</td>
          <td>${said(field, after, { roles, draw: words => html`<ins>${words}</ins>` })}</td>
        </tr>`,
      )}
    </tbody>
  </table>`
}

/** The server names fields as the register does; those that people meet have words. @param {string} field */
function fieldName(field) {
  return hasMessage(`auditField.${field}`) ? text(`auditField.${field}`) : field
}

/**
 * A value in words: a role by its name; dashes where there was nothing to tell.
 * @param {string} field
 * @param {unknown} value
 * @param {object} how
 * @param {readonly Role[]} how.roles
 * @param {(words: string) => TemplateResult} [how.draw]
 */
function said(field, value, { roles, draw = words => html`${words}` }) {
  const role = field === "role" && roles.find(({ code }) => code === value)
  const words = role ? role[store.state.language] : saidAs(field, value) ?? valueText(value, { yes: text("roles.yes"), no: text("audit.no") })
  if (words !== null) return draw(words)
  return html`<span class="muted">${value === undefined ? "—" : text("audit.empty")}</span>`
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
