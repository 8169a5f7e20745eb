/** The legend: what each sign means, how often it occurs, and the switch that hides it. */

import { html, nothing } from "lit"
import { enterprisesFrom, onlySector } from "../area_risk/theme.js"
import { gradeBadge, zoneSwatch } from "../grades/badge.js"
import { allGrades, codeOf, wordFor } from "../grades/vocabulary.js"
import { formatCount } from "../language/format.js"
import { ZONES_FROM } from "../maps/layer_parts.js"
import "../rasters/raster_legend.js"
import { PageElement } from "../shell/page_element.js"
import { domain, redrawOn, store, text } from "../shell/page_store.js"
import { GRADES, LAYERS, UNGRADED, toggled } from "../shell/state.js"
import { corridorClasses } from "./corridor_classes.js"
import { followCounts, sum } from "./counts.js"
import { receptorKinds } from "./receptor_kinds.js"

/** @import {Grade} from "../grades/vocabulary.js" */
/** @import {Counts} from "./counts.js" */

export class Legend extends PageElement {
  constructor() {
    super()
    /** @type {Counts | null} */
    this.counts = null
    this.hasFailed = false
    this.#endCounts = () => {}
    redrawOn(this, "layers", "grades", "hiddenKinds", "hatch", "view", "theme", "sector")
  }

  connectedCallback() {
    super.connectedCallback()
    this.#endCounts = followCounts((counts, problem) => {
      this.counts = counts ?? this.counts
      this.hasFailed = problem !== null
      if (counts) this.tell("counted", counts)
      this.requestUpdate()
    })
  }

  disconnectedCallback() {
    super.disconnectedCallback()
    this.#endCounts()
  }

  render() {
    return html`
      <section aria-labelledby="legend-grades">
        <header class="legend-head">
          <h2 id="legend-grades">${text("legend.grades")}</h2>
          ${this.#showAll()}
        </header>
        <div class="legend-basis">
          <p>${text(`legend.basis.${domain().district.grade_basis}`)}${this.#onlySector()}</p>
          ${this.#countsNote()}
        </div>
        <div class="legend-grid" role="group" aria-label=${text("legend.grades")}>
          <div class="legend-columns" aria-hidden="true">
            <span></span><span>${text("layer.enterprises")}</span><span>${text("layer.zones")}</span>
          </div>
          ${allGrades(domain().vocabulary).map(grade => this.#gradeRow(grade))}
        </div>
        <p class="legend-closed">${text("legend.closed")}</p>
        ${this.#unplaced()}
      </section>
      <section aria-labelledby="legend-layers">
        <h2 id="legend-layers">${text("legend.layers")}</h2>
        ${LAYERS.map(layer => this.#layerRow(layer))}
        <label class="switch-row hatch-row">
          <input type="checkbox" .checked=${store.state.hatch} @change=${toggleHatch} />
          <span>${text("legend.hatch")}</span>
        </label>
      </section>
      <riskmap-raster-legend></riskmap-raster-legend>
    `
  }

  #showAll() {
    if (store.state.grades.length === GRADES.length) return nothing
    const showAll = () => store.set({ grades: GRADES })
    return html`<button type="button" class="text-button" @click=${showAll}>${text("legend.all")}</button>`
  }

  /** @param {Grade} grade */
  #gradeRow(grade) {
    const { grades, language, hatch } = store.state
    const code = codeOf(grade)
    const isShown = grades.includes(code)
    const toggle = (/** @type {MouseEvent} */ event) => store.set({ grades: nextGrades(code, event.shiftKey) })
    return html`
      <button
        type="button"
        class="legend-row"
        data-grade=${code}
        aria-pressed=${isShown}
        title=${text("legend.toggleHint")}
        @click=${toggle}
      >
        <span class="legend-sign">
          ${gradeBadge(domain().vocabulary, grade.code)} ${zoneSwatch(grade, hatch)}
          <span class="legend-name">${grade[language]}</span>
        </span>
        ${this.#count("enterprises", [countKey(code)])} ${this.#count("zones", [countKey(code)])}
      </button>
    `
  }

  /** @param {string} layer */
  #layerRow(layer) {
    const { layers, view } = store.state
    const toggle = () => store.set({ layers: toggled(store.state.layers, layer, LAYERS) })
    const from = { zones: ZONES_FROM, enterprises: enterprisesFrom(store.state, domain().district) }[layer] ?? 0
    const isTooFar = view !== null && view.zoom < from
    return html`
      <div class="layer">
        <label class="switch-row">
          <input type="checkbox" data-layer=${layer} .checked=${layers.includes(layer)} @change=${toggle} />
          ${layer === "major_hazard_installations" ? html`<span class="hazard-sign" aria-hidden="true"></span>` : nothing}
          <span>${text(`layer.${layer}`)}</span>
          ${isTooFar ? html`<span class="layer-hint">${text("legend.zoomIn")}</span>` : this.#count(layer)}
        </label>
        ${layer === "receptors" ? receptorKinds(this.counts, this.hasFailed) : nothing}
        ${layer === "corridors" ? corridorClasses() : nothing}
        ${layer === "major_hazard_installations" ? html`<p class="legend-hazards">${text("legend.hazards")}</p>` : nothing}
      </div>
    `
  }

  /**
   * In view over total: the first is what the eye should meet on the map, the second says how much is elsewhere.
   * @param {string} layer
   * @param {string[]} [classes]
   */
  #count(layer, classes) {
    const counts = this.counts?.layers[layer]
    if (!counts) return html`<span class="count"></span>`
    const { language } = store.state
    const total = formatCount(sum(counts.total, classes), language)
    // What was counted for another view is not true of this one.
    const inView = !this.hasFailed && counts.in_view && formatCount(sum(counts.in_view, classes), language)
    return html`<span class="count" title=${text("legend.countTitle", { inView: inView || "–", total })}>
      ${inView ? html`<b>${inView}</b>` : nothing}<span>${total}</span>
    </span>`
  }

  /** Whose enterprises and zones alone are shown and counted. */
  #onlySector() {
    const sector = onlySector(store.state)
    if (sector === null) return nothing
    const { language } = store.state
    return html` · <b>${text("legend.onlySector", { sector: wordFor(domain().vocabulary.sectors, sector, language) ?? "" })}</b>`
  }

  #countsNote() {
    if (this.hasFailed) return html`<p class="legend-note" role="status">${text("legend.countsFailed")}</p>`
    return store.state.bounds ? html`<p class="legend-note">${text("legend.countsNote")}</p>` : nothing
  }

  #unplaced() {
    const count = this.counts?.unplaced ?? 0
    if (count === 0) return nothing
    const { language } = store.state
    const placed = sum(this.counts?.layers.enterprises?.total)
    const values = { placed: formatCount(placed, language), count: formatCount(count, language), all: formatCount(placed + count, language) }
    return html`<details class="legend-unplaced">
      <summary>${text("legend.unplaced", values)}</summary>
      <p>${text("legend.unplacedSum", values)} ${text("legend.unplacedWhy")}</p>
    </details>`
  }

  /** @type {() => void} */
  #endCounts
}

/**
 * A click turns one grade off or on; with Shift it leaves that grade alone on the map.
 * @param {number} code
 * @param {boolean} isAlone
 */
export function nextGrades(code, isAlone) {
  return isAlone ? [code] : toggled(store.state.grades, code, GRADES)
}

function toggleHatch() {
  store.set({ hatch: !store.state.hatch })
}

/** @param {number} code */
function countKey(code) {
  return code === UNGRADED ? "null" : String(code)
}

customElements.define("riskmap-legend", Legend)
