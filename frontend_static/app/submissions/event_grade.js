/** The grade that an assessment in a draft comes to, as a sign; until every factor is there, that there is none yet. */

import { html } from "lit"
import { gradeBadge } from "../grades/badge.js"
import { PageElement } from "../shell/page_element.js"
import { domain, redrawOn, text } from "../shell/page_store.js"
import { preview } from "./preview.js"

/** @import {PropertyValues} from "lit" */

export class EventGrade extends PageElement {
  static properties = { given: { attribute: false }, grade: { state: true } }

  constructor() {
    super()
    /** @type {Record<string, unknown> | null} */
    this.given = null
    /** @type {number | null} */
    this.grade = null
    redrawOn(this)
  }

  /** @param {PropertyValues<this>} changed */
  willUpdate(changed) {
    if (!changed.has("given")) return
    const key = JSON.stringify(this.given)
    if (key === this.#key) return
    this.#key = key
    this.grade = null
    if (this.given !== null) this.#ask(key, this.given)
  }

  render() {
    return this.grade === null ? ungraded() : gradeBadge(domain().vocabulary, this.grade)
  }

  /**
   * @param {string} key
   * @param {Record<string, unknown>} given
   */
  async #ask(key, given) {
    // The form beside it asks the same and tells what is wrong; here nothing is known then.
    const { assessed } = await preview(given).catch(() => ({ assessed: null }))
    if (key === this.#key) this.grade = assessed?.grade ?? null
  }

  #key = ""
}

/** What has no grade yet, in grey: it is not unknown, only not assessed. */
export function ungraded() {
  return html`<span class="no-grade">${text("tree.ungraded")}</span>`
}

customElements.define("riskmap-event-grade", EventGrade)
