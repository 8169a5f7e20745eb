/** Lines between near things under the pointer: told to the list, and picked by a click. */

import { store } from "../shell/page_store.js"
import { HIT_LAYER } from "./map_layers.js"

/** @import {Map as MapLibreMap} from "maplibre-gl" */

/** @param {MapLibreMap} map */
export function followLines(map) {
  map.on("mousemove", HIT_LAYER, ({ features }) => store.set({ pairUnder: features?.[0]?.properties.key ?? null }))
  map.on("mouseleave", HIT_LAYER, () => store.set({ pairUnder: null }))
}

/**
 * Pick the line at a place.
 * @param {MapLibreMap} map
 * @param {{x: number, y: number}} point CSS pixels from the map's corner.
 * @returns {boolean} Whether there is one.
 */
export function pickLine(map, { x, y }) {
  if (!map.getLayer(HIT_LAYER)) return false
  const [line] = map.queryRenderedFeatures([x, y], { layers: [HIT_LAYER] })
  if (line) store.set({ pair: String(line.properties.key) })
  return line !== undefined
}
