/** A new submission from a list: about an enterprise of the register, or about one that the roster awaits. */

import { html, nothing } from "lit"
import { getJson, sendJson } from "../api/client.js"
import { Answer } from "../forms/answer.js"
import { DialogElement, dialogButtons } from "../forms/dialog.js"
import { formProblem, textField } from "../forms/fields.js"
import { FormState, required, valuesOf } from "../forms/form_state.js"
import { store, text } from "../shell/page_store.js"
import { AT_FIRST } from "../submissions/fields.js"
import { listPath, newId } from "../submissions/submission.js"
import { writeAddress } from "../work/address.js"

/** @import {Submission, Submissions} from "../submissions/submission.js" */
/** @import {RosterItem} from "./coverage.js" */

/**
 * @typedef {object} Subject
 * @property {string} name
 * @property {string} heading
 * @property {string} title What the submission is called at first.
 * @property {string} lead What will stand in the submission from the start.
 * @property {Record<string, unknown>} body What is sent beside the title.
 * @property {string} openOnes The path of submissions that may be about the same.
 */

/** @extends {DialogElement<string>} */
export class BeginSubmission extends DialogElement {
  #form = new FormState(this)
  /** @type {Answer<Submissions>} */
  #open
  /** @type {Subject} */
  #subject

  /** @param {Subject} subject */
  constructor(subject) {
    super()
    this.#subject = subject
    this.#open = new Answer(this, signal => getJson(subject.openOnes, { signal }))
  }

  firstUpdated() {
    this.#open.load()
  }

  heading() {
    return this.#subject.heading
  }

  body() {
    return html`<form class="dialog-body form" novalidate @submit=${this.#send}>
      <p><b>${this.#subject.name}</b></p>
      <p class="muted">${this.#subject.lead}</p>
      ${this.#alreadyOpen()}
      ${textField({ name: "title", label: text("submission.title"), value: this.#subject.title, maxlength: 200, fault: this.#form.fault("title"), hint: text("newSubmission.titleHint") })}
      ${formProblem(this.#form.sentence)}
      ${dialogButtons({ action: text("newSubmission.action"), isSending: this.#form.isSending, cancel: () => this.close() })}
    </form>`
  }

  #alreadyOpen() {
    const briefs = this.#open.value?.items ?? []
    if (briefs.length === 0) return nothing
    return html`<div class="remark-box" role="status">
      <p>${text("newSubmission.alreadyOpen")}</p>
      <ul>
        ${briefs.map(({ id, number, title, state, author }) => html`<li><a href=${writeAddress("submissions", { id })} @click=${() => this.close()}>#${number} ${title}</a> <span class="muted">${state[store.state.language]} · ${author}</span></li>`)}
      </ul>
    </div>`
  }

  /** @param {SubmitEvent} event */
  #send = async event => {
    event.preventDefault()
    const { title } = valuesOf(/** @type {HTMLFormElement} */ (event.target))
    const send = () => sendJson("POST", "/api/v1/submissions", { title, ...this.#subject.body })
    const begun = /** @type {Submission | undefined} */ (await this.#form.send(send, { checks: { title: required(title) }, blame: "title" }))
    if (begun) this.close(begun.id)
  }
}

customElements.define("riskmap-begin-submission", BeginSubmission)

/** Of one enterprise or name, those that somebody still works on. @param {Record<string, string>} query */
function openOnes(query) {
  return `${listPath("/api/v1/submissions", { ...query, limit: 5 })}&state=draft&state=returned&state=submitted`
}

/**
 * @param {{id: string, name: string}} enterprise
 * @returns {Promise<string | null>} The id of the submission that was begun.
 */
export function beginAbout({ id, name }) {
  const title = text("newSubmission.titleAtFirst", { year: new Date().getFullYear() })
  const subject = { name, heading: text("newSubmission.title"), title, lead: text("lists.beginLead"), body: { enterprise_id: id }, openOnes: openOnes({ enterprise: id }) }
  return new BeginSubmission(subject).ask()
}

/**
 * @param {RosterItem} entry
 * @returns {Promise<string | null>}
 */
export function beginRegistration(entry) {
  const change = { kind: "enterprise", op: "put", id: newId(), seen: null, facts: factsOf(entry) }
  const subject = { name: entry.name, heading: text("coverage.registerOne"), title: text("coverage.registerTitle"), lead: text("coverage.registerLead"), body: { changes: [change] }, openOnes: openOnes({ q: entry.name }) }
  return new BeginSubmission(subject).ask()
}

/**
 * What the roster knows of a site, as the facts of a new enterprise; what it does not know is not made up.
 * @param {Pick<RosterItem, "name" | "credit_code" | "township" | "sector" | "is_above_scale">} entry
 */
export function factsOf({ name, credit_code, township, sector, is_above_scale }) {
  const known = { name, credit_code, township: township?.code, sector: sector?.code, is_above_scale }
  return { ...AT_FIRST.enterprise, ...Object.fromEntries(Object.entries(known).filter(([, value]) => value !== null && value !== undefined)) }
}
