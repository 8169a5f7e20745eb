/** The map itself: one MapLibre map that follows the store, and tells the store where it is and what was clicked. */

import { html, nothing } from "lit"
import { Map as MapLibreMap } from "maplibre-gl"
import { hasDetails } from "../details/details_panel.js"
import { isAbout, placeOf } from "../details/facts.js"
import { homeBounds } from "../jurisdictions/district.js"
import { followLines, pickLine } from "../proximity/line_pointer.js"
import { takePlace } from "../proximity/tools.js"
import { icon } from "../shell/icons.js"
import { PageElement } from "../shell/page_element.js"
import { domain, redrawOn, store, text } from "../shell/page_store.js"
import { anchorOnResize } from "./anchored_resize.js"
import { PADDING_PX, afterLayout, frame, isAt, keepInSight } from "./camera.js"
import { cannotDraw } from "./cannot_draw.js"
import { PIXEL_RATIO, imageNamed } from "./images.js"
import { readPalette } from "./palette.js"
import { areaAt, candidatesNear, followPointer } from "./pointer.js"
import { markSelection } from "./selection_mark.js"
import { mapStyle } from "./style.js"
import { tooltip } from "./tooltip.js"
import { hasWebGL2 } from "./webgl.js"

/** @import {LngLat} from "maplibre-gl" */
/** @import {Bounds, State} from "../shell/state.js" */
/** @import {Candidate} from "./picking.js" */
/** @import {Tooltip} from "./tooltip.js" */

/** The keys of the state that the style is made of. @type {readonly (keyof State)[]} */
const STYLED = ["at", "changes", "hiddenChanges", "layers", "rasters", "grades", "hiddenKinds", "hatch", "theme", "sector", "areaRisk", "tool", "nearPairs", "pair", "pairUnder", "around", "draft"]

export class MapView extends PageElement {
  /** @type {MapLibreMap | null} */
  map = null

  constructor() {
    super()
    this.canDraw = hasWebGL2()
    this.palette = readPalette(token => getComputedStyle(document.documentElement).getPropertyValue(token))
    /** @type {Tooltip | null} */
    this.tooltip = null
    redrawOn(this)
  }

  updated() {
    // MapLibre names its canvas once, in the language of that moment.
    this.map?.getCanvas().setAttribute("aria-label", text("map.title"))
  }

  render() {
    if (!this.canDraw) return cannotDraw()
    return html`
      <div class="map-canvas"></div>
      <div class="map-crosshair" aria-hidden="true"></div>
      ${this.tooltip ? tooltip(this.tooltip) : nothing}
      <div class="map-controls" role="group" aria-label=${text("map.controls")}>
        ${control("plus", "map.zoomIn", () => this.map?.zoomIn())}
        ${control("minus", "map.zoomOut", () => this.map?.zoomOut())}
        ${control("home", "map.home", () => this.showHome())}
        ${control("north", "map.north", () => this.map?.resetNorth())}
      </div>
    `
  }

  firstUpdated() {
    if (!this.canDraw) return
    this.map = this.#createMap()
    this.#listen(this.map)
    anchorOnResize(this.map)
    store.subscribe((state, changed) => this.#follow(state, changed))
  }

  showHome() {
    this.showPlace(homeBounds(domain().district))
  }

  /** @param {Bounds} bounds */
  showPlace(bounds) {
    if (this.map) frame(this.map, bounds)
  }

  /** Ask again for tiles that did not arrive. Sources keep what failed, so all are made anew. */
  reloadTiles() {
    const { map } = this
    if (!map) return
    store.set({ hasFailedTiles: false })
    map.setStyle(this.#style(), { diff: false })
    map.once("style.load", () => markSelection(map, store.state))
  }

  #createMap() {
    const { view } = store.state
    const camera = view
      ? { center: /** @type {[number, number]} */ ([view.lon, view.lat]), zoom: view.zoom }
      : { bounds: homeBounds(domain().district), fitBoundsOptions: { padding: PADDING_PX } }
    const map = new MapLibreMap({
      container: /** @type {HTMLElement} */ (this.querySelector(".map-canvas")),
      style: this.#style(),
      ...camera,
      minZoom: 3,
      maxZoom: 20,
      maxPitch: 0,
      attributionControl: false,
      renderWorldCopies: false,
      trackResize: false,
      fadeDuration: 0,
      locale: { "Map.Title": text("map.title") },
      transformRequest: url => ({ url: new URL(url, location.origin).href }),
    })
    map.setMissingStyleImageResolver(name => {
      const image = imageNamed(name, { ...domain(), palette: this.palette })
      if (image) map.addImage(name, image, { pixelRatio: PIXEL_RATIO })
    })
    return map
  }

  #style() {
    return mapStyle({ ...domain(), palette: this.palette, state: store.state })
  }

  /** @param {MapLibreMap} map */
  #listen(map) {
    map.on("load", () => {
      this.#tellView(map)
      markSelection(map, store.state)
      this.setAttribute("ready", "")
    })
    map.on("moveend", () => this.#tellView(map))
    map.on("error", ({ error }) => {
      if (/** @type {{status?: number}} */ (error).status === 401) this.tell("sign-in-required")
      else store.set({ hasFailedTiles: true })
    })
    map.on("movestart", () => this.#showTooltip(null))
    map.on("click", ({ point, lngLat, originalEvent }) => {
      this.#showTooltip(null)
      if (takePlace(lngLat.lng, lngLat.lat) || pickLine(map, point)) return
      const isTouch = /** @type {PointerEvent} */ (originalEvent).pointerType === "touch"
      this.#choose(map, candidatesNear(map, point, isTouch ? "touch" : "mouse"), lngLat, areaAt(map, point))
    })
    map.getCanvas().addEventListener("keydown", ({ key }) => {
      if (key !== "Enter") return
      const centre = map.getCenter()
      const point = map.project(centre)
      if (takePlace(centre.lng, centre.lat) || pickLine(map, point)) return
      this.#choose(map, candidatesNear(map, point, "touch"), centre, areaAt(map, point))
      if (hasDetails(store.state)) this.tell("result-opened")
    })
    followLines(map)
    followPointer(map, (candidate, { x, y }, count) => {
      this.#showTooltip(candidate && { candidate, x, y, count, isRight: x > map.getContainer().clientWidth / 2 })
    })
  }

  /** @param {Tooltip | null} tooltip */
  #showTooltip(tooltip) {
    this.tooltip = tooltip
    this.requestUpdate()
  }

  /** @param {MapLibreMap} map */
  #tellView(map) {
    const { lng, lat } = map.getCenter()
    const [[xmin, ymin], [xmax, ymax]] = map.getBounds().toArray()
    store.set({ view: { zoom: map.getZoom(), lat, lon: lng }, bounds: [xmin, ymin, xmax, ymax] })
  }

  /**
   * @param {MapLibreMap} map
   * @param {Candidate[]} candidates
   * @param {LngLat} place Where they lie.
   * @param {string | null} area The coloured township there: what is meant where nothing else is.
   */
  #choose(map, candidates, place, area) {
    const [only] = candidates
    const selection = candidates.length === 1 ? { layer: only.layer, id: only.id } : null
    this.#chosenAt = place
    store.set({ choices: candidates, selection, area: candidates.length === 0 ? area : null })
    if (hasDetails(store.state)) keepInSight(map, place)
  }

  /**
   * @param {State} state
   * @param {ReadonlySet<keyof State>} changed
   */
  #follow(state, changed) {
    const { map } = this
    if (!map) return
    if (STYLED.some(key => changed.has(key))) map.setStyle(this.#style())
    if (changed.has("selection") || changed.has("details")) {
      if (map.isStyleLoaded()) markSelection(map, state)
      else map.once("idle", () => markSelection(map, store.state))
    }
    if (changed.has("details") && state.details?.facts) this.#bringIntoView(map, state)
    if (changed.has("view") && state.view && !isAt(map, state.view)) this.#jumpTo(map, state.view)
  }

  /**
   * Go where an address says. The same address may open the panel, which takes its width a moment later and keeps
   * the ground in place, not the centre: so say it again then.
   * @param {MapLibreMap} map
   * @param {NonNullable<State["view"]>} view
   */
  #jumpTo(map, { lon, lat, zoom }) {
    const jump = () => map.jumpTo({ center: [lon, lat], zoom })
    jump()
    afterLayout(jump)
  }

  /**
   * What was clicked on the map stays where it is, unless the panel has just grown over it. What was picked
   * elsewhere must not stay out of sight.
   * @param {MapLibreMap} map
   * @param {State} state
   */
  #bringIntoView(map, { details, choices }) {
    if (this.#chosenAt && choices.some(choice => isAbout(details, choice))) return keepInSight(map, this.#chosenAt)
    const place = details?.facts && placeOf(details.facts)
    if (!place) return
    const [xmin, ymin, xmax, ymax] = place
    if (!map.getBounds().contains([(xmin + xmax) / 2, (ymin + ymax) / 2])) this.showPlace(place)
  }

  /** The last click on the map. @type {LngLat | null} */
  #chosenAt = null
}

/**
 * @param {string} glyph
 * @param {string} key
 * @param {() => void} act
 */
function control(glyph, key, act) {
  return html`
    <button class="map-control" type="button" title=${text(key)} aria-label=${text(key)} @click=${act}>
      ${icon(glyph)}
    </button>
  `
}

customElements.define("riskmap-map", MapView)
