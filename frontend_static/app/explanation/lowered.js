/** What was lowered with approval: the panel of a zone or an enterprise keeps the trace, with the way to the record. */

import { html, nothing } from "lit"
import { getJson, isAbort } from "../api/client.js"
import { gradeOf } from "../grades/vocabulary.js"
import { formatMoment } from "../language/format.js"
import { PageElement } from "../shell/page_element.js"
import { domain, redrawOn, store, text } from "../shell/page_store.js"
import { problemText } from "../shell/problem_text.js"
import { writeAddress } from "../work/address.js"
import { untilMoment } from "./granted.js"

/** @import {PropertyValues} from "lit" */
/** @import {FeatureLayer} from "../shell/state.js" */
/** @import {Granted} from "./granted.js" */

/** How many are told; the list has them all. */
const TOLD = 3

export class Lowered extends PageElement {
  static properties = { layer: { attribute: false }, key: { attribute: false } }

  constructor() {
    super()
    /** @type {FeatureLayer} */
    this.layer = "zones"
    /** The UUID. */
    this.key = ""
    /** @type {{items: Granted[], total: number} | null} */
    this.answer = null
    /** @type {unknown} */
    this.problem = null
    redrawOn(this, "at")
  }

  disconnectedCallback() {
    super.disconnectedCallback()
    this.#request.abort()
  }

  /** @param {PropertyValues<this>} changed */
  willUpdate(changed) {
    if (changed.has("key") || changed.has("layer")) this.#load()
  }

  render() {
    if (this.problem) return html`<p class="explanation-problem" role="alert">${problemText(this.problem)}</p>`
    const told = untilMoment(this.answer?.items ?? [], store.state.at)
    if (told.length === 0) return nothing
    const [{ zone, enterprise }] = told
    const record = `/work${writeAddress("downgrades", { state: "granted", q: this.layer === "zones" ? zone?.name : enterprise.name })}`
    return html`<div class="lowered" role="note">
      <ul>${told.map(line)}</ul>
      <a href=${record}>${text("lowered.record")}</a>
    </div>`
  }

  async #load() {
    this.#request.abort()
    const request = (this.#request = new AbortController())
    this.answer = this.problem = null
    const of = this.layer === "zones" ? "zone" : "enterprise"
    try {
      this.answer = await getJson(`/api/v1/downgrades?state=granted&${of}=${this.key}&limit=${TOLD}`, { signal: request.signal })
    } catch (problem) {
      if (isAbort(problem)) return
      this.problem = problem
    }
    this.requestUpdate()
  }

  #request = new AbortController()
}

/** @param {Granted} granted */
function line({ zone, way, from_grade, to_grade, decided_by, decided_at }) {
  const { vocabulary } = domain()
  const { language } = store.state
  const word = (/** @type {number | null} */ code) => gradeOf(vocabulary, code)[language]
  const what = text(`lowered.${way.code}`, { name: zone?.name ?? text("lowering.enterprise"), from: word(from_grade), to: word(to_grade) })
  return html`<li>${what}${text("lowered.by", { who: decided_by ?? "\u2014", when: decided_at ? formatMoment(decided_at, language) : "\u2014" })}</li>`
}

customElements.define("riskmap-lowered", Lowered)
