/** What the page shows, as one plain object: its shape, its defaults and the questions asked of it. */

/** @import {AreaRisk} from "../area_risk/loader.js" */
/** @import {Theme} from "../area_risk/theme.js" */
/** @import {Changes} from "../history/changes.js" */
/** @import {Comparison} from "../history/comparison.js" */
/** @import {Details} from "../details/facts.js" */
/** @import {Ends} from "../proximity/pairs.js" */
/** @import {Question} from "../proximity/question.js" */
/** @import {Draft} from "../proximity/draft.js" */
/** @import {Tool} from "../proximity/tool_names.js" */
/** @import {Vocabulary} from "../grades/vocabulary.js" */
/** @import {District} from "../jurisdictions/district.js" */
/** @import {Candidate} from "../maps/picking.js" */
/** @import {Session} from "../session/session.js" */

/**
 * @typedef {{zoom: number, lat: number, lon: number}} View Camera: MapLibre zoom (512 px tiles), degrees.
 * @typedef {[xmin: number, ymin: number, xmax: number, ymax: number]} Bounds Degrees.
 * @typedef {"enterprises" | "zones" | "receptors" | "corridors"} FeatureLayer A layer whose features have a panel.
 * @typedef {{layer: FeatureLayer, id: string}} Selection `id` is the UUID, or the number a tile carries.
 * @typedef {{key: string, values?: Record<string, string | number>}} Notice A message of the catalogue.
 * @typedef {object} State
 * @property {"zh" | "en"} language
 * @property {Session | null} session Who is at the screen; null until the server has told.
 * @property {{vocabulary: Vocabulary, district: District} | null} domain Null until the server has told them.
 * @property {View | null} view Null until the map has moved for the first time.
 * @property {Bounds | null} bounds Ground that is in view.
 * @property {readonly string[]} layers Visible layers.
 * @property {readonly string[]} rasters Visible rasters, of `RASTERS`; none at first.
 * @property {readonly number[]} grades Visible grades; `UNGRADED` is one of them.
 * @property {readonly string[]} hiddenKinds Receptor kinds that are switched off.
 * @property {boolean} hatch Whether zones carry their hatch.
 * @property {Theme} theme What the map is about.
 * @property {string | null} rule By which areas are coloured; null is the first of the vocabulary.
 * @property {string | null} sector Which one the theme "sector" shows.
 * @property {AreaRisk | null} areaRisk The colours of the areas, while they are shown and once they are there.
 * @property {unknown} areaRiskProblem Why they are not there.
 * @property {string | null} at The past moment that is shown, "2026-11-01T08:00" in the district's time; null is now.
 * @property {Comparison | null} comparison Two moments whose difference is shown.
 * @property {Changes | null} changes What is known of that difference.
 * @property {readonly string[]} hiddenChanges Kinds of changes that are switched off.
 * @property {Tool | null} tool Of the proximity panel; null while it is closed.
 * @property {Question | null} question What was asked of an analysis.
 * @property {{lon: number, lat: number} | null} around The place of an emergency.
 * @property {readonly Ends[]} nearPairs Whose lines are drawn.
 * @property {string | null} pair Which of them is looked at.
 * @property {string | null} pairUnder Which of them the pointer is at, on the map or in the list.
 * @property {Draft | null} draft What is being drawn.
 * @property {number | null} openAlarms How many wait for an answer; null while that is not known.
 * @property {boolean} isLegendOpen
 * @property {string | null} area Code of the coloured township that is told of.
 * @property {Selection | null} selection
 * @property {Details | null} details What is known of the selection.
 * @property {readonly Candidate[]} choices Features that lay on top of each other under the last click.
 * @property {{lon: number, lat: number} | null} pointer Ground under the pointer.
 * @property {Notice | null} notice One sentence in the status bar.
 * @property {boolean} hasFailedTiles
 */

/** The grade code of what nobody has graded; a tile feature without `grade` counts as this. */
export const UNGRADED = 0

/** Worst first, the order of every list and legend. */
export const GRADES = Object.freeze([1, 2, 3, 4, UNGRADED])

export const LAYERS = Object.freeze(["enterprises", "zones", "receptors", "corridors", "areas", "major_hazard_installations"])

/** Rasters that a server may have, the lowest on the map first. */
export const RASTERS = Object.freeze(["population", "risk_density"])

/** @type {readonly FeatureLayer[]} */
export const FEATURE_LAYERS = Object.freeze(["enterprises", "zones", "receptors", "corridors"])

/** @returns {State} */
export function initialState() {
  return {
    language: "zh",
    session: null,
    domain: null,
    view: null,
    bounds: null,
    layers: LAYERS,
    rasters: [],
    grades: GRADES,
    hiddenKinds: [],
    hatch: true,
    theme: "auto",
    rule: null,
    sector: null,
    areaRisk: null,
    areaRiskProblem: null,
    at: null,
    comparison: null,
    changes: null,
    hiddenChanges: [],
    tool: null,
    question: null,
    around: null,
    nearPairs: [],
    pair: null,
    pairUnder: null,
    draft: null,
    openAlarms: null,
    isLegendOpen: true,
    area: null,
    selection: null,
    details: null,
    choices: [],
    pointer: null,
    notice: null,
    hasFailedTiles: false,
  }
}

/**
 * The list with the item taken out or, when it was out, put back in the order of `all`.
 * @template T
 * @param {readonly T[]} visible
 * @param {T} item
 * @param {readonly T[]} all
 * @returns {T[]}
 */
export function toggled(visible, item, all) {
  return all.filter(each => (each === item ? !visible.includes(item) : visible.includes(each)))
}

/**
 * The tile number of the selected feature, known at once after a click and after loading otherwise.
 * @param {State} state
 * @returns {number | null}
 */
export function selectedNumber({ selection, details }) {
  if (!selection) return null
  if (/^\d+$/.test(selection.id)) return Number(selection.id)
  return details?.facts?.id === selection.id ? details.facts.number : null
}
