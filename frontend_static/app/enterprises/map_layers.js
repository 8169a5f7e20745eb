/** Enterprises on the map: a lettered disc in the grade's colour, worst on top; the site's outline closer in. */

import { enterprisesFrom, onlySector } from "../area_risk/theme.js"
import { byGrade, ofGrades, ofSector, worstFirst, worstOnTop } from "../grades/expressions.js"
import { codeOf } from "../grades/vocabulary.js"
import { UNGRADED } from "../shell/state.js"
import { LABELS_FROM, LABEL_FONT, ZONES_FROM, byZoom, shownWith, whenSelected } from "../maps/layer_parts.js"

/** @import {LayerSpecification} from "maplibre-gl" */
/** @import {Vocabulary} from "../grades/vocabulary.js" */
/** @import {StyleContext} from "../maps/style.js" */

const POINTS = { source: "risk", "source-layer": "enterprises" }
/** Grades that no name may cover. @type {readonly number[]} */
const WORST = [1, 2]

const OUTLINES = { source: "risk", "source-layer": "enterprise_outlines" }

/**
 * @param {StyleContext} context
 * @returns {LayerSpecification[]}
 */
export function enterpriseOutlines(context) {
  const { palette, state } = context
  const common = { ...OUTLINES, minzoom: ZONES_FROM, filter: ofSector(onlySector(state), ofGrades(state.grades)) }
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
  const { palette, state, vocabulary, district } = context
  const filter = ofSector(onlySector(state), ofGrades(state.grades))
  const layout = shownWith(context, "enterprises")
  const minzoom = enterprisesFrom(state, district)
  return [
    {
      id: "enterprise-selected",
      type: "circle",
      ...POINTS,
      minzoom,
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
      minzoom,
      filter,
      layout: {
        ...layout,
        ...sign(vocabulary),
        // Once there are names, they keep clear of every disc; before, that would be work for nothing.
        "icon-ignore-placement": ["step", ["zoom"], true, LABELS_FROM, false],
        "symbol-sort-key": worstOnTop(vocabulary),
      },
      paint: { "icon-opacity": ["match", ["get", "status"], "closed", 0.5, 1] },
    },
  ]
}

/**
 * The worst signs once more, above the names of townships, which look for room beside them. Closer in there is room
 * for all.
 * @param {StyleContext} context
 * @returns {LayerSpecification[]}
 */
export function worstSymbols(context) {
  const { state, vocabulary, district } = context
  const worst = ofGrades(state.grades.filter(code => WORST.includes(code)))
  return [
    {
      id: "enterprise-worst",
      type: "symbol",
      ...POINTS,
      minzoom: enterprisesFrom(state, district),
      maxzoom: LABELS_FROM,
      filter: ofSector(onlySector(state), ["all", worst, ["!=", ["get", "status"], "closed"]]),
      layout: {
        ...shownWith(context, "enterprises"),
        ...sign(vocabulary),
        "symbol-sort-key": worstOnTop(vocabulary),
      },
    },
  ]
}

/** @param {Vocabulary} vocabulary */
function sign(vocabulary) {
  return /** @type {const} */ ({
    "icon-image": byGrade(vocabulary, grade => `enterprise:${codeOf(grade)}`),
    "icon-size": signSize(vocabulary),
    "icon-allow-overlap": true,
    "icon-padding": 0,
  })
}

/**
 * Readable with a district on screen, where the worse is also the larger; all alike and out of the way once zones
 * show beneath.
 * @param {Vocabulary} vocabulary
 */
function signSize(vocabulary) {
  const graded = (/** @type {number} */ size) =>
    byGrade(vocabulary, grade => size * (codeOf(grade) === UNGRADED ? 0.85 : 1.25 - codeOf(grade) / 10))
  return byZoom([6, graded(0.62)], [10, graded(0.74)], [12, graded(0.9)], [13.5, 0.85], [14.5, 0.82])
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
      filter: ofSector(onlySector(state), ofGrades(state.grades)),
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
