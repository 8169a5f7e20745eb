/** The grade that an assessment comes to, with the sentence that says why; asked when the choosing rests. */

import { html, nothing } from "lit"
import { gradeBadge } from "../grades/badge.js"
import { gradeOf } from "../grades/vocabulary.js"
import { PageElement } from "../shell/page_element.js"
import { domain, redrawOn, store, text } from "../shell/page_store.js"
import { problemText } from "../shell/problem_text.js"
import { preview } from "./preview.js"

/** @import {PropertyValues} from "lit" */
/** @import {Preview} from "./preview.js" */

const REST_MS = 250

export class AssessmentSum extends PageElement {
  static properties = { given: { attribute: false }, isBrief: { attribute: false } }

  constructor() {
    super()
    /** @type {Record<string, unknown> | null} */
    this.given = null
    /** Whether the sentence is left out. */
    this.isBrief = false
    redrawOn(this)
  }

  /** @param {PropertyValues<this>} changed */
  willUpdate(changed) {
    if (!changed.has("given")) return
    const key = JSON.stringify(this.given)
    if (key === this.#key) return
    this.#key = key
    clearTimeout(this.#timer)
    if (this.given === null) this.#answer = null
    else this.#timer = setTimeout(() => this.#ask(key), this.#answer ? REST_MS : 0)
  }

  render() {
    if (this.given === null) return html`<p class="assessment-sum muted">${text("assessment.none")}</p>`
    if (this.#problem) return html`<p class="assessment-sum" role="alert">${problemText(this.#problem)}</p>`
    const { assessed, faults } = this.#answer ?? { assessed: null, faults: [] }
    if (!assessed) {
      const first = faults[0]
      return html`<p class="assessment-sum muted" aria-live="polite">${first ? html`${text("assessment.notYet")} ${first.reason}` : nothing}</p>`
    }
    const { vocabulary } = domain()
    const { language } = store.state
    return html`<p class="assessment-sum" aria-live="polite">
      ${gradeBadge(vocabulary, assessed.grade)}
      <span><b>${gradeOf(vocabulary, assessed.grade)[language]}</b>${this.isBrief ? nothing : html` <span class="assessment-why">${assessed[language]}</span>`}</span>
    </p>`
  }

  /** @param {string} key */
  async #ask(key) {
    try {
      const answer = await preview(/** @type {Record<string, unknown>} */ (this.given))
      if (key !== this.#key) return
      this.#answer = answer
      this.#problem = null
      if (answer.assessed) this.tell("assessed", answer.assessed)
    } catch (problem) {
      if (key !== this.#key) return
      this.#problem = problem
    }
    this.requestUpdate()
  }

  #key = ""
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer
  /** @type {Preview | null} */
  #answer = null
  /** @type {unknown} */
  #problem = null
}

customElements.define("riskmap-assessment-sum", AssessmentSum)
