/** One submission under review: what publishing it would do, change by change, and the decision. */

import { html, nothing } from "lit"
import { sendJson } from "../api/client.js"
import { Answer } from "../forms/answer.js"
import { PageElement } from "../shell/page_element.js"
import { redrawOn, text } from "../shell/page_store.js"
import { isWriting } from "../shell/shortcuts.js"
import { writeAddress } from "../work/address.js"
import { filters, goTo } from "../work/place.js"
import { changeList } from "./change_list.js"
import { rowsOf } from "./draft.js"
import { labelOf, pathOf } from "./fault_path.js"
import { faultsOf } from "./faults.js"
import { faultList, gradesTable, loweringBox } from "./outcome.js"
import { published } from "./publish_dialog.js"
import { changeOf } from "./submission.js"
import { readSubmission, submissionHead } from "./submission_page.js"
import { worded } from "./text_dialog.js"

/** @import {PropertyValues} from "lit" */
/** @import {Fault} from "./faults.js" */
/** @import {Brief, Outcome, Submission} from "./submission.js" */
/** @import {Read} from "./submission_page.js" */

export class ReviewPage extends PageElement {
  static properties = { submissionId: { attribute: false }, queue: { attribute: false }, evidence: { state: true }, comment: { state: true }, at: { state: true }, needsEvidence: { state: true } }

  /** @type {Answer<Read>} */
  #read = new Answer(this, signal => readSubmission(this.submissionId, signal))
  /** @type {Answer<Outcome>} */
  #outcome = new Answer(this, signal => sendJson("POST", `/api/v1/submissions/${this.submissionId}/check`, undefined, { signal }))

  constructor() {
    super()
    this.submissionId = ""
    /** @type {readonly Brief[]} */
    this.queue = []
    this.evidence = ""
    this.comment = ""
    this.at = -1
    this.needsEvidence = false
    redrawOn(this, "session")
  }

  connectedCallback() {
    super.connectedCallback()
    addEventListener("keydown", this.#press)
  }

  disconnectedCallback() {
    super.disconnectedCallback()
    removeEventListener("keydown", this.#press)
  }

  /** @param {PropertyValues<this>} changed */
  updated(changed) {
    if (!changed.has("submissionId")) return
    this.evidence = this.comment = ""
    this.at = -1
    this.needsEvidence = false
    this.#read.value = null
    this.#outcome.value = null
    this.#load()
    this.closest(".work-page")?.scrollTo({ top: 0 })
  }

  render() {
    return this.#read.show(read => this.#review(read))
  }

  /** @param {Read} read */
  #review(read) {
    const { submission } = read
    const isOpen = submission.state.code === "submitted"
    return html`<article class="page-wide submission-view">
      ${submissionHead(submission, writeAddress("review", { ...filters(), id: "" }).slice(1))}
      ${this.#place()}
      ${isOpen && submission.may.includes("review") ? this.#decision(read) : html`<p class="remark-box">${text(isOpen ? "review.ownWork" : "review.decided")}</p>`}
      <section class="form-section">
        <h3>${text("review.changes", { count: submission.items.length })}</h3>
        ${changeList({ ...read, at: this.at })}
      </section>
    </article>`
  }

  #place() {
    const place = this.queue.findIndex(({ id }) => id === this.submissionId)
    if (place < 0) return nothing
    const at = (/** @type {number} */ to) => writeAddress("review", { ...filters(), id: this.queue[to]?.id })
    return html`<nav class="queue-place" aria-label=${text("review.queue")}>
      ${place > 0 ? html`<a class="button" href=${at(place - 1)}>${text("review.previous")}</a>` : nothing}
      <span class="muted">${text("review.place", { place: place + 1, total: this.queue.length })}</span>
      ${place < this.queue.length - 1 ? html`<a class="button" href=${at(place + 1)}>${text("review.next")}</a>` : nothing}
      <span class="keys-hint muted">${text("review.keysOpen")}</span>
    </nav>`
  }

  /** @param {Read} read */
  #decision(read) {
    const { submission, dossier } = read
    return html`<section class="decision" aria-label=${text("review.decision")}>
      ${this.#outcome.show(outcome => {
        const changes = submission.items.map(changeOf)
        const rows = rowsOf(dossier, changes, submission.enterprise.id)
        const nameOf = (/** @type {string} */ key) => pathOf(rows, key)
        const notices = faultsOf(outcome.notices, changes)
        const faults = faultsOf(outcome.faults, changes)
        return html`
          ${faults.length > 0
            ? html`<div class="strong-box remark-box"><b>${text("review.cannot", { count: faults.length })}</b> ${faultList(faults, nameOf, labelOf, fault => this.#show(submission, fault))}</div>`
            : html`<div class="outcome-parts">
                <div><h3>${text("outcome.grades")}</h3>${gradesTable(outcome.grades)}</div>
                ${outcome.lowered.length > 0 ? this.#lowering(submission, outcome) : nothing}
              </div>`}
          ${notices.length > 0 ? html`<h3>${text("outcome.notices", { count: notices.length })}</h3>${faultList(notices, nameOf, labelOf, fault => this.#show(submission, fault))}` : nothing}
          <div class="field decision-comment">
            <label for="field-comment">${text("review.comment")} <span class="muted">${text("form.optional")}</span></label>
            <input id="field-comment" name="comment" maxlength="2000" autocomplete="off" .value=${this.comment} @input=${(/** @type {Event} */ event) => (this.comment = /** @type {HTMLInputElement} */ (event.target).value)} />
          </div>
        `
      })}
      <div class="button-line">
        <button type="button" class="primary-button" ?disabled=${!this.#outcome.value || this.#outcome.value.faults.length > 0} @click=${() => this.#publish(read)}>${text("review.publish")}</button>
        <button type="button" class="button" @click=${() => this.#return(submission)}>${text("review.return")}</button>
      </div>
    </section>`
  }

  /**
   * @param {Submission} submission
   * @param {Outcome} outcome
   */
  #lowering({ reason }, { lowered }) {
    const fault = this.needsEvidence && !this.evidence.trim() ? text("lowering.evidenceMissing") : null
    return loweringBox(
      lowered,
      html`<p><b>${text("lowering.reason")}</b> ${reason ?? "\u2014"}</p>
        <div class="field">
          <label for="field-evidence">${text("lowering.evidence")}<span class="required">*</span></label>
          <textarea id="field-evidence" name="evidence" rows="2" maxlength="2000" aria-invalid=${fault ? "true" : nothing} aria-describedby="field-evidence-hint field-evidence-fault" .value=${this.evidence} @input=${(/** @type {Event} */ event) => (this.evidence = /** @type {HTMLTextAreaElement} */ (event.target).value)}></textarea>
          <p class="field-hint" id="field-evidence-hint">${text("lowering.evidenceHint")}</p>
          <p class="field-fault" id="field-evidence-fault" aria-live="polite">${fault}</p>
        </div>`,
    )
  }

  async #load() {
    await this.#read.load()
    const { submission } = this.#read.value ?? {}
    if (submission?.may.includes("review")) this.#outcome.load()
  }

  /** @param {Read} read */
  async #publish({ submission, dossier }) {
    const outcome = this.#outcome.value
    if (!outcome || outcome.faults.length > 0) return
    this.needsEvidence = outcome.lowered.length > 0
    if (this.needsEvidence && !this.evidence.trim()) {
      await this.updateComplete
      const field = this.querySelector("#field-evidence")
      if (field instanceof HTMLElement) field.focus()
      return
    }
    const evidence = this.needsEvidence ? this.evidence.trim() : null
    const done = await published({ submission, dossier, outcome, comment: this.comment.trim() || null, evidence })
    const { id, enterprise } = submission
    if (done) this.tell("decided", { id, key: "review.published", values: { name: enterprise.name } })
    // What stood against it may have changed what it would do.
    else this.#load()
  }

  /** @param {Submission} submission */
  async #return({ id, version, enterprise }) {
    const done = await worded({
      heading: text("review.returnHeading", { name: enterprise.name }),
      lead: text("review.returnLead"),
      label: text("review.reasons"),
      action: text("review.return"),
      value: this.comment,
      act: comment => sendJson("POST", `/api/v1/submissions/${id}/return`, { comment }, { ifMatch: version }),
    })
    if (done) this.tell("decided", { id, key: "review.returned", values: { name: enterprise.name } })
  }

  /**
   * @param {Submission} submission
   * @param {Fault} fault
   */
  #show(submission, { key }) {
    const names = [...this.querySelectorAll(".change-head")]
    const item = submission.items.find(each => `${each.kind.code}/${each.id}` === key)
    names.find(head => item && head.textContent?.includes(item.name))?.scrollIntoView({ block: "center" })
  }

  #press = (/** @type {KeyboardEvent} */ event) => {
    const { submission } = this.#read.value ?? {}
    if (!submission || document.querySelector("dialog[open]")) return
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && submission.may.includes("review")) {
      event.preventDefault()
      return void this.#publish(/** @type {Read} */ (this.#read.value))
    }
    if (event.ctrlKey || event.metaKey || event.altKey || isWriting(event.target)) return
    const step = { j: 1, k: -1 }[event.key.toLowerCase()]
    const place = this.queue.findIndex(({ id }) => id === this.submissionId)
    const next = step && place >= 0 ? this.queue[place + step] : undefined
    if (next) goTo("review", { ...filters(), id: next.id })
    else if (event.key === "Escape") goTo("review", { ...filters(), id: "" })
    else return
    event.preventDefault()
  }
}

customElements.define("riskmap-review", ReviewPage)
