/** The second tab: saved analyses with how far they are, what they came to, and what has changed between two. */

import { html, nothing } from "lit"
import { getJson, sendJson } from "../api/client.js"
import { Answer } from "../forms/answer.js"
import { formatCount, formatMoment } from "../language/format.js"
import { mayAny } from "../session/session.js"
import { icon } from "../shell/icons.js"
import { PageElement } from "../shell/page_element.js"
import { redrawOn, store, text } from "../shell/page_store.js"
import { problemText } from "../shell/problem_text.js"
import "./pair_list.js"
import { MOST_PAIRS } from "./pairs.js"
import { reportView } from "./report_view.js"
import "./run_comparison.js"

/** @import {Finding, LayerSummary, Pair, Report, Rule, Sentence} from "./pairs.js" */
/** @import {Word} from "../grades/vocabulary.js" */

/**
 * @typedef {object} RunBrief
 * @property {string} id
 * @property {number} number
 * @property {string} name
 * @property {Word} state
 * @property {Word | null} phase
 * @property {number} progress From 0 to 1.
 * @property {string} maker
 * @property {string | null} moment
 * @property {number | null} pairs
 * @property {number | null} findings
 * @property {boolean} may_change
 * @property {string} created_at
 *
 * @typedef {RunBrief & {
 *   asked: {distance_m: number[]},
 *   rules: Rule[] | null,
 *   summary: {sites: number, unplaced: number, layers: LayerSummary[]} | null,
 *   digest: string | null,
 *   is_identical: boolean | null,
 *   why_not: Sentence | null,
 *   problem: {code: string, detail: string} | null,
 *   disclaimer: Sentence,
 * }} Run
 *
 * @typedef {{run: Run, report: Report | null}} Opened
 */

const RUNS = "/api/v1/proximity/runs"
const OPEN_STATES = ["waiting", "running"]
const REST_MS = 1500
const MOST_RUNS = 50
const MOST_FINDINGS = 500
const FILES = Object.freeze(["pairs.xlsx", "report.docx", "report.pdf", "pairs.geojson", "pairs.gpkg"])

export class Runs extends PageElement {
  static properties = { opened: { state: true }, other: { state: true }, problem: { state: true } }

  constructor() {
    super()
    /** Whose result is shown. @type {string | null} */
    this.opened = null
    /** With which it is compared. @type {string | null} */
    this.other = null
    /** Why a button did not do what it says. @type {unknown} */
    this.problem = null
    redrawOn(this, "session", "pair", "pairUnder")
  }

  connectedCallback() {
    super.connectedCallback()
    this.#list.load()
  }

  disconnectedCallback() {
    super.disconnectedCallback()
    clearTimeout(this.#timer)
  }

  updated() {
    clearTimeout(this.#timer)
    const isUnderWay = this.#list.value?.items.some(({ state }) => OPEN_STATES.includes(state.code))
    if (isUnderWay && !this.#list.isWaiting && !this.#list.problem) this.#timer = setTimeout(() => this.#list.load(), REST_MS)
  }

  render() {
    return html`
      ${this.problem ? html`<p class="near-fault near-none" role="alert">${problemText(this.problem)}</p>` : nothing}
      ${this.opened ? this.#result.show(opened => this.#one(opened)) : this.#list.show(({ items }) => this.#all(items))}
    `
  }

  /** @param {RunBrief[]} items */
  #all(items) {
    if (items.length === 0) return html`<p class="near-none">${text("runs.none")}</p>`
    return html`<ul class="near-list" aria-label=${text("near.tab.saved")}>
      ${items.map(run => html`<li class="near-run">${this.#row(run)}</li>`)}
    </ul>`
  }

  /** @param {RunBrief} run */
  #row(run) {
    const { language } = store.state
    const isOpen = OPEN_STATES.includes(run.state.code)
    const isDone = run.state.code === "done"
    const counts = isDone ? text("runs.counts", { pairs: formatCount(run.pairs ?? 0, language), findings: formatCount(run.findings ?? 0, language) }) : ""
    return html`
      <button type="button" class="near-line" ?disabled=${isOpen} @click=${() => this.#open(run.id)}>
        <span class="row-name">
          ${run.name}
          <span class="near-about">${[`#${run.number}`, formatMoment(run.created_at, language), run.maker, counts].filter(Boolean).join(" · ")}</span>
        </span>
        <span class="near-verdict">${run.state[language]}</span>
      </button>
      ${isOpen
        ? html`<progress class="near-progress" max="1" .value=${run.progress} aria-label=${run.phase?.[language] ?? run.state[language]}></progress>
            ${run.may_change ? html`<button type="button" class="text-button near-more" @click=${() => this.#act(() => sendJson("POST", `${RUNS}/${run.id}/cancel`))}>${text("runs.cancel")}</button>` : nothing}`
        : nothing}
    `
  }

  /** @param {Opened} opened */
  #one({ run, report }) {
    const { language } = store.state
    return html`
      <div class="near-acts">
        <button type="button" @click=${() => this.#open(null)}>${icon("back")} ${text("runs.back")}</button>
        <button type="button" @click=${() => this.#repeat(run.id, false)}>${icon("refresh")} ${text("runs.again")}</button>
        <button type="button" title=${text("runs.asRecordedTitle")} @click=${() => this.#repeat(run.id, true)}>${text("runs.asRecorded")}</button>
        ${run.may_change ? html`<button type="button" @click=${() => this.#delete(run)}>${text("runs.delete")}</button>` : nothing}
      </div>
      <section class="near-section">
        <h3>${run.name}</h3>
        <p class="near-counted">
          ${[`#${run.number}`, run.state[language], run.maker].join(" · ")}
          ${run.moment ? html`<br />${text("runs.moment", { moment: formatMoment(run.moment, language) })}` : nothing}
          ${run.is_identical === null ? nothing : html`<br /><b>${text(run.is_identical ? "runs.identical" : "runs.different")}</b> ${run.why_not?.[language] ?? ""}`}
          ${run.problem ? html`<br /><b>${run.problem.detail}</b>` : nothing}
        </p>
      </section>
      ${report ? html`${this.#files(run.id)} ${this.#compare(run)}` : nothing}
      ${report && !this.other ? reportView(report, place => this.tell("show-place", place)) : nothing}
    `
  }

  /** @param {string} id */
  #files(id) {
    if (!mayAny(store.state.session, "export")) return html`<p class="near-none">${text("changes.noExport")}</p>`
    return html`<p class="near-acts">
      ${icon("download")} ${FILES.map(file => html`<a href="${RUNS}/${id}/${file}" download>${file.split(".")[1].toUpperCase()}</a>`)}
    </p>`
  }

  /** @param {Run} run */
  #compare(run) {
    const others = (this.#list.value?.items ?? []).filter(({ id, state }) => id !== run.id && state.code === "done")
    if (others.length === 0) return nothing
    const choose = (/** @type {Event} */ event) => (this.other = /** @type {HTMLSelectElement} */ (event.target).value || null)
    return html`<label class="near-field near-none">
        <span>${text("runs.compare")}</span>
        <select @change=${choose}>
          <option value="">${text("runs.noComparison")}</option>
          ${others.map(({ id, number, name }) => html`<option value=${id} ?selected=${id === this.other}>#${number} ${name}</option>`)}
        </select>
      </label>
      ${this.other ? html`<riskmap-near-comparison .run=${run.id} .other=${this.other}></riskmap-near-comparison>` : nothing}`
  }

  /** @param {string | null} id */
  #open(id) {
    this.opened = id
    this.other = null
    this.problem = null
    this.#result.value = null
    if (id) this.#result.load()
    else this.#list.load()
  }

  /**
   * @param {string} id
   * @param {boolean} asRecorded
   */
  #repeat(id, asRecorded) {
    return this.#act(() => sendJson("POST", `${RUNS}/${id}/repeat`, { as_recorded: asRecorded }))
  }

  /** @param {Run} run */
  #delete({ id, name }) {
    if (confirm(text("runs.deleteSure", { name }))) this.#act(() => sendJson("DELETE", `${RUNS}/${id}`))
  }

  /** Do something to a run, then see the list. @param {() => Promise<unknown>} act */
  async #act(act) {
    this.problem = null
    try {
      await act()
      this.#open(null)
    } catch (problem) {
      this.problem = problem
    }
  }

  /** @type {Answer<{items: RunBrief[]}>} */
  #list = new Answer(this, signal => getJson(`${RUNS}?limit=${MOST_RUNS}`, { signal }))
  /** @type {Answer<Opened>} */
  #result = new Answer(this, signal => readRun(String(this.opened), signal))
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer
}

/**
 * A run, and its result as a report is told.
 * @param {string} id
 * @param {AbortSignal} signal
 * @returns {Promise<Opened>}
 */
async function readRun(id, signal) {
  const run = /** @type {Run} */ (await getJson(`${RUNS}/${id}`, { signal }))
  if (!run.summary) return { run, report: null }
  const [pairs, findings] = await Promise.all([
    /** @type {Promise<{items: Pair[], total: number}>} */ (getJson(`${RUNS}/${id}/pairs?limit=${MOST_PAIRS}`, { signal })),
    /** @type {Promise<{items: Finding[]}>} */ (getJson(`${RUNS}/${id}/findings?limit=${MOST_FINDINGS}`, { signal })),
  ])
  const { asked, disclaimer, rules } = run
  return { run, report: { ...run.summary, asked, disclaimer, rules: rules ?? [], findings: findings.items, pairs: pairs.items, pairs_total: pairs.total } }
}

customElements.define("riskmap-near-runs", Runs)
