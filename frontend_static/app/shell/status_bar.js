/** The line at the bottom: where the pointer is, at which scale, how old the data are, and the last word of the page. */

import { html, nothing } from "lit"
import { formatCount, formatLength, formatMoment } from "../language/format.js"
import { metricZone, toMetricZone } from "../maps/metric_zone.js"
import { metresPerPixel, scaleBar, scaleDenominator } from "../maps/scale.js"
import { icon } from "./icons.js"
import { PageElement } from "./page_element.js"
import { domain, redrawOn, store, text } from "./page_store.js"

/** @import {View} from "./state.js" */

const BAR_PX = 110

/** How long a confirmation such as "copied" stays. */
const NOTICE_MS = 4000

export class StatusBar extends PageElement {
  constructor() {
    super()
    redrawOn(this, "pointer", "view", "notice", "hasFailedTiles", "at")
  }

  render() {
    const { notice, pointer, view } = store.state
    return html`
      <footer class="status-bar">
        ${pointer && !notice ? this.#readOut(pointer) : this.#message()}
        <span class="status-gap"></span>
        ${this.#failedTiles()} ${dataAge()} ${view ? scale(view) : nothing}
      </footer>
    `
  }

  updated() {
    const { notice } = store.state
    if (notice) setTimeout(() => store.state.notice === notice && store.set({ notice: null }), NOTICE_MS)
  }

  /** @param {{lon: number, lat: number}} pointer */
  #readOut({ lon, lat }) {
    return html`
      <span class="status-item" title=${text("status.lonLat")}>
        <i>CGCS2000</i> <b class="degrees">${lon.toFixed(6)}°, ${lat.toFixed(6)}°</b>
      </span>
      ${metricReadOut(lon, lat)}
    `
  }

  #message() {
    const { notice } = store.state
    const sentence = notice ? text(notice.key, notice.values) : text("status.hint")
    return html`<span class="status-item muted" role="status">${sentence}</span>`
  }

  #failedTiles() {
    if (!store.state.hasFailedTiles) return nothing
    return html`<span class="status-item status-problem" role="alert">
      ${icon("warning")} ${text("status.tilesFailed")}
      <button type="button" class="text-button" @click=${() => this.tell("reload-tiles")}>${text("action.retry")}</button>
    </span>`
  }
}

/**
 * The same place in metres, as plans and survey sheets write it: X to the north, Y to the east.
 * @param {number} lon
 * @param {number} lat
 */
function metricReadOut(lon, lat) {
  const { metric_crs, metric_name } = domain().district
  const zone = metric_crs && metricZone(metric_crs)
  if (!zone) return nothing
  const { easting, northing } = toMetricZone(zone, lon, lat)
  return html`<span class="status-item status-metric" title=${store.state.language === "zh" ? `${metric_name} · ${metric_crs}` : metric_crs}>
    <i>X</i> <b class="metres">${northing.toFixed(2)}</b>
    <i>Y</i> <b class="metres">${easting.toFixed(2)}</b>
  </span>`
}

function dataAge() {
  const moment = domain().district.data_as_of
  // The age of the present data says nothing about a past map.
  if (!moment || store.state.at) return nothing
  return html`<span class="status-item status-age">
    <i>${text("status.dataAsOf")}</i> ${formatMoment(moment, store.state.language)}
  </span>`
}

/** @param {View} view */
function scale({ zoom, lat }) {
  const { lengthM, widthPx } = scaleBar(metresPerPixel(zoom, lat), BAR_PX)
  const { language } = store.state
  const denominator = formatCount(scaleDenominator(zoom, lat), language)
  return html`
    <span class="status-item scale" title=${text("status.scale")}>
      <span class="scale-bar" style="width:${widthPx.toFixed(1)}px" aria-hidden="true"></span>
      <span class="scale-length">${formatLength(lengthM, language)}</span>
      <b class="scale-ratio">1:${denominator}</b>
    </span>
  `
}

customElements.define("riskmap-status", StatusBar)
