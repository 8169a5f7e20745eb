/** The export of a list: the choice of a form, how far it is, and what to do when it is refused. */

import { html, nothing } from "lit"
import { isAbort } from "../api/client.js"
import { Problem } from "../api/problem.js"
import { formatCount } from "../language/format.js"
import { icon } from "../shell/icons.js"
import { MenuElement } from "../shell/menu_element.js"
import { PageElement } from "../shell/page_element.js"
import { redrawOn, store, text } from "../shell/page_store.js"
import { problemText } from "../shell/problem_text.js"
import { fetchFile, saveFile } from "./download.js"

/** @typedef {{key: string, act: () => unknown}} Choice */

/** A button behind which there are a few ways to do the same. */
export class ChoiceMenu extends MenuElement {
  static properties = { label: { attribute: false }, sign: { attribute: false }, choices: { attribute: false } }

  constructor() {
    super()
    this.label = ""
    this.sign = "download"
    /** @type {readonly Choice[]} */
    this.choices = []
    redrawOn(this)
  }

  render() {
    const lines = this.choices.map(({ key, act }) => ({ words: text(key), act }))
    return this.menu({ kind: "choice-menu", label: this.label, button: html`${icon(this.sign)} ${this.label} ${icon("down")}`, lines })
  }
}

customElements.define("riskmap-choice-menu", ChoiceMenu)

/**
 * @typedef {{path: string, rows: number, form: string}} Wanted
 * @typedef {{state: "writing" | "coming" | "done" | "refused", wanted: Wanted, bytes: number, name: string, problem: unknown}} Course
 */

export class ExportLine extends PageElement {
  static properties = { course: { state: true }, seconds: { state: true } }

  constructor() {
    super()
    /** @type {Course | null} */
    this.course = null
    this.seconds = 0
    redrawOn(this)
  }

  disconnectedCallback() {
    super.disconnectedCallback()
    this.#stop()
  }

  /** @param {Wanted} wanted */
  async begin(wanted) {
    this.#stop()
    const { signal } = (this.#request = new AbortController())
    this.course = { state: "writing", wanted, bytes: 0, name: "", problem: null }
    this.seconds = 0
    this.#clock = setInterval(() => (this.seconds += 1), 1000)
    try {
      const file = await fetchFile(wanted.path, { signal, onBytes: bytes => this.#go({ state: "coming", bytes }) })
      saveFile(file)
      this.#go({ state: "done", name: file.name, bytes: file.content.size })
    } catch (problem) {
      if (!isAbort(problem)) this.#go({ state: "refused", problem })
    }
    if (!signal.aborted) clearInterval(this.#clock)
  }

  render() {
    if (!this.course) return html`<p role="status"></p>`
    const { state } = this.course
    return html`<div class="export-line" data-state=${state} role=${state === "refused" ? "alert" : "status"}>
      ${state === "writing" || state === "coming" ? html`<div class="progress" role="progressbar" aria-label=${text("lists.export")}></div>` : nothing}
      ${this.#words()}
    </div>`
  }

  #words() {
    const { language } = store.state
    const { state, wanted, bytes, name, problem } = /** @type {Course} */ (this.course)
    const rows = formatCount(wanted.rows, language)
    const size = sizeText(bytes)
    const again = html`<button type="button" class="button" @click=${() => this.begin(wanted)}>${text("action.retry")}</button>`
    const close = html`<button type="button" class="icon-button" aria-label=${text("action.close")} @click=${() => this.#close()}>${icon("close")}</button>`
    const cancel = html`<button type="button" class="button" @click=${() => this.#close()}>${text("action.cancel")}</button>`
    if (state === "writing") return html`<p>${text("lists.writing", { form: wanted.form, rows, seconds: this.seconds })}</p>${cancel}`
    if (state === "coming") return html`<p>${text("lists.coming", { size })}</p>${cancel}`
    if (state === "done") return html`<p>${icon("check")} ${text("lists.exported", { name, rows, size })}</p>${close}`
    const isFactorMissing = problem instanceof Problem && problem.code === "second_factor_required"
    return html`<p>${icon("warning")} ${problemText(problem)}</p>
      ${isFactorMissing ? html`<a class="button" href="/account">${text("lists.toAccount")}</a>` : again} ${close}`
  }

  /** @param {Partial<Course>} further */
  #go(further) {
    if (this.course) this.course = { ...this.course, ...further }
  }

  #close() {
    this.#stop()
    this.course = null
  }

  #stop() {
    this.#request.abort()
    clearInterval(this.#clock)
  }

  #request = new AbortController()
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #clock
}

/** @param {number} bytes */
export function sizeText(bytes) {
  return bytes < 1_000_000 ? `${Math.max(1, Math.round(bytes / 1000))} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`
}

customElements.define("riskmap-export-line", ExportLine)
