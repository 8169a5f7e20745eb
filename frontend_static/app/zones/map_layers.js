/** Zones on the map: the grade's colour under its hatch, worst on top, with letter and name where there is room. */

import { onlySector } from "../area_risk/theme.js"
import { byGrade, ofGrades, ofSector, worstFirst, worstOnTop } from "../grades/expressions.js"
import { codeOf } from "../grades/vocabulary.js"
import { LABELS_FROM, LABEL_FONT, ZONES_FROM, byZoom, shownWith, whenSelected } from "../maps/layer_parts.js"

/** @import {ExpressionSpecification, LayerSpecification} from "maplibre-gl" */
/** @import {Vocabulary} from "../grades/vocabulary.js" */
/** @import {StyleContext} from "../maps/style.js" */

const ZONES = { source: "risk", "source-layer": "zones", minzoom: ZONES_FROM }

/**
 * @param {StyleContext} context
 * @returns {LayerSpecification[]}
 */
export function zoneAreas(context) {
  const { state, vocabulary } = context
  const filter = ofSector(onlySector(state), ofGrades(state.grades))
  const layout = shownWith(context, "zones")
  const order = worstOnTop(vocabulary)
  return [
    {
      id: "zone-fill",
      type: "fill",
      ...ZONES,
      filter,
      layout: { ...layout, "fill-sort-key": order },
      paint: { "fill-color": byGrade(vocabulary, grade => grade.colour), "fill-opacity": 0.88 },
    },
    {
      id: "zone-hatch",
      type: "fill",
      ...ZONES,
      filter,
      layout: { "fill-sort-key": order, visibility: state.hatch ? layout.visibility : "none" },
      paint: { "fill-pattern": byGrade(vocabulary, grade => `hatch:${codeOf(grade)}`) },
    },
    {
      id: "zone-outline",
      type: "line",
      ...ZONES,
      filter,
      layout: { ...layout, "line-join": "round", "line-sort-key": order },
      paint: {
        "line-color": byGrade(vocabulary, grade => grade.stroke),
        "line-width": byZoom([13, 0.6], [17, 1.6]),
      },
    },
  ]
}

/**
 * A dark line on a light one stands out from each of the four colours.
 * @param {StyleContext} context
 * @returns {LayerSpecification[]}
 */
export function zoneSelection(context) {
  const { palette, state } = context
  const filter = ofSector(onlySector(state), ofGrades(state.grades))
  const layout = /** @type {const} */ ({ ...shownWith(context, "zones"), "line-join": "round" })
  return [
    {
      id: "zone-selected-halo",
      type: "line",
      ...ZONES,
      filter,
      layout,
      paint: { "line-color": palette.halo, "line-width": 6, "line-opacity": whenSelected() },
    },
    {
      id: "zone-selected",
      type: "line",
      ...ZONES,
      filter,
      layout,
      paint: { "line-color": palette.ink, "line-width": 2.5, "line-opacity": whenSelected() },
    },
  ]
}

/**
 * @param {StyleContext} context
 * @returns {LayerSpecification[]}
 */
export function zoneLabels(context) {
  const { palette, state, vocabulary } = context
  return [
    {
      id: "zone-name",
      type: "symbol",
      ...ZONES,
      // The hatch tells the grade until there is room for letters; without it they must come sooner.
      minzoom: LABELS_FROM + (state.hatch ? 2 : 0.5),
      filter: ofSector(onlySector(state), ofGrades(state.grades)),
      layout: {
        ...shownWith(context, "zones"),
        "text-field": letterThenName(vocabulary),
        "text-font": LABEL_FONT,
        "text-size": byZoom([14, 10], [18, 13]),
        "text-max-width": 7,
        "text-padding": 2,
        "symbol-sort-key": worstFirst(vocabulary),
      },
      paint: { "text-color": palette.ink, "text-halo-color": palette.halo, "text-halo-width": 1.6 },
    },
  ]
}

/**
 * The letter alone first, for a grade must be told without its colour; the name joins it closer in.
 * @param {Vocabulary} vocabulary
 * @returns {ExpressionSpecification}
 */
function letterThenName(vocabulary) {
  const letter = byGrade(vocabulary, grade => grade.letter)
  return ["step", ["zoom"], letter, 16.5, ["concat", letter, " ", ["get", "name"]]]
}
