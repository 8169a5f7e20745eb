/** Lines between the nearest points, rings around a place and what is being drawn: in ink on white, for hue belongs to the grades. */

import { formatLength } from "../language/format.js"
import { LABEL_FONT } from "../maps/layer_parts.js"
import { circle } from "./circle.js"
import { geometryOf } from "./draft.js"
import { keyOf } from "./pairs.js"

/** @import {Feature} from "geojson" */
/** @import {LayerSpecification, SourceSpecification} from "maplibre-gl" */
/** @import {StyleContext} from "../maps/style.js" */
/** @import {Ends} from "./pairs.js" */

/** Metres; the distances that the server looks for in an emergency. */
export const RINGS_M = Object.freeze([500, 1000, 3000])

/** The layer that is asked for a line under the pointer: wider than what is seen. */
export const HIT_LAYER = "near-hit"

/**
 * @param {StyleContext} context
 * @returns {Record<string, SourceSpecification>}
 */
export function nearSources({ state }) {
  if (state.tool === null) return {}
  return { near: { type: "geojson", data: { type: "FeatureCollection", features: nearFeatures(state) } } }
}

/**
 * @param {StyleContext["state"]} state
 * @returns {Feature[]}
 */
export function nearFeatures({ nearPairs, around, draft, language }) {
  const rings = around ? RINGS_M.flatMap(metres => ring(around, metres, language)) : []
  const shape = draft && geometryOf(draft)
  return [
    ...nearPairs.flatMap(ends => line(ends, language)),
    ...rings,
    ...(around ? [feature("place", { type: "Point", coordinates: [around.lon, around.lat] })] : []),
    ...(shape ? [feature("draft", shape)] : []),
    ...(draft?.corners ?? []).map(corner => feature("corner", { type: "Point", coordinates: corner })),
  ]
}

/**
 * The line itself, its two ends with their names, and its length where the middle is.
 * @param {Ends} ends
 * @param {"zh" | "en"} language
 * @returns {Feature[]}
 */
function line(ends, language) {
  const [[x1, y1], [x2, y2]] = ends.line
  const shared = { key: keyOf(ends), metres: ends.distance_m }
  return [
    feature("line", { type: "LineString", coordinates: ends.line }, shared),
    feature("end", { type: "Point", coordinates: [x1, y1] }, { ...shared, name: ends.site.name }),
    feature("end", { type: "Point", coordinates: [x2, y2] }, { ...shared, name: ends.target.name }),
    feature("length", { type: "Point", coordinates: [(x1 + x2) / 2, (y1 + y2) / 2] }, { ...shared, label: formatLength(ends.distance_m, language) }),
  ]
}

/**
 * @param {{lon: number, lat: number}} place
 * @param {number} metres
 * @param {"zh" | "en"} language
 * @returns {Feature[]}
 */
function ring({ lon, lat }, metres, language) {
  const outline = circle(lon, lat, metres)
  return [
    feature("ring", { type: "LineString", coordinates: outline }, { metres }),
    feature("length", { type: "Point", coordinates: outline[0] }, { key: "", metres, label: formatLength(metres, language) }),
  ]
}

/**
 * @param {string} part
 * @param {GeoJSON.Geometry} geometry
 * @param {Record<string, unknown>} [properties]
 * @returns {Feature}
 */
function feature(part, geometry, properties = {}) {
  return { type: "Feature", properties: { part, ...properties }, geometry }
}

/**
 * @param {StyleContext} context
 * @returns {LayerSpecification[]}
 */
export function nearLayers({ palette, state }) {
  if (state.tool === null) return []
  const isPicked = /** @type {any} */ (["in", ["get", "key"], ["literal", [state.pair, state.pairUnder].filter(Boolean)]])
  const label = /** @type {const} */ ({ "text-font": LABEL_FONT, "text-size": 12 })
  const words = { "text-color": palette.ink, "text-halo-color": palette.halo, "text-halo-width": 2 }
  return [
    {
      id: "near-draft-fill",
      type: "fill",
      source: "near",
      filter: ["all", part("draft"), ["==", ["geometry-type"], "Polygon"]],
      paint: { "fill-color": palette.ink, "fill-opacity": 0.12 },
    },
    ...lines("near-ring", part("ring"), { "line-width": 1.5, "line-dasharray": [5, 3] }, palette),
    ...lines("near-draft", part("draft"), { "line-width": 2 }, palette),
    ...lines("near-line", part("line"), { "line-width": 1.4 }, palette),
    ...lines("near-picked", ["all", part("line"), isPicked], { "line-width": 4 }, palette),
    { id: HIT_LAYER, type: "line", source: "near", filter: part("line"), paint: { "line-width": 14, "line-opacity": 0 } },
    points("near-end", part("end"), { "circle-radius": 2.5, "circle-color": palette.ink, "circle-stroke-width": 1 }, palette),
    points("near-picked-end", ["all", part("end"), isPicked], { "circle-radius": 9, "circle-opacity": 0, "circle-stroke-width": 3, "circle-stroke-color": palette.ink }, palette),
    points("near-corner", part("corner"), { "circle-radius": 4, "circle-color": palette.ink, "circle-stroke-width": 1.5 }, palette),
    points("near-place", part("place"), { "circle-radius": 7, "circle-color": palette.ink, "circle-stroke-width": 3 }, palette),
    {
      id: "near-length",
      type: "symbol",
      source: "near",
      filter: part("length"),
      layout: { ...label, "text-field": ["get", "label"], "symbol-sort-key": ["get", "metres"] },
      paint: words,
    },
    {
      id: "near-picked-length",
      type: "symbol",
      source: "near",
      filter: ["all", part("length"), isPicked],
      layout: { ...label, "text-size": 14, "text-field": ["get", "label"], "text-allow-overlap": true, "text-ignore-placement": true },
      paint: words,
    },
    {
      id: "near-picked-name",
      type: "symbol",
      source: "near",
      filter: ["all", part("end"), isPicked],
      layout: { ...label, "text-field": ["get", "name"], "text-anchor": "top", "text-offset": [0, 1], "text-allow-overlap": true },
      paint: words,
    },
  ]
}

/** @param {string} name @returns {any} */
function part(name) {
  return ["==", ["get", "part"], name]
}

/**
 * @param {string} id
 * @param {any} filter
 * @param {import("maplibre-gl").LineLayerSpecification["paint"]} paint
 * @param {StyleContext["palette"]} palette
 * @returns {LayerSpecification[]}
 */
function lines(id, filter, paint, palette) {
  const shared = { type: /** @type {const} */ ("line"), source: "near", filter }
  const width = Number(paint?.["line-width"]) + 3
  return [
    { ...shared, id: `${id}-halo`, paint: { "line-color": palette.halo, "line-width": width, "line-opacity": 0.85 } },
    { ...shared, id, paint: { "line-color": palette.ink, ...paint } },
  ]
}

/**
 * @param {string} id
 * @param {any} filter
 * @param {import("maplibre-gl").CircleLayerSpecification["paint"]} paint
 * @param {StyleContext["palette"]} palette
 * @returns {LayerSpecification}
 */
function points(id, filter, paint, palette) {
  return { id, type: "circle", source: "near", filter, paint: { "circle-stroke-color": palette.halo, ...paint } }
}
