/** "Why is it red": the section of the panel that explains a grade, read when the panel opens and of the same moment. */

import { html, nothing } from "lit"
import { getJson, isAbort } from "../api/client.js"
import { icon } from "../shell/icons.js"
import { PageElement } from "../shell/page_element.js"
import { redrawOn, store, text } from "../shell/page_store.js"
import { problemText } from "../shell/problem_text.js"
import { enterpriseChain, zoneChain } from "./chain.js"
import { explanationPath } from "./explanation.js"
import "./lowered.js"
import { summary } from "./summary.js"

/** @import {PropertyValues} from "lit" */
/** @import {FeatureLayer} from "../shell/state.js" */
/** @import {EnterpriseExplanation, ZoneExplanation} from "./explanation.js" */

export class ExplanationSection extends PageElement {
  static properties = { layer: { attribute: false }, key: { attribute: false }, version: { attribute: false } }

  constructor() {
    super()
    /** @type {FeatureLayer} */
    this.layer = "zones"
    /** The UUID. */
    this.key = ""
    /** Of the facts beside it: another version is explained anew. */
    this.version = 0
    /** @type {ZoneExplanation | EnterpriseExplanation | null} */
    this.explanation = null
    /** @type {unknown} */
    this.problem = null
    this.isLoadingMore = false
    redrawOn(this)
  }

  disconnectedCallback() {
    super.disconnectedCallback()
    this.#request.abort()
  }

  /** @param {PropertyValues<this>} changed */
  willUpdate(changed) {
    const isAnother = changed.has("key") || changed.has("layer") || this.#at !== store.state.at
    if (isAnother) this.explanation = null
    if (isAnother || changed.has("version")) this.#load()
  }

  render() {
    return html`
      <section class="explanation" aria-labelledby="explanation-title" aria-busy=${!this.explanation && !this.problem}>
        <h3 id="explanation-title">${text("explanation.title")}</h3>
        ${this.#body()}
        <riskmap-lowered .layer=${this.layer} .key=${this.key}></riskmap-lowered>
      </section>
    `
  }

  #body() {
    if (this.problem) {
      return html`<p class="explanation-problem" role="alert">
        ${icon("warning")} ${problemText(this.problem)}
        <button type="button" class="text-button" @click=${() => this.#load()}>${text("action.retry")}</button>
      </p>`
    }
    if (!this.explanation) return html`<p class="explanation-wait" role="status">${text("explanation.loading")}</p>`
    return html`${summary(this.layer, this.explanation)} ${this.#chain()}`
  }

  #chain() {
    if (!this.explanation) return nothing
    if ("events" in this.explanation) return zoneChain(this.explanation)
    return enterpriseChain(this.explanation, { isLoading: this.isLoadingMore, more: () => this.#more() })
  }

  async #load() {
    this.#request.abort()
    const request = (this.#request = new AbortController())
    this.#at = store.state.at
    this.problem = null
    try {
      this.explanation = await getJson(explanationPath({ layer: this.layer, id: this.key }, this.#at), { signal: request.signal })
    } catch (problem) {
      if (isAbort(problem)) return
      this.problem = problem
    }
    this.requestUpdate()
  }

  /** The next deciding zones of an enterprise. */
  async #more() {
    const before = this.explanation
    if (!before || "events" in before || this.isLoadingMore) return
    this.isLoadingMore = true
    this.requestUpdate()
    try {
      const path = explanationPath({ layer: this.layer, id: this.key }, this.#at, before.page + 1)
      const answer = /** @type {EnterpriseExplanation} */ (await getJson(path, { signal: this.#request.signal }))
      this.explanation = { ...answer, deciding: [...before.deciding, ...answer.deciding] }
    } catch (problem) {
      if (!isAbort(problem)) this.problem = problem
    } finally {
      this.isLoadingMore = false
      this.requestUpdate()
    }
  }

  /** The moment that was asked about. @type {string | null} */
  #at = null

  #request = new AbortController()
}

customElements.define("riskmap-explanation", ExplanationSection)
