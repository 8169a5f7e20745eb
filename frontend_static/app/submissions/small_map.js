/** A small map beside a form: the ground as the big map draws it, and the shapes that this is about. MapLibre is loaded when one is needed. */

import { html } from "lit"
import { icon } from "../shell/icons.js"
import { PageElement } from "../shell/page_element.js"
import { domain, redrawOn, store, text } from "../shell/page_store.js"
import { hasWebGL2 } from "../maps/webgl.js"
import { boundsOf } from "./geometry.js"

/** @import {Map as MapLibreMap} from "maplibre-gl" */
/** @import {PropertyValues} from "lit" */
/** @import {Shape} from "./map_shapes.js" */

const PADDING_PX = 36
const CLOSEST = 18.5

export class SmallMap extends PageElement {
  static properties = { shapes: { attribute: false }, lookAt: { attribute: false }, label: { attribute: false } }

  /** @type {MapLibreMap | null} */
  map = null

  constructor() {
    super()
    /** @type {readonly Shape[]} */
    this.shapes = []
    /** Where to look; null looks at all the shapes. @type {[number, number] | null} */
    this.lookAt = null
    this.label = ""
    this.canDraw = hasWebGL2()
    redrawOn(this)
  }

  render() {
    if (!this.canDraw) return html`<p class="small-map muted">${text("webgl.title")}</p>`
    return html`<div class="small-map" role="img" aria-label=${this.label || text("smallMap.label")}></div>
      <button type="button" class="map-control small-map-home" title=${text("smallMap.home")} aria-label=${text("smallMap.home")} @click=${() => this.#look()}>${icon("target")}</button>`
  }

  firstUpdated() {
    if (this.canDraw) this.#watch.observe(this)
  }

  /** @param {PropertyValues<this>} changed */
  updated(changed) {
    if (!this.map) return
    if (changed.has("shapes")) this.#draw()
    if (changed.has("lookAt") && this.lookAt) this.#look()
  }

  disconnectedCallback() {
    super.disconnectedCallback()
    this.#watch.disconnect()
    this.#end()
  }

  connectedCallback() {
    super.connectedCallback()
    // Moved to another place of the page it is made anew.
    if (this.hasUpdated && this.canDraw) this.#watch.observe(this)
  }

  /** A browser draws some sixteen maps at once, and a submission may be about more zones: only those in sight are. */
  #watch = new IntersectionObserver(entries => {
    const { isIntersecting } = entries[entries.length - 1]
    if (isIntersecting && !this.map) this.#begin()
    else if (!isIntersecting) this.#end()
  })

  #end() {
    this.map?.remove()
    this.map = null
    this.removeAttribute("ready")
  }

  async #begin() {
    addStyleSheet()
    const [{ Map: MapLibre }, { mapStyle }, { imageNamed, PIXEL_RATIO }, { readPalette }, { LABEL_FONT }, { shapeLayers, collectionOf }] = await Promise.all([
      import("maplibre-gl"),
      import("../maps/style.js"),
      import("../maps/images.js"),
      import("../maps/palette.js"),
      import("../maps/layer_parts.js"),
      import("./map_shapes.js"),
    ])
    const container = /** @type {HTMLElement | null} */ (this.querySelector(".small-map"))
    if (!this.isConnected || !container || this.map || !isInSight(this)) return
    const palette = readPalette(token => getComputedStyle(document.documentElement).getPropertyValue(token))
    const { vocabulary, district } = domain()
    this.#collect = () => collectionOf(this.shapes, vocabulary)
    const ground = mapStyle({ vocabulary, district, palette, state: { ...store.state, layers: ["corridors", "areas"], hatch: false } })
    const bounds = boundsOf(this.shapes.map(({ geometry }) => geometry)) ?? district.bounds
    const map = new MapLibre({
      container,
      style: {
        ...ground,
        sources: { ...ground.sources, shapes: { type: "geojson", data: this.#collect() } },
        layers: [...ground.layers, ...shapeLayers(palette, LABEL_FONT)],
      },
      ...(bounds ? { bounds, fitBoundsOptions: { padding: PADDING_PX, maxZoom: CLOSEST } } : {}),
      maxZoom: 20,
      maxPitch: 0,
      attributionControl: false,
      renderWorldCopies: false,
      fadeDuration: 0,
      cooperativeGestures: false,
      transformRequest: url => ({ url: new URL(url, location.origin).href }),
    })
    map.setMissingStyleImageResolver(name => {
      const image = imageNamed(name, { vocabulary, palette })
      if (image) map.addImage(name, image, { pixelRatio: PIXEL_RATIO })
    })
    // The ground may fail without harm: the shapes are what matters here.
    map.on("error", () => {})
    map.on("load", () => {
      this.#draw()
      this.setAttribute("ready", "")
    })
    this.map = map
  }

  #draw() {
    const source = /** @type {import("maplibre-gl").GeoJSONSource | undefined} */ (this.map?.getSource("shapes"))
    if (!source) return
    source.setData(this.#collect())
    const key = JSON.stringify(boundsOf(this.shapes.filter(({ role }) => role === "new" || role === "old").map(({ geometry }) => geometry)))
    if (key !== this.#seen) this.#look()
    this.#seen = key
  }

  #look() {
    const bounds = boundsOf(this.shapes.map(({ geometry }) => geometry))
    if (this.lookAt) this.map?.easeTo({ center: this.lookAt, zoom: Math.max(this.map.getZoom(), 17), duration: 0 })
    else if (bounds) this.map?.fitBounds(bounds, { padding: PADDING_PX, maxZoom: CLOSEST, duration: 0 })
  }

  /** @type {() => GeoJSON.FeatureCollection} */
  #collect = () => ({ type: "FeatureCollection", features: [] })
  #seen = ""
}

/** @param {Element} element */
function isInSight(element) {
  const { top, bottom } = element.getBoundingClientRect()
  return bottom > 0 && top < innerHeight
}

/** The pages without a map do without MapLibre's style sheet; below the layers of our own it changes nothing of ours. */
function addStyleSheet() {
  if (document.querySelector("style[data-maplibre]")) return
  const sheet = document.createElement("style")
  sheet.dataset.maplibre = ""
  sheet.textContent = `@import url("/vendor/maplibre-gl/dist/maplibre-gl.css") layer(vendor);`
  document.head.append(sheet)
}

customElements.define("riskmap-small-map", SmallMap)
