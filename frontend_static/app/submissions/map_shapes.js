/** The small map's own layers: what stands there already in grey, what is new in colour, and where something is wrong. */

import { gradeOf } from "../grades/vocabulary.js"

/** @import {LayerSpecification} from "maplibre-gl" */
/** @import {Vocabulary} from "../grades/vocabulary.js" */
/** @import {Palette} from "../maps/palette.js" */
/** @import {Geometry} from "./geometry.js" */

/**
 * @typedef {"outline" | "other" | "old" | "new" | "fault"} Role
 * @typedef {{role: Role, geometry: Geometry, grade?: number | null, name?: string}} Shape
 */

/**
 * @param {readonly Shape[]} shapes
 * @param {Vocabulary} vocabulary
 * @returns {GeoJSON.FeatureCollection}
 */
export function collectionOf(shapes, vocabulary) {
  return {
    type: "FeatureCollection",
    features: shapes.map(({ role, geometry, grade, name = "" }) => {
      const { colour, stroke } = gradeOf(vocabulary, grade)
      return { type: "Feature", properties: { role, name, colour, stroke }, geometry: /** @type {GeoJSON.Geometry} */ (geometry) }
    }),
  }
}

/**
 * @param {Palette} palette
 * @param {string[]} font
 * @returns {LayerSpecification[]}
 */
export function shapeLayers(palette, font) {
  const of = (/** @type {Role} */ role) => /** @type {any} */ (["==", ["get", "role"], role])
  const isPoint = /** @type {any} */ (["==", ["geometry-type"], "Point"])
  const source = "shapes"
  return [
    { id: "shape-outline", type: "line", source, filter: of("outline"), paint: { "line-color": palette.outline, "line-width": 1.4, "line-dasharray": [4, 2] } },
    { id: "shape-other", type: "fill", source, filter: of("other"), paint: { "fill-color": ["get", "colour"], "fill-opacity": 0.35 } },
    { id: "shape-other-line", type: "line", source, filter: of("other"), paint: { "line-color": ["get", "stroke"], "line-width": 0.8 } },
    { id: "shape-new", type: "fill", source, filter: of("new"), paint: { "fill-color": ["get", "colour"], "fill-opacity": 0.75 } },
    { id: "shape-new-line", type: "line", source, filter: of("new"), paint: { "line-color": palette.ink, "line-width": 2 } },
    { id: "shape-old-halo", type: "line", source, filter: of("old"), paint: { "line-color": palette.halo, "line-width": 4, "line-opacity": 0.8 } },
    { id: "shape-old", type: "line", source, filter: of("old"), paint: { "line-color": palette.outline, "line-width": 2, "line-dasharray": [2, 1.5] } },
    {
      id: "shape-point",
      type: "circle",
      source,
      filter: ["all", isPoint, ["!=", ["get", "role"], "fault"]],
      paint: { "circle-radius": 6, "circle-color": palette.halo, "circle-stroke-color": palette.ink, "circle-stroke-width": 2.5 },
    },
    {
      id: "shape-name",
      type: "symbol",
      source,
      filter: ["in", ["get", "role"], ["literal", ["other", "new"]]],
      layout: { "text-field": ["get", "name"], "text-font": font, "text-size": 11, "text-max-width": 7 },
      paint: { "text-color": palette.ink, "text-halo-color": palette.halo, "text-halo-width": 1.4 },
    },
    {
      id: "shape-fault",
      type: "circle",
      source,
      filter: of("fault"),
      paint: { "circle-radius": 9, "circle-color": palette.halo, "circle-opacity": 0.5, "circle-stroke-color": palette.ink, "circle-stroke-width": 3 },
    },
  ]
}
