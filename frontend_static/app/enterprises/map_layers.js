/** Enterprises on the map: a lettered disc in the grade's colour, worst on top; the site's outline closer in. */

import { byGrade, ofGrades, worstFirst, worstOnTop } from "../grades/expressions.js"
import { codeOf } from "../grades/vocabulary.js"
import { LABELS_FROM, LABEL_FONT, ZONES_FROM, byZoom, shownWith, whenSelected } from "../maps/layer_parts.js"

/** @import {LayerSpecification} from "maplibre-gl" */
/** @import {StyleContext} from "../maps/style.js" */

const POINTS = { source: "risk", "source-layer": "enterprises" }
const OUTLINES = { source: "risk", "source-layer": "enterprise_outlines" }

/** The disc's size by zoom: readable with a district on screen, out of the way once zones show beneath it. */
const SYMBOL_SIZE = byZoom([6, 0.5], [10, 0.7], [12, 0.9], [13, 0.9], [14.5, 0.82])

/**
 * @param {StyleContext} context
 * @returns {LayerSpecification[]}
 */
export function enterpriseOutlines(context) {
  const { palette, state } = context
  const common = { ...OUTLINES, minzoom: ZONES_FROM, filter: ofGrades(state.grades) }
  const layout = shownWith(context, "enterprises")
  return [
    {
      id: "enterprise-outline-fill",
      type: "fill",
      ...common,
      layout,
      paint: { "fill-color": palette.outline, "fill-opacity": 0.08 },
    },
    {
      id: "enterprise-outline",
      type: "line",
      ...common,
      layout: { ...layout, "line-join": "round" },
      paint: { "line-color": palette.outline, "line-width": byZoom([13, 0.8], [17, 1.6]) },
    },
    {
      id: "enterprise-outline-selected",
      type: "line",
      ...common,
      layout: { ...layout, "line-join": "round" },
      paint: { "line-color": palette.ink, "line-width": 2.5, "line-opacity": whenSelected() },
    },
  ]
}

/**
 * @param {StyleContext} context
 * @returns {LayerSpecification[]}
 */
export function enterpriseSymbols(context) {
  const { palette, state, vocabulary } = context
  const filter = ofGrades(state.grades)
  const layout = shownWith(context, "enterprises")
  return [
    {
      id: "enterprise-selected",
      type: "circle",
      ...POINTS,
      filter,
      layout,
      paint: {
        "circle-radius": byZoom([6, 9], [12, 14], [14.5, 13]),
        "circle-color": palette.halo,
        "circle-opacity": whenSelected(0.9),
        "circle-stroke-color": palette.ink,
        "circle-stroke-width": 2,
        "circle-stroke-opacity": whenSelected(),
      },
    },
    {
      id: "enterprise-symbol",
      type: "symbol",
      ...POINTS,
      filter,
      layout: {
        ...layout,
        "icon-image": byGrade(vocabulary, grade => `enterprise:${codeOf(grade)}`),
        "icon-size": SYMBOL_SIZE,
        "icon-allow-overlap": true,
        // Once there are names, they keep clear of every disc; before, that would be work for nothing.
        "icon-ignore-placement": ["step", ["zoom"], true, LABELS_FROM, false],
        "icon-padding": 0,
        "symbol-sort-key": worstOnTop(vocabulary),
      },
      paint: { "icon-opacity": ["match", ["get", "status"], "closed", 0.45, 1] },
    },
  ]
}

/**
 * @param {StyleContext} context
 * @returns {LayerSpecification[]}
 */
export function enterpriseLabels(context) {
  const { palette, state, vocabulary } = context
  return [
    {
      id: "enterprise-name",
      type: "symbol",
      ...POINTS,
      minzoom: LABELS_FROM,
      filter: ofGrades(state.grades),
      layout: {
        ...shownWith(context, "enterprises"),
        "text-field": ["get", "name"],
        "text-font": LABEL_FONT,
        "text-size": 12,
        "text-variable-anchor": ["top", "bottom", "left", "right"],
        "text-radial-offset": 1.15,
        "text-justify": "auto",
        "text-max-width": 10,
        "text-padding": 1,
        "symbol-sort-key": worstFirst(vocabulary),
      },
      paint: { "text-color": palette.ink, "text-halo-color": palette.halo, "text-halo-width": 1.5 },
    },
  ]
}
