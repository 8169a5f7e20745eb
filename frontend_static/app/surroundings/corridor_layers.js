/** Corridors on the map: roads with a casing, railways with ties, all grey; a grade, where there is one, on top. */

import { onlyCorridors } from "../area_risk/theme.js"
import { byGrade, isGraded, ofGrades, worstFirst } from "../grades/expressions.js"
import { codeOf } from "../grades/vocabulary.js"
import { byZoom, shownWith, whenSelected } from "../maps/layer_parts.js"

/** @import {ExpressionSpecification, LayerSpecification} from "maplibre-gl" */
/** @import {Vocabulary} from "../grades/vocabulary.js" */
/** @import {StyleContext} from "../maps/style.js" */

const CORRIDORS = { source: "surroundings", "source-layer": "corridors" }

/** How wide each class is drawn at zoom 14, in pixels: the eye reads rank from width. */
const WIDTH_AT_14 = { motorway: 6, trunk: 5.5, primary: 5, secondary: 4, tertiary: 3 }
const OTHER_WIDTH = 2

const MAJOR = ["motorway", "trunk"]
const NOT_A_ROAD = ["railway", "waterway", "pipeline"]

/** The last two grades, where plates for all would be too many. */
const GENERAL = 3
const LOW = 4

/** @type {ExpressionSpecification} */
const isRoad = ["!", ["in", ["get", "class"], ["literal", NOT_A_ROAD]]]

/**
 * @param {StyleContext} context
 * @returns {LayerSpecification[]}
 */
export function corridorLines(context) {
  const { palette } = context
  const layout = /** @type {const} */ ({ ...shownWith(context, "corridors"), "line-cap": "round", "line-join": "round" })
  const butt = /** @type {const} */ ({ ...layout, "line-cap": "butt" })
  return [
    {
      id: "waterway",
      type: "line",
      ...CORRIDORS,
      filter: ["==", ["get", "class"], "waterway"],
      layout,
      paint: { "line-color": palette.water, "line-width": byZoom([8, 1], [14, 5], [18, 18]) },
    },
    {
      id: "road-casing",
      type: "line",
      ...CORRIDORS,
      filter: isRoad,
      layout: { ...layout, "line-sort-key": roadWidth(1) },
      paint: { "line-color": palette["road-casing"], "line-width": roadWidths(1.2) },
    },
    {
      id: "road",
      type: "line",
      ...CORRIDORS,
      filter: isRoad,
      layout: { ...layout, "line-sort-key": roadWidth(1) },
      paint: {
        "line-color": ["match", ["get", "class"], MAJOR, palette["road-major"], palette.road],
        "line-width": roadWidths(0),
      },
    },
    {
      id: "pipeline",
      type: "line",
      ...CORRIDORS,
      filter: ["==", ["get", "class"], "pipeline"],
      layout: butt,
      paint: { "line-color": palette.pipeline, "line-width": 1.6, "line-dasharray": [5, 2, 1, 2] },
    },
    {
      id: "railway",
      type: "line",
      ...CORRIDORS,
      filter: ["==", ["get", "class"], "railway"],
      layout,
      paint: { "line-color": palette.railway, "line-width": byZoom([8, 1.2], [14, 3]) },
    },
    {
      id: "railway-ties",
      type: "line",
      ...CORRIDORS,
      minzoom: 10,
      filter: ["==", ["get", "class"], "railway"],
      layout: butt,
      paint: {
        "line-color": palette.halo,
        "line-width": byZoom([8, 0.6], [14, 1.6]),
        "line-dasharray": [5, 5],
      },
    },
    {
      id: "corridor-selected",
      type: "line",
      ...CORRIDORS,
      layout,
      paint: { "line-color": palette.ink, "line-width": 4, "line-opacity": whenSelected() },
    },
  ]
}

/**
 * A graded corridor keeps its grey line and gains a line in the grade's colour, told apart by lettered plates.
 * @param {StyleContext} context
 * @returns {LayerSpecification[]}
 */
export function corridorRisk(context) {
  const { state, vocabulary } = context
  const classes = onlyCorridors(state)
  /** @type {ExpressionSpecification} */
  const graded = ["all", isGraded, ofGrades(state.grades)]
  /** @type {ExpressionSpecification} */
  const filter = classes ? ["all", graded, ["in", ["get", "class"], ["literal", [...classes]]]] : graded
  const layout = shownWith(context, "corridors")
  return [
    {
      id: "corridor-risk",
      type: "line",
      ...CORRIDORS,
      filter,
      layout: { ...layout, "line-cap": "round", "line-join": "round" },
      paint: {
        "line-color": byGrade(vocabulary, grade => grade.colour),
        "line-width": byZoom([8, 1], [12, 1.6], [14, 3]),
      },
    },
    {
      id: "corridor-letter",
      type: "symbol",
      ...CORRIDORS,
      minzoom: 10,
      filter,
      layout: {
        ...layout,
        "icon-image": ["step", ["zoom"], plates(vocabulary, GENERAL), 12.5, plates(vocabulary, LOW)],
        "icon-size": byZoom([10, 0.7], [14, 1]),
        "icon-rotation-alignment": "viewport",
        "symbol-placement": "line",
        "symbol-sort-key": worstFirst(vocabulary),
        "symbol-spacing": 320,
      },
    },
  ]
}

/**
 * Lettered plates down to a grade. With a whole district on screen the plates of the lowest would bury the rest;
 * a coloured line without one is then of the lowest grade.
 * @param {Vocabulary} vocabulary
 * @param {number} lowest
 */
function plates(vocabulary, lowest) {
  return byGrade(vocabulary, grade => (codeOf(grade) <= lowest ? `corridor:${codeOf(grade)}` : ""))
}

/**
 * @param {number} casing Pixels on each side.
 * @returns {ExpressionSpecification}
 */
function roadWidths(casing) {
  const widths = [[8, 0.2], [11, 0.45], [14, 1], [18, 3.2]].map(([zoom, factor]) => [
    zoom,
    ["+", roadWidth(factor), casing * 2 * Math.min(1, factor + 0.3)],
  ])
  return byZoom(.../** @type {[number, unknown][]} */ (widths))
}

/**
 * @param {number} factor
 * @returns {ExpressionSpecification}
 */
function roadWidth(factor) {
  const cases = Object.entries(WIDTH_AT_14).flatMap(([name, width]) => [name, width * factor])
  return /** @type {any} */ (["match", ["get", "class"], ...cases, OTHER_WIDTH * factor])
}
