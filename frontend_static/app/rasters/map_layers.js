/** Rasters on the map: pictures under everything that is drawn, asked for only while they are switched on. */

/** @import {LayerSpecification, SourceSpecification} from "maplibre-gl" */
/** @import {StyleContext} from "../maps/style.js" */

/**
 * They tell of now: on the map of a past moment there are none.
 * @param {StyleContext} context
 */
function shown({ state }) {
  return state.at === null ? state.rasters : []
}

/**
 * @param {StyleContext} context
 * @returns {Record<string, SourceSpecification>}
 */
export function rasterSources(context) {
  return Object.fromEntries(
    shown(context).map(name => [`raster:${name}`, { type: "raster", url: `/raster/${name}.json`, tileSize: 256 }]),
  )
}

/**
 * @param {StyleContext} context
 * @returns {LayerSpecification[]}
 */
export function rasterLayers(context) {
  return shown(context).map(name => ({
    id: `raster-${name}`,
    type: "raster",
    source: `raster:${name}`,
    paint: { "raster-fade-duration": 0 },
  }))
}
