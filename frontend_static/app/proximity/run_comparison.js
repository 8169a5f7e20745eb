/** What is new, gone, nearer or farther in the later of two saved analyses. */

import { html, nothing } from "lit"
import { getJson } from "../api/client.js"
import { Answer } from "../forms/answer.js"
import { formatCount, formatLength } from "../language/format.js"
import { PageElement } from "../shell/page_element.js"
import { redrawOn, store, text } from "../shell/page_store.js"
import { pairButton } from "./pair_list.js"
import { MOST_PAIRS, boundsOfEnds, keyOf } from "./pairs.js"

/** @import {PropertyValues} from "lit" */
/** @import {Pair, Sentence} from "./pairs.js" */
/** @import {RunBrief} from "./runs.js" */

/** @typedef {"new" | "gone" | "nearer" | "farther"} ChangeKind */
/** @typedef {{change: ChangeKind, before: Pair | null, after: Pair | null, by_m: number | null}} PairChange */
/**
 * @typedef {object} Comparison
 * @property {RunBrief} before
 * @property {RunBrief} after
 * @property {number} within_m
 * @property {Sentence[]} notes
 * @property {({layer: string, same: number} & Record<ChangeKind, number>)[]} layers
 * @property {PairChange[]} items
 * @property {number} total
 */

/** @type {readonly ChangeKind[]} */
const KINDS = ["new", "nearer", "farther", "gone"]

export class RunComparison extends PageElement {
  static properties = { run: { attribute: false }, other: { attribute: false } }

  constructor() {
    super()
    this.run = ""
    this.other = ""
    redrawOn(this, "pair", "pairUnder")
  }

  /** @param {PropertyValues<this>} changed */
  willUpdate(changed) {
    if (!changed.has("run") && !changed.has("other")) return
    this.#answer.value = null
    this.#answer.load()
  }

  updated() {
    store.set({ nearPairs: (this.#answer.value?.items ?? []).map(pairOf) })
  }

  disconnectedCallback() {
    super.disconnectedCallback()
    store.set({ nearPairs: [], pair: null, pairUnder: null })
  }

  render() {
    return this.#answer.show(({ before, after, within_m, notes, layers, items, total }) => {
      const { language } = store.state
      return html`<section class="near-section" aria-label=${text("runs.compare")}>
        <p class="near-counted">#${before.number} → #${after.number} · ${text("near.within", { metres: formatLength(within_m, language) })}</p>
        ${notes.map(note => html`<p class="near-none">${note[language]}</p>`)}
        <table class="near-summary">
          <thead>
            <tr><th scope="col"></th>${KINDS.map(kind => html`<th scope="col">${text(`runs.change.${kind}`)}</th>`)}<th scope="col">${text("runs.same")}</th></tr>
          </thead>
          <tbody>
            ${layers.map(
              counts => html`<tr>
                <th scope="row">${text(`layer.${counts.layer}`)}</th>
                ${KINDS.map(kind => html`<td>${formatCount(counts[kind], language)}</td>`)}
                <td>${formatCount(counts.same, language)}</td>
              </tr>`,
            )}
          </tbody>
        </table>
        ${total > items.length ? html`<p class="near-cut">${text("near.cut", { shown: formatCount(items.length, language), total: formatCount(total, language) })}</p>` : nothing}
        ${total === 0 ? html`<p class="near-none" role="status">${text("runs.noChange")}</p>` : nothing}
        <ol class="near-list">${items.map(change => html`<li>${this.#row(change)}</li>`)}</ol>
      </section>`
    })
  }

  /** @param {PairChange} change */
  #row(change) {
    const { language } = store.state
    const pair = pairOf(change)
    const act = () => {
      store.set({ pair: keyOf(pair) })
      this.tell("show-place", boundsOfEnds(pair))
    }
    const lengths = [change.before, change.after].map(each => (each ? formatLength(each.distance_m, language) : "—"))
    return pairButton(
      pair,
      html`<span class="row-name">${pair.site.name} <span class="near-to" aria-hidden="true">→</span> ${pair.target.name}</span>
        <span class="near-figures"><b>${lengths.join(" → ")}</b> <span class="near-verdict">${text(`runs.change.${change.change}`)}</span></span>`,
      act,
    )
  }

  /** @type {Answer<Comparison>} */
  #answer = new Answer(this, signal => getJson(`/api/v1/proximity/runs/${this.run}/compare?with=${this.other}&limit=${MOST_PAIRS}`, { signal }))
}

/** What is gone is drawn where it was. @param {PairChange} change @returns {Pair} */
function pairOf({ before, after }) {
  return /** @type {Pair} */ (after ?? before)
}

customElements.define("riskmap-near-comparison", RunComparison)
