/** Areas on the map: a light district in a dimmed surrounding, thin township lines, names in wide grey letters. */

import { LABEL_FONT, byZoom, shownWith } from "../maps/layer_parts.js"

/** @import {LayerSpecification} from "maplibre-gl" */
/** @import {StyleContext} from "../maps/style.js" */
/** @import {District} from "./district.js" */

/** Where a name may stand around the middle of its township, the best first; offsets in ems. */
const NAME_PLACES = /** @type {(string | [number, number])[]} */ ([
  ...["center", [0, 0]],
  ...["top", [0, 0.6], "bottom", [0, -0.6]],
  ...["left", [1, 0], "right", [-1, 0]],
  ...["top", [0, 1.8], "bottom", [0, -1.8], "left", [2.5, 0], "right", [-2.5, 0]],
  ...["top-left", [1, 1], "bottom-right", [-1, -1], "bottom-left", [1, -1], "top-right", [-1, 1]],
])

const AREAS = { source: "areas", "source-layer": "areas" }

/**
 * @param {StyleContext} context
 * @returns {LayerSpecification[]}
 */
export function districtFill({ palette, district }) {
  return [
    {
      id: "district-fill",
      type: "fill",
      ...AREAS,
      filter: ["==", ["get", "code"], district.code],
      paint: { "fill-color": palette.land, "fill-antialias": false },
    },
  ]
}

/**
 * @param {StyleContext} context
 * @returns {LayerSpecification[]}
 */
export function areaLines(context) {
  const { palette, district } = context
  return [
    {
      id: "township-line",
      type: "line",
      ...AREAS,
      filter: ["==", ["get", "level"], "township"],
      layout: { ...shownWith(context, "areas"), "line-join": "round" },
      paint: {
        "line-color": palette.boundary,
        "line-width": byZoom([9, 0.6], [14, 1.2]),
        "line-dasharray": [4, 2],
      },
    },
    {
      id: "district-line",
      type: "line",
      ...AREAS,
      filter: ["==", ["get", "code"], district.code],
      layout: { "line-join": "round" },
      paint: { "line-color": palette["boundary-strong"], "line-width": byZoom([8, 1.2], [14, 2.4]) },
    },
  ]
}

/**
 * @param {StyleContext} context
 * @returns {LayerSpecification[]}
 */
export function areaLabels(context) {
  const { palette } = context
  return [
    {
      id: "township-name",
      type: "symbol",
      source: "townships",
      minzoom: 9.5,
      maxzoom: 15,
      layout: {
        ...shownWith(context, "areas"),
        "text-field": ["get", "name"],
        "text-font": LABEL_FONT,
        "text-size": byZoom([10, 11], [14, 15]),
        "text-letter-spacing": 0.06,
        // It lies over the many lesser signs, steps aside for the worst, and never vanishes.
        "text-variable-anchor-offset": NAME_PLACES,
        "text-allow-overlap": true,
      },
      paint: { "text-color": palette["place-text"], "text-halo-color": palette.land, "text-halo-width": 2 },
    },
  ]
}

/**
 * One point per township for its name. The polygons in tiles are cut at tile borders and would repeat it.
 * @param {District} district
 * @param {Record<string, string>} [letters] What stands above a name, by the township's code.
 * @returns {GeoJSON.FeatureCollection<GeoJSON.Point>}
 */
export function townshipPoints({ townships }, letters = {}) {
  return {
    type: "FeatureCollection",
    features: townships.flatMap(({ code, name, label }) =>
      label ? [namedPoint(letters[code] ? `${letters[code]}\n${name}` : name, label)] : [],
    ),
  }
}

/**
 * @param {string} name
 * @param {[number, number]} coordinates
 * @returns {GeoJSON.Feature<GeoJSON.Point>}
 */
function namedPoint(name, coordinates) {
  return { type: "Feature", properties: { name }, geometry: { type: "Point", coordinates } }
}
