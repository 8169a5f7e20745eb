/** The first tab of the proximity panel: a question, and what the register answers to it. */

import { html, nothing } from "lit"
import { getJson, sendJson } from "../api/client.js"
import { Answer } from "../forms/answer.js"
import { rfc3339 } from "../history/moment.js"
import { isSignedIn } from "../session/session.js"
import { icon } from "../shell/icons.js"
import { PageElement } from "../shell/page_element.js"
import { redrawOn, store, text } from "../shell/page_store.js"
import { problemText } from "../shell/problem_text.js"
import "./pair_list.js"
import { MOST_PAIRS } from "./pairs.js"
import { FIRST_QUESTION, askedOf, questionFault, reportPath } from "./question.js"
import { questionFields, questionOf, questionWords } from "./question_fields.js"
import { reportView } from "./report_view.js"
import { openTool } from "./tools.js"

/** @import {Report} from "./pairs.js" */

export class Analysis extends PageElement {
  static properties = { fault: { state: true }, problem: { state: true }, isSaving: { state: true } }

  constructor() {
    super()
    /** Message key of what keeps the question from being asked. @type {string | null} */
    this.fault = null
    /** Why it was not saved. @type {unknown} */
    this.problem = null
    this.isSaving = false
    redrawOn(this, "question", "session", "pair", "pairUnder")
  }

  connectedCallback() {
    super.connectedCallback()
    this.#end = store.subscribe((_, changed) => {
      if (changed.has("question") || changed.has("at")) this.#ask()
    })
    this.#ask()
  }

  disconnectedCallback() {
    super.disconnectedCallback()
    this.#end()
  }

  render() {
    const { question } = store.state
    return html`
      <details class="near-question" ?open=${!question}>
        <summary>${question ? questionWords(question) : text("near.question")}</summary>
        <form novalidate @submit=${this.#submit}>
          ${questionFields(question ?? FIRST_QUESTION)}
          ${this.fault ? html`<p class="near-fault" role="alert">${text(this.fault)}</p>` : nothing}
          <button type="submit" class="primary-button">${text("near.analyse")}</button>
        </form>
      </details>
      ${question ? this.#answer.show(report => html`${this.#saving()} ${reportView(report, place => this.tell("show-place", place))}`) : html`<p class="near-none">${text("near.begin")}</p>`}
    `
  }

  #saving() {
    if (!isSignedIn(store.state.session)) return html`<p class="near-none">${text("near.signInToSave")}</p>`
    return html`<form class="near-save" @submit=${this.#save}>
      <input type="text" name="name" maxlength="200" aria-label=${text("near.name")} placeholder=${text("near.name")} autocomplete="off" />
      <button type="submit" ?disabled=${this.isSaving}>${icon("plus")} ${text("near.save")}</button>
      ${this.problem ? html`<p class="near-fault" role="alert">${problemText(this.problem)}</p>` : nothing}
    </form>`
  }

  /** @param {SubmitEvent} event */
  #submit(event) {
    event.preventDefault()
    const form = /** @type {HTMLFormElement} */ (event.target)
    const question = questionOf(form, FIRST_QUESTION)
    this.fault = questionFault(question)
    if (this.fault) return
    const isSame = JSON.stringify(question) === JSON.stringify(store.state.question)
    store.set({ question, pair: null })
    if (isSame) this.#ask()
    const folded = form.closest("details")
    if (folded) folded.open = false
  }

  /** @param {SubmitEvent} event */
  async #save(event) {
    event.preventDefault()
    const { question, at } = store.state
    if (!question) return
    const name = String(new FormData(/** @type {HTMLFormElement} */ (event.target)).get("name")).trim() || null
    this.isSaving = true
    this.problem = null
    try {
      await sendJson("POST", "/api/v1/proximity/runs", { asked: askedOf(question, at && rfc3339(at)), name })
      openTool("saved")
    } catch (problem) {
      this.problem = problem
    }
    this.isSaving = false
  }

  #ask() {
    this.#answer.value = null
    if (store.state.question) this.#answer.load()
  }

  /** @type {Answer<Report>} */
  #answer = new Answer(this, signal => {
    const { question, at } = store.state
    if (!question) throw new Error("asked without a question")
    return getJson(reportPath(question, at && rfc3339(at), MOST_PAIRS), { signal })
  })
  #end = () => {}
}

customElements.define("riskmap-near-analysis", Analysis)
