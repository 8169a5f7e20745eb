/** The emergency tab: a place, what is around it, and whom to call there. */

import { html, nothing } from "lit"
import { getJson } from "../api/client.js"
import { Answer } from "../forms/answer.js"
import { gradeBadge } from "../grades/badge.js"
import { formatCount, formatLength, formatLonLat } from "../language/format.js"
import { printSheet } from "../lists/print_sheet.js"
import { icon } from "../shell/icons.js"
import { PageElement } from "../shell/page_element.js"
import { domain, redrawOn, store, text } from "../shell/page_store.js"
import { readPoint } from "../submissions/geometry.js"
import { circle } from "./circle.js"
import { sheetTables } from "./emergency_sheet.js"
import { RINGS_M } from "./map_layers.js"

/** @import {Word} from "../grades/vocabulary.js" */
/** @import {FeatureLayer} from "../shell/state.js" */

/**
 * @typedef {{name: string, duty: Word, position: string | null, phone: string | null}} Person Phones are masked by the server.
 * @typedef {object} AroundSite
 * @property {string} id
 * @property {string} name
 * @property {number | null} grade
 * @property {Word} operating_status
 * @property {string | null} address
 * @property {boolean} has_major_hazard
 * @property {number} distance_m
 * @property {number} within_m
 * @property {Person[]} contacts
 *
 * @typedef {{id: string, name: string, kind: Word, headcount: number | null, distance_m: number, within_m: number}} AroundTarget
 *
 * @typedef {object} Around
 * @property {number} lon
 * @property {number} lat
 * @property {AroundSite[]} sites
 * @property {AroundTarget[]} receptors
 * @property {AroundTarget[]} corridors
 * @property {Record<"sites" | "receptors" | "corridors", number>} totals
 */

export class Emergency extends PageElement {
  static properties = { fault: { state: true } }

  constructor() {
    super()
    /** Message key of what is wrong with the coordinate. @type {string | null} */
    this.fault = null
    redrawOn(this, "around", "session")
  }

  connectedCallback() {
    super.connectedCallback()
    this.#end = store.subscribe((_, changed) => {
      if (changed.has("around")) this.#ask()
    })
    this.#ask()
  }

  disconnectedCallback() {
    super.disconnectedCallback()
    this.#end()
  }

  render() {
    const { around } = store.state
    return around ? this.#told(around) : this.#asking()
  }

  #asking() {
    return html`
      <p class="near-disclaimer" role="status">${icon("target")} ${text("around.pick")}</p>
      <form class="near-form" novalidate @submit=${this.#go}>
        <label class="near-field">
          <span>${text("around.coordinate")}</span>
          <input type="text" name="place" autocomplete="off" inputmode="decimal" placeholder="113.300000, 33.700000" aria-invalid=${this.fault ? "true" : nothing} />
        </label>
        ${this.fault ? html`<p class="near-fault" role="alert">${text(this.fault, { line: 1 })}</p>` : nothing}
        <button type="submit" class="primary-button">${text("around.go")}</button>
      </form>
      <p class="near-none">${text("around.audited")}</p>
    `
  }

  /** @param {{lon: number, lat: number}} place */
  #told({ lon, lat }) {
    return html`
      <p class="near-disclaimer">${icon("target")} ${formatLonLat(lon, lat)}</p>
      <div class="near-acts">
        <button type="button" @click=${() => store.set({ around: null })}>${icon("target")} ${text("around.other")}</button>
        <button type="button" ?disabled=${!this.#answer.value} @click=${this.#print}>${icon("print")} ${text("around.print")}</button>
      </div>
      ${this.#answer.show(
        around => html`
          ${section("sites", around, around.sites.map(siteRow))}
          ${section("receptors", around, around.receptors.map(target => targetRow("receptors", target)))}
          ${section("corridors", around, around.corridors.map(target => targetRow("corridors", target)))}
        `,
      )}
    `
  }

  /** @param {SubmitEvent} event */
  #go(event) {
    event.preventDefault()
    const words = String(new FormData(/** @type {HTMLFormElement} */ (event.target)).get("place"))
    const { geometry, fault } = readPoint(words)
    const [lon, lat] = geometry?.coordinates ?? []
    this.fault = fault ?? (geometry ? null : "around.needed")
    if (!this.fault) store.set({ around: { lon, lat } })
  }

  #print = () => {
    const { around } = store.state
    const { value } = this.#answer
    if (!around || !value) return
    printSheet({ title: text("around.sheet"), lines: [text("around.place", { place: formatLonLat(around.lon, around.lat) })], table: sheetTables(value), paper: "A4" })
  }

  #ask() {
    const { around } = store.state
    this.#answer.value = null
    if (!around) return
    this.#answer.load()
    const outermost = circle(around.lon, around.lat, RINGS_M[RINGS_M.length - 1])
    const [lons, lats] = [outermost.map(([lon]) => lon), outermost.map(([, lat]) => lat)]
    this.tell("show-place", [Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)])
  }

  /** @type {Answer<Around>} */
  #answer = new Answer(this, signal => {
    const { around } = store.state
    if (!around) throw new Error("asked without a place")
    return getJson(aroundPath(around), { signal })
  })
  #end = () => {}
}

/** @param {{lon: number, lat: number}} place */
export function aroundPath({ lon, lat }) {
  const words = new URLSearchParams({ lon: String(lon), lat: String(lat) })
  for (const metres of RINGS_M) words.append("distance_m", String(metres))
  return `/api/v1/proximity/around?${words}`
}

/**
 * @param {"sites" | "receptors" | "corridors"} part
 * @param {Around} around
 * @param {unknown[]} rows
 */
function section(part, { totals }, rows) {
  const { language } = store.state
  const total = formatCount(totals[part], language)
  const isCut = totals[part] > rows.length
  return html`<section class="near-section">
    <h3>${text(`around.${part}`, { count: total })}</h3>
    ${isCut ? html`<p class="near-cut">${text("around.cut", { shown: formatCount(rows.length, language), total })}</p>` : nothing}
    ${rows.length === 0 ? html`<p class="near-none">${text("around.none")}</p>` : html`<ol class="near-list">${rows}</ol>`}
  </section>`
}

/** @param {AroundSite} site */
function siteRow({ id, name, grade, address, has_major_hazard, operating_status, distance_m, contacts }) {
  const { language } = store.state
  const about = [has_major_hazard ? text("around.hazard") : "", operating_status[language], address]
  return html`<li class="near-run">
    ${row("enterprises", id, distance_m, html`${gradeBadge(domain().vocabulary, grade)}<span class="row-name">${name}<span class="near-about">${about.filter(Boolean).join(" · ")}</span></span>`)}
    ${contacts.length === 0 ? html`<p class="near-contact muted">${text("around.noContact")}</p>` : contacts.map(contact)}
  </li>`
}

/** @param {Person} person */
function contact({ name, duty, position, phone }) {
  return html`<p class="near-contact"><b>${name}</b> <span class="muted">${position ?? duty[store.state.language]}</span> <span class="near-phone">${phone ? phoneLink(phone) : text("around.noPhone")}</span></p>`
}

/** Who may see the whole number may also press it. @param {string} phone */
function phoneLink(phone) {
  return phone.includes("*") ? phone : html`<a href="tel:${phone}">${phone}</a>`
}

/**
 * @param {FeatureLayer} layer
 * @param {AroundTarget} target
 */
function targetRow(layer, { id, name, kind, headcount, distance_m }) {
  const { language } = store.state
  const people = headcount === null ? "" : text("around.people", { count: formatCount(headcount, language) })
  return html`<li>
    ${row(layer, id, distance_m, html`<span class="row-name">${name || text("details.unnamed")}<span class="near-about">${[kind[language], people].filter(Boolean).join(" · ")}</span></span>`)}
  </li>`
}

/**
 * @param {FeatureLayer} layer
 * @param {string} id
 * @param {number} metres
 * @param {unknown} words
 */
function row(layer, id, metres, words) {
  const open = () => store.set({ selection: { layer, id }, choices: [] })
  return html`<button type="button" class="near-line" @click=${open}>
    ${words}<span class="near-figures"><b>${formatLength(metres, store.state.language)}</b></span>
  </button>`
}

customElements.define("riskmap-near-emergency", Emergency)
