/** What a part of a page asked the server for: waited for, had, or refused with the way to try again. */

import { html, nothing } from "lit"
import { isAbort } from "../api/client.js"
import { text } from "../shell/page_store.js"
import { problemText } from "../shell/problem_text.js"

/** @import {LitElement, TemplateResult} from "lit" */

/** @template T */
export class Answer {
  /** @type {T | null} */
  value = null
  /** @type {unknown} */
  problem = null
  isWaiting = false

  /**
   * @param {LitElement} host Redrawn when something changes.
   * @param {(signal: AbortSignal) => Promise<T>} ask
   */
  constructor(host, ask) {
    this.#host = host
    this.#ask = ask
  }

  /** Ask, or ask anew; the newest question wins, and what was there stays to be seen meanwhile. */
  async load() {
    this.#request.abort()
    const { signal } = (this.#request = new AbortController())
    this.isWaiting = true
    this.problem = null
    this.#host.requestUpdate()
    try {
      const value = await this.#ask(signal)
      if (signal.aborted) return
      this.value = value
    } catch (problem) {
      if (isAbort(problem)) return
      this.problem = problem
    }
    this.isWaiting = false
    this.#host.requestUpdate()
  }

  /**
   * @param {(value: T) => TemplateResult} draw
   * @returns {TemplateResult}
   */
  show(draw) {
    const { value, problem, isWaiting } = this
    return html`
      <div class="answer" aria-busy=${isWaiting}>
        ${isWaiting ? html`<div class="progress" role="progressbar" aria-label=${text("page.loading")}></div>` : nothing}
        ${problem ? this.#refusal() : nothing}
        ${value !== null ? draw(value) : isWaiting ? html`<p class="wait" role="status">${text("page.loading")}</p>` : nothing}
      </div>
    `
  }

  #refusal() {
    return html`<div class="problem-box" role="alert">
      <p>${problemText(this.problem)}</p>
      <button type="button" class="button" @click=${() => this.load()}>${text("action.retry")}</button>
    </div>`
  }

  /** @type {LitElement} */
  #host
  /** @type {(signal: AbortSignal) => Promise<T>} */
  #ask
  #request = new AbortController()
}
