/** The pairs of an analysis, the nearest first: narrowed by verdict, drawn on the map as far as they are listed. */

import { html, nothing } from "lit"
import { gradeBadge } from "../grades/badge.js"
import { formatCount, formatLength } from "../language/format.js"
import { icon } from "../shell/icons.js"
import { PageElement } from "../shell/page_element.js"
import { domain, redrawOn, store, text } from "../shell/page_store.js"
import { VERDICTS, boundsOfEnds, drawnPairs, keyOf, siteSelection, withVerdict } from "./pairs.js"

/** @import {PropertyValues} from "lit" */
/** @import {Ends, Pair, ReportArea, Verdict} from "./pairs.js" */

/** Rows that are drawn at once, in the list and on the map. */
const STEP = 50

export class PairList extends PageElement {
  static properties = { pairs: { attribute: false }, findings: { attribute: false }, distances: { attribute: false }, place: { state: true }, verdicts: { state: true }, shown: { state: true } }

  constructor() {
    super()
    /** @type {readonly Pair[]} */
    this.pairs = []
    /** What the rules say, of pairs that may be none of these. @type {readonly Ends[]} */
    this.findings = []
    /** Metres, ascending. @type {readonly number[]} */
    this.distances = []
    /** At which of the distances a verdict is looked at. */
    this.place = 0
    /** @type {readonly Verdict[]} */
    this.verdicts = ["yes", "borderline"]
    this.shown = STEP
    redrawOn(this, "pair", "pairUnder")
  }

  /** @param {PropertyValues<this>} changed */
  willUpdate(changed) {
    if (changed.has("pairs")) {
      this.place = this.distances.length - 1
      this.shown = STEP
    }
    const filtered = withVerdict(this.pairs, this.place, this.verdicts)
    this.#others = filtered.filter(({ is_own }) => !is_own)
    this.#own = filtered.filter(({ is_own }) => is_own)
  }

  updated() {
    const listed = this.#others.slice(0, this.shown)
    store.set({ nearPairs: drawnPairs(listed, [...this.pairs, ...this.findings], store.state.pair) })
    if (store.state.pair !== this.#seen) this.querySelector(".near-pair[aria-current]")?.scrollIntoView({ block: "nearest" })
    this.#seen = store.state.pair
  }

  disconnectedCallback() {
    super.disconnectedCallback()
    store.set({ nearPairs: [], pair: null, pairUnder: null })
  }

  render() {
    const left = this.#others.length - this.shown
    return html`
      <section class="near-pairs" aria-labelledby="near-pairs-title">
        <header class="near-pairs-head">
          <h3 id="near-pairs-title">${text("near.pairs", { count: formatCount(this.#others.length, store.state.language) })}</h3>
          <button type="button" class="icon-button" ?disabled=${this.#others.length === 0} title=${text("near.showAll")} aria-label=${text("near.showAll")} @click=${() => this.#showAll()}>
            ${icon("target")}
          </button>
        </header>
        ${this.#filters()}
        ${this.#others.length === 0
          ? html`<p class="near-none" role="status">${text("near.noPairs")}</p>`
          : html`<ol class="near-list" aria-label=${text("near.list")}>
              ${this.#others.slice(0, this.shown).map(pair => this.#row(pair))}
            </ol>`}
        ${left > 0
          ? html`<button type="button" class="text-button near-more" @click=${() => (this.shown += STEP)}>
              ${text("near.more", { count: formatCount(left, store.state.language) })}
            </button>`
          : nothing}
        ${this.#own.length > 0
          ? html`<details class="near-own">
              <summary>${text("near.own", { count: formatCount(this.#own.length, store.state.language) })}</summary>
              <ol class="near-list">${this.#own.slice(0, STEP).map(pair => this.#row(pair))}</ol>
            </details>`
          : nothing}
      </section>
    `
  }

  #filters() {
    const { language } = store.state
    const choose = (/** @type {Event} */ event) => {
      this.place = Number(/** @type {HTMLSelectElement} */ (event.target).value)
      this.#narrow()
    }
    return html`<div class="near-filters" role="group" aria-label=${text("near.filter")}>
      <select aria-label=${text("near.filterDistance")} @change=${choose}>
        ${this.distances.map((metres, place) => html`<option value=${place} ?selected=${place === this.place}>${text("near.within", { metres: formatLength(metres, language) })}</option>`)}
      </select>
      ${VERDICTS.map(verdict => {
        const isOn = this.verdicts.includes(verdict)
        const toggle = () => {
          this.verdicts = VERDICTS.filter(each => (each === verdict ? !isOn : this.verdicts.includes(each)))
          this.#narrow()
        }
        const count = withVerdict(this.pairs, this.place, [verdict]).filter(({ is_own }) => !is_own).length
        return html`<button type="button" class="near-chip" data-verdict=${verdict} aria-pressed=${isOn} @click=${toggle}>
          ${text(`near.verdict.${verdict}`)} <b>${formatCount(count, language)}</b>
        </button>`
      })}
    </div>`
  }

  /** @param {Pair} pair */
  #row(pair) {
    const { language, pair: current } = store.state
    const key = keyOf(pair)
    const isCurrent = key === current
    const { code, [language]: verdict } = pair.verdicts[this.place]
    const about = [pair.target.kind[language], pair.site.name === pair.site.enterprise ? "" : pair.site.enterprise, pair.is_own ? text("near.isOwn") : ""]
    return html`<li>
      ${pairButton(pair, html`
        <span class="row-name">
          ${pair.site.name} <span class="near-to" aria-hidden="true">→</span> ${pair.target.name || text("details.unnamed")}
          <span class="near-about">${about.filter(Boolean).join(" · ")}</span>
        </span>
        <span class="near-figures"><b>${formatLength(pair.distance_m, language)}</b> <span class="near-verdict" data-verdict=${code}>${verdict}</span></span>
      `, () => this.#go(pair))}
      ${isCurrent ? pairFacts(pair) : nothing}
    </li>`
  }

  /** What was looked at may not be among the rows any more. */
  #narrow() {
    this.shown = STEP
    store.set({ pair: null })
  }

  #showAll() {
    store.set({ pair: null })
    this.tell("show-place", boundsOfEnds(...this.#others.slice(0, this.shown)))
  }

  /** Fly to it, with both its ends in sight. @param {Pair} pair */
  #go(pair) {
    store.set({ pair: keyOf(pair) })
    this.tell("show-place", boundsOfEnds(pair))
  }

  /** @type {readonly Pair[]} */
  #others = []
  /** A unit and its own place are no pair. @type {readonly Pair[]} */
  #own = []
  /** @type {string | null} */
  #seen = null
}

/**
 * A line of a list that stands for a line of the map.
 * @param {Ends} ends
 * @param {unknown} words
 * @param {() => void} act
 */
export function pairButton(ends, words, act) {
  const key = keyOf(ends)
  const { pair, pairUnder } = store.state
  const point = () => store.set({ pairUnder: key })
  const leave = () => store.set({ pairUnder: null })
  return html`<button
    type="button"
    class="near-pair"
    data-key=${key}
    aria-current=${key === pair ? "true" : nothing}
    ?data-under=${key === pairUnder}
    @click=${act}
    @pointerenter=${point}
    @pointerleave=${leave}
    @focus=${point}
    @blur=${leave}
  >
    ${gradeBadge(domain().vocabulary, ends.site.grade)} ${words}
  </button>`
}

/** Why, and the way to both ends. @param {Pair} pair */
function pairFacts(pair) {
  const { language } = store.state
  const site = siteSelection(pair.site)
  const { target } = pair
  return html`<div class="near-facts">
    <p>${pair.reason[language]}</p>
    <p>${text("near.edge", { edge: pair.site.edge[language] })} · <b>${pair.outcome[language]}</b></p>
    ${areaWords(pair.report_area)}
    <p class="near-ways">
      ${site ? html`<button type="button" class="text-button" @click=${() => store.set({ selection: site, choices: [] })}>${icon("enterprise")} ${text("near.openSite")}</button>` : nothing}
      ${target.id ? html`<button type="button" class="text-button" @click=${() => store.set({ selection: { layer: target.layer, id: /** @type {string} */ (target.id) }, choices: [] })}>${icon("target")} ${text("near.openTarget")}</button>` : nothing}
    </p>
  </div>`
}

/** @param {ReportArea | null} area */
export function areaWords(area) {
  if (!area) return nothing
  return html`<p>${text(area.is_inside ? "near.areaInside" : "near.areaOutside", { name: area.name, report: area.report })}</p>`
}

customElements.define("riskmap-near-pairs", PairList)
