/** The question before a publication: which grades change from what to what, which zones come, go or move, and where. */

import { html, nothing } from "lit"
import { sendJson } from "../api/client.js"
import { DialogElement, dialogButtons } from "../forms/dialog.js"
import { formProblem } from "../forms/fields.js"
import { FormState } from "../forms/form_state.js"
import { store, text } from "../shell/page_store.js"
import { gradesTable } from "./outcome.js"
import { outlines, zonesOf } from "./publication.js"
import "./small_map.js"

/** @import {DossierRow, Outcome, Submission} from "./submission.js" */

/**
 * @typedef {object} Publishing
 * @property {Submission} submission
 * @property {readonly DossierRow[]} dossier
 * @property {Outcome} outcome
 * @property {string | null} comment
 * @property {string | null} evidence
 */

/** @extends {DialogElement<{answer: any}>} */
export class PublishDialog extends DialogElement {
  #form = new FormState(this)
  /** @type {Publishing} */
  #asked

  /** @param {Publishing} asked */
  constructor(asked) {
    super()
    this.#asked = asked
  }

  heading() {
    return text("review.publishHeading", { name: this.#asked.submission.enterprise.name })
  }

  body() {
    const { submission, dossier, outcome, evidence } = this.#asked
    const { added, deleted, moved, others } = zonesOf(submission.items)
    const shapes = outlines(submission.items, dossier, outcome)
    return html`<form class="dialog-body publish-dialog" novalidate @submit=${this.#do}>
      <p>${text("review.publishLead")}</p>
      ${gradesTable(outcome.grades)}
      ${named("review.zonesAdded", added)} ${named("review.zonesDeleted", deleted)} ${named("review.zonesMoved", moved)}
      ${others > 0 ? html`<p>${text("review.otherChanges", { count: others })}</p>` : nothing}
      ${outcome.lowered.length > 0 ? html`<p class="remark-box">${text("review.willLower", { evidence: evidence ?? "" })}</p>` : nothing}
      ${shapes.length > 0 ? html`<riskmap-small-map .shapes=${shapes} .label=${text("review.mapOf")}></riskmap-small-map><p class="muted">${text("review.mapOf")}</p>` : nothing}
      ${formProblem(this.#form.sentence)}
      ${dialogButtons({ action: text("review.publish"), isSending: this.#form.isSending, cancel: () => this.close() })}
    </form>`
  }

  /** @param {Event} event */
  async #do(event) {
    event.preventDefault()
    const { submission, comment, evidence } = this.#asked
    const send = () => sendJson("POST", `/api/v1/submissions/${submission.id}/publish`, { comment, evidence }, { ifMatch: submission.version })
    const done = await this.#form.send(async () => ({ answer: await send() }))
    if (done) this.close(done)
  }
}

customElements.define("riskmap-publish-dialog", PublishDialog)

/**
 * @param {Publishing} asked
 * @returns {Promise<{answer: any} | null>} What the server answered; null when it was not published.
 */
export function published(asked) {
  return new PublishDialog(asked).ask()
}

/**
 * @param {string} key
 * @param {readonly string[]} names
 */
function named(key, names) {
  if (names.length === 0) return nothing
  return html`<p><b>${text(key)}</b> ${names.join(store.state.language === "zh" ? "\u3001" : ", ")}</p>`
}
