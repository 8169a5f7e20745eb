/** What stands near what, as the server tells it, and which of it is looked at. */

/** @import {Word} from "../grades/vocabulary.js" */
/** @import {Bounds, FeatureLayer} from "../shell/state.js" */

/**
 * @typedef {{zh: string, en: string}} Sentence
 * @typedef {"yes" | "no" | "borderline"} Verdict
 * @typedef {{name: string, report: string, reported_on: string | null, is_inside: boolean}} ReportArea
 * @typedef {{id: string | null, number: number | null, name: string, grade: number | null, edge: Word, enterprise_id: string | null, enterprise: string}} SiteEnd
 * @typedef {{id: string | null, number: number | null, layer: "receptors" | "corridors", name: string, kind: Word}} TargetEnd
 * @typedef {{site: SiteEnd, target: TargetEnd, distance_m: number, is_own: boolean, line: [number, number][]}} Ends
 *
 * @typedef {Ends & {
 *   within_m: number,
 *   verdicts: {code: Verdict, zh: string, en: string}[],
 *   outcome: Word,
 *   report_area: ReportArea | null,
 *   reason: Sentence,
 * }} Pair `verdicts` follow the distances of the question.
 *
 * @typedef {Ends & {
 *   rule: string,
 *   because: Sentence,
 *   limit_m: number | null,
 *   verdict: Word | null,
 *   reason: Sentence | null,
 *   outcome: Word,
 *   report_area: ReportArea | null,
 * }} Finding
 *
 * @typedef {{id: string, zh: string, en: string, standard: string, edition: string, clause: string, note: Sentence, verified: boolean, source: string}} Rule
 * @typedef {{distance_m: number, pairs: number, sites: number, receptors: number, borderline: number}} DistanceCount
 * @typedef {{layer: "receptors" | "corridors", targets: number, by_distance: DistanceCount[]}} LayerSummary
 *
 * @typedef {object} Report
 * @property {{distance_m: number[]}} asked
 * @property {number} sites
 * @property {number} unplaced
 * @property {LayerSummary[]} layers
 * @property {number} pairs_total
 * @property {Pair[]} pairs The nearest first.
 * @property {Finding[]} findings
 * @property {Rule[]} rules
 * @property {Sentence} disclaimer
 */

/** Pairs of one answer; who needs more narrows the question or saves it and takes the file. */
export const MOST_PAIRS = 2000

/** @type {readonly Verdict[]} */
export const VERDICTS = Object.freeze(["yes", "borderline", "no"])

/** Degrees around a line of no length, some 50 m. */
const ROOM = 0.0005

/** What tells a pair from all others of its answer; what is only planned has no id. @param {Ends} ends */
export function keyOf({ site, target }) {
  return `${site.id ?? "planned"}/${target.id ?? "planned"}`
}

/**
 * The pairs of some verdicts at one of the distances.
 * @param {readonly Pair[]} pairs
 * @param {number} place Which of the distances.
 * @param {readonly Verdict[]} verdicts
 */
export function withVerdict(pairs, place, verdicts) {
  return pairs.filter(pair => verdicts.includes(pair.verdicts[place].code))
}

/**
 * The pairs whose lines are drawn: those that are listed, and the one that is looked at wherever it was found.
 * @param {readonly Ends[]} listed
 * @param {readonly Ends[]} others
 * @param {string | null} key Of the pair that is looked at.
 */
export function drawnPairs(listed, others, key) {
  if (key === null || listed.some(ends => keyOf(ends) === key)) return listed
  const looked = others.find(ends => keyOf(ends) === key)
  return looked ? [...listed, looked] : listed
}

/**
 * What to frame so that both ends are seen, of one pair or of several.
 * @param {...Ends} ends
 * @returns {Bounds}
 */
export function boundsOfEnds(...ends) {
  const line = ends.flatMap(each => each.line)
  const [lons, lats] = [line.map(([lon]) => lon), line.map(([, lat]) => lat)]
  return [Math.min(...lons) - ROOM, Math.min(...lats) - ROOM, Math.max(...lons) + ROOM, Math.max(...lats) + ROOM]
}

/**
 * Which panel tells of a site: an installation has none, its enterprise has.
 * @param {SiteEnd} site
 * @returns {{layer: FeatureLayer, id: string} | null}
 */
export function siteSelection({ id, edge, enterprise_id }) {
  if (id && edge.code === "zone") return { layer: "zones", id }
  return enterprise_id ? { layer: "enterprises", id: enterprise_id } : null
}
