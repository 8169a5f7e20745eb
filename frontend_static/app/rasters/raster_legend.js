/** The part of the legend that tells of rasters: which there are for the reader, what their colours mean, their origin. */

import { html, nothing } from "lit"
import { getJson } from "../api/client.js"
import { Problem } from "../api/problem.js"
import { formatCount } from "../language/format.js"
import { PageElement } from "../shell/page_element.js"
import { redrawOn, store, text } from "../shell/page_store.js"
import { RASTERS, toggled } from "../shell/state.js"

/**
 * @typedef {{value: number, colour: string, opacity: number}} Stop
 * @typedef {object} Raster One of the answer of `GET /api/v1/rasters`.
 * @property {string} name
 * @property {string} attribution
 * @property {number | null} bandwidth_m
 * @property {Record<string, number> | null} weights
 * @property {{zh: string, en: string, unit_zh: string, unit_en: string, stops: Stop[]}} legend
 */

export class RasterLegend extends PageElement {
  constructor() {
    super()
    /** @type {Raster[]} */
    this.rasters = []
    redrawOn(this, "rasters", "at")
  }

  connectedCallback() {
    super.connectedCallback()
    this.#load()
  }

  render() {
    if (this.rasters.length === 0) return nothing
    return html`
      <section aria-labelledby="legend-rasters">
        <h2 id="legend-rasters">${text("raster.title")}</h2>
        ${this.rasters.map(raster => this.#row(raster))}
        ${store.state.at === null ? nothing : html`<p class="raster-note">${text("raster.onlyNow")}</p>`}
      </section>
    `
  }

  /** @param {Raster} raster */
  #row(raster) {
    const { rasters, language } = store.state
    const isShown = rasters.includes(raster.name)
    const toggle = () => store.set({ rasters: toggled(rasters, raster.name, RASTERS) })
    return html`
      <div class="layer">
        <label class="switch-row">
          <input type="checkbox" data-raster=${raster.name} .checked=${isShown} @change=${toggle} />
          <span>${raster.legend[language]}</span>
        </label>
        ${isShown ? ramp(raster) : nothing}
      </div>
    `
  }

  /** Without an answer the map offers none; the rest of the legend does not wait for it. */
  async #load() {
    try {
      const { items } = await getJson("/api/v1/rasters")
      this.rasters = items
      this.requestUpdate()
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem
    }
  }
}

/** @param {Raster} raster */
function ramp({ legend, attribution, bandwidth_m, weights }) {
  const { language } = store.state
  const colours = legend.stops.map(({ colour }) => colour).join(",")
  const unit = language === "zh" ? legend.unit_zh : legend.unit_en
  const note = weights
    ? text("raster.density", { unit, bandwidth: bandwidth_m ?? "", weights: Object.values(weights).join("/") })
    : text("raster.estimate", { unit, origin: attribution })
  return html`
    <div class="raster-ramp">
      <div class="raster-colours" style="background:linear-gradient(to right,${colours})" aria-hidden="true"></div>
      <div class="raster-values">${legend.stops.map(({ value }) => html`<span>${formatCount(value, language)}</span>`)}</div>
      <p class="raster-note">${note}</p>
    </div>
  `
}

customElements.define("riskmap-raster-legend", RasterLegend)
