/** The grid and the coloured areas on the map: the grade's colour under its hatch, pale enough to read the map beneath. */

import { byGrade, ofGrades, worstOnTop } from "../grades/expressions.js"
import { allGrades, codeOf, gradeOf } from "../grades/vocabulary.js"
import { ZONES_FROM, byZoom } from "../maps/layer_parts.js"
import { gridBelow, hasColouredAreas } from "./theme.js"

/** @import {ExpressionSpecification, LayerSpecification} from "maplibre-gl" */
/** @import {Grade} from "../grades/vocabulary.js" */
/** @import {StyleContext} from "../maps/style.js" */

const GRID = { source: "grid", "source-layer": "risk_grid" }
const AREAS = { source: "areas", "source-layer": "areas" }

/**
 * @param {StyleContext} context
 * @returns {LayerSpecification[]}
 */
export function riskGrid(context) {
  const { state, vocabulary, district } = context
  const below = gridBelow(state, district)
  const common = { ...GRID, filter: ofGrades(state.grades), maxzoom: Math.max(below, 1) }
  const layout = /** @type {const} */ ({ visibility: below > 0 ? "visible" : "none", "fill-sort-key": worstOnTop(vocabulary) })
  return [
    {
      id: "grid-fill",
      type: "fill",
      ...common,
      layout,
      paint: {
        "fill-color": byGrade(vocabulary, grade => grade.colour),
        // From near the zones tell for themselves.
        "fill-opacity": byZoom([ZONES_FROM - 0.5, 0.75], [ZONES_FROM + 0.5, 0.25]),
      },
    },
    {
      id: "grid-hatch",
      type: "fill",
      ...common,
      // On a square of a few pixels a hatch is noise.
      minzoom: 11,
      layout: { ...layout, visibility: below > 0 && state.hatch ? "visible" : "none" },
      paint: {
        "fill-pattern": byGrade(vocabulary, grade => `hatch:${codeOf(grade)}`),
        "fill-opacity": byZoom([ZONES_FROM - 0.5, 0.7], [ZONES_FROM + 0.5, 0]),
      },
    },
    {
      id: "grid-line",
      type: "line",
      ...common,
      layout: { visibility: layout.visibility },
      paint: {
        "line-color": byGrade(vocabulary, grade => grade.stroke),
        "line-width": byZoom([9, 0.2], [12, 0.8], [14, 1.4]),
        "line-opacity": 0.7,
      },
    },
  ]
}

/**
 * @param {StyleContext} context
 * @returns {LayerSpecification[]}
 */
export function colouredAreas(context) {
  const { state } = context
  const isShown = hasColouredAreas(state) && state.areaRisk !== null
  /** @type {ExpressionSpecification} */
  const filter = ["all", ["==", ["get", "level"], "township"], ["in", ["get", "code"], ["literal", codesOf(context)]]]
  const visibility = isShown ? "visible" : "none"
  return [
    {
      id: "area-fill",
      type: "fill",
      ...AREAS,
      filter,
      layout: { visibility },
      paint: {
        "fill-color": byArea(context, grade => grade.colour),
        "fill-opacity": byZoom([ZONES_FROM - 0.5, 0.6], [ZONES_FROM + 0.5, 0.2]),
      },
    },
    {
      id: "area-hatch",
      type: "fill",
      ...AREAS,
      filter,
      layout: { visibility: isShown && state.hatch ? "visible" : "none" },
      paint: {
        "fill-pattern": byArea(context, grade => `hatch:${codeOf(grade)}`),
        "fill-opacity": byZoom([ZONES_FROM - 0.5, 0.35], [ZONES_FROM + 0.5, 0]),
      },
    },
    {
      id: "area-line",
      type: "line",
      ...AREAS,
      filter,
      layout: { visibility, "line-join": "round" },
      paint: { "line-color": byArea(context, grade => grade.stroke), "line-width": byZoom([9, 0.8], [14, 2]) },
    },
  ]
}

/**
 * The areas whose colour is one of those that the legend shows.
 * @param {StyleContext} context
 */
function codesOf({ state }) {
  return (state.areaRisk?.areas ?? []).filter(({ grade }) => state.grades.includes(grade ?? 0)).map(({ code }) => code)
}

/**
 * One value per area, by its colour. An area without one is grey, as everything that nobody knows.
 * @param {StyleContext} context
 * @param {(grade: Grade) => string} value
 * @returns {ExpressionSpecification | string}
 */
function byArea({ state, vocabulary }, value) {
  const cases = allGrades(vocabulary).flatMap(grade => {
    const codes = (state.areaRisk?.areas ?? []).filter(area => gradeOf(vocabulary, area.grade) === grade)
    return codes.length > 0 ? [codes.map(({ code }) => code), value(grade)] : []
  })
  const otherwise = value(vocabulary.ungraded)
  if (cases.length === 0) return otherwise
  return /** @type {any} */ (["match", ["get", "code"], ...cases, otherwise])
}

/**
 * The letter of each township's colour by its code, for a colour must not stand alone.
 * @param {StyleContext} context
 * @returns {Record<string, string>}
 */
export function areaLetters({ state, vocabulary }) {
  if (!hasColouredAreas(state)) return {}
  return Object.fromEntries(
    (state.areaRisk?.areas ?? []).map(({ code, grade }) => [code, gradeOf(vocabulary, grade).letter]),
  )
}
