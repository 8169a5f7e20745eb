/** What follows the pointer over the map: the coordinates in the status bar, the hand, and the name of what is under it. */

import { store } from "../shell/page_store.js"
import { candidatesAt } from "./picking.js"

/** @import {Map as MapLibreMap, MapMouseEvent, Point} from "maplibre-gl" */
/** @import {Candidate, TileFeature} from "./picking.js" */

/** Thin lines and small signs are hit within this distance, in CSS pixels; a fingertip needs more. */
const REACH_PX = { mouse: 3, touch: 14 }

/**
 * @param {MapLibreMap} map
 * @param {{x: number, y: number}} point CSS pixels from the map's corner.
 * @param {"mouse" | "touch"} by
 */
export function candidatesNear(map, { x, y }, by = "mouse") {
  const reach = REACH_PX[by]
  const found = candidatesAt(styleLayers => {
    const layers = styleLayers.filter(id => map.getLayer(id))
    const box = /** @type {[[number, number], [number, number]]} */ ([[x - reach, y - reach], [x + reach, y + reach]])
    return /** @type {TileFeature[]} */ (/** @type {unknown} */ (map.queryRenderedFeatures(box, { layers })))
  })
  // Where townships are coloured, the dense roads on them are ground.
  const isGround = found.every(({ layer }) => layer === "corridors") && areaAt(map, { x, y }) !== null
  return isGround ? [] : found
}

/**
 * The code of the coloured township at a place; null where none is coloured.
 * @param {MapLibreMap} map
 * @param {{x: number, y: number}} point CSS pixels from the map's corner.
 * @returns {string | null}
 */
export function areaAt(map, { x, y }) {
  if (!map.getLayer("area-fill")) return null
  const [area] = map.queryRenderedFeatures([x, y], { layers: ["area-fill"] })
  return area ? String(area.properties.code) : null
}

/**
 * @param {MapLibreMap} map
 * @param {(worst: Candidate | null, point: Point, count: number) => void} show Told at most once a frame.
 */
export function followPointer(map, show) {
  /** @type {MapMouseEvent | null} */
  let latest = null
  map.on("mousemove", event => {
    if (!latest) requestAnimationFrame(react)
    latest = event
  })
  map.on("mouseout", () => {
    latest = null
    map.getCanvas().style.cursor = ""
    store.set({ pointer: null })
    show(null, map.project(map.getCenter()), 0)
  })

  function react() {
    if (!latest) return
    const { lngLat, point } = latest
    latest = null
    store.set({ pointer: { lon: lngLat.lng, lat: lngLat.lat } })
    // Asking for features while the ground moves would cost frames and name things that are already elsewhere.
    const under = map.isMoving() ? [] : candidatesNear(map, point)
    map.getCanvas().style.cursor = under.length > 0 || (!map.isMoving() && areaAt(map, point)) ? "pointer" : ""
    show(under[0] ?? null, point, under.length)
  }
}
