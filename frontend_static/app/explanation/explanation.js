/** Why something has its grade, as the server tells it: shapes, addresses, and the order in which a person reads it. */

import { asOf } from "../history/moment.js"

/** @import {Word} from "../grades/vocabulary.js" */
/** @import {Selection} from "../shell/state.js" */

/**
 * @typedef {{zh: string, en: string}} Sentence
 *
 * @typedef {object} Band
 * @property {number} grade
 * @property {string} zh
 * @property {string} en
 * @property {number} lower
 * @property {boolean} lower_inclusive Whether the bound itself belongs to the band.
 * @property {number | null} upper Null for the highest band.
 *
 * @typedef {object} Scale
 * @property {string} standard
 * @property {string} edition
 * @property {string} zh
 * @property {string} en
 * @property {boolean} verified Whether its cuts were read in the standard.
 * @property {string} source What they rest on.
 * @property {Band[]} bands The highest first.
 * @property {number} greatest
 *
 * @typedef {object} Factor
 * @property {string} code
 * @property {string} zh
 * @property {string} en
 * @property {number} score
 * @property {string} score_zh
 * @property {string} score_en
 *
 * @typedef {object} Clause
 * @property {string} id
 * @property {string} standard
 * @property {string} edition
 * @property {string} number
 * @property {number} grade
 * @property {string} zh
 * @property {string} en
 * @property {boolean} verified
 *
 * @typedef {object} Assessment
 * @property {Word} method
 * @property {number} grade
 * @property {number | null} value
 * @property {Scale | null} scale
 * @property {Factor[]} factors
 * @property {Band | null} band
 * @property {Clause[]} clauses
 * @property {string | null} source
 * @property {number | null} declared
 * @property {Sentence} sentence
 * @property {boolean} agrees
 *
 * @typedef {object} Measure
 * @property {string} id
 * @property {Word} kind
 * @property {string} description
 * @property {Word | null} class_1
 * @property {Word | null} class_2
 * @property {string | null} class_3
 * @property {string | null} check_content
 *
 * @typedef {object} RiskEvent
 * @property {string} id
 * @property {string} name
 * @property {number | null} grade
 * @property {number | null} residual_grade
 * @property {{name: string, kind: Word}} point
 * @property {string | null} hazard_source
 * @property {Word | null} accident_type
 * @property {string | null} accident_edition
 * @property {string | null} consequence
 * @property {Word | null} control_level
 * @property {string | null} department
 * @property {string | null} person
 * @property {Assessment | null} inherent
 * @property {Assessment | null} residual
 * @property {string | null} assessed_by
 * @property {string | null} assessed_on
 * @property {string | null} review_due
 * @property {boolean} is_overdue
 * @property {Measure[]} measures
 * @property {string} source
 * @property {string} updated_at
 *
 * @typedef {{items: RiskEvent[], total: number, page: number, limit: number}} Events
 * @typedef {{name: string, duty: Word, position: string | null, phone: string | null}} Person
 *
 * @typedef {object} Explanation
 * @property {string} id
 * @property {number} number
 * @property {string} name
 * @property {number | null} grade
 * @property {number | null} residual_grade
 * @property {"inherent" | "residual"} grade_basis Which of the two colours the map.
 * @property {"parts" | "declared" | "both" | "nothing"} decided_by
 * @property {Sentence} sentence
 * @property {Sentence} residual_sentence
 * @property {{grade: number | null, residual_grade: number | null, source: string, source_id: string}} declared
 * @property {{grade: number | null, residual_grade: number | null}} derived
 * @property {string | null} review_due
 * @property {boolean} is_overdue
 * @property {number} deciding_total
 *
 * @typedef {Explanation & {
 *   department: string | null,
 *   events: Record<string, number>,
 *   deciding: RiskEvent[],
 *   people: Person[],
 *   missing_levels: Word[] | null,
 * }} ZoneExplanation
 *
 * @typedef {object} DecidingZone
 * @property {string} id
 * @property {string} name
 * @property {string | null} kind
 * @property {string | null} floor
 * @property {number | null} grade
 * @property {number | null} residual_grade
 * @property {RiskEvent[]} deciding
 * @property {number} deciding_total
 * @property {Person[]} people
 * @property {Word[] | null} missing_levels
 *
 * @typedef {Explanation & {
 *   zones: Record<string, number>,
 *   deciding: DecidingZone[],
 *   page: number,
 *   limit: number,
 *   contacts: Person[],
 * }} EnterpriseExplanation
 */

/** Layers whose grades are explained. */
export const EXPLAINED = Object.freeze(["enterprises", "zones"])

/** How many deciding parts are asked for at once; the first few are what somebody reads. */
export const PART_LIMIT = 5

/**
 * @param {Selection} selection
 * @param {string | null} at
 * @param {number} [page] Of the deciding zones of an enterprise, from 1.
 */
export function explanationPath({ layer, id }, at, page = 1) {
  return asOf(`/api/v1/${layer}/${id}/explanation?limit=${PART_LIMIT}${page > 1 ? `&page=${page}` : ""}`, at)
}

/**
 * @param {string} zone
 * @param {string | null} at
 * @param {number} page From 1.
 */
export function eventsPath(zone, at, page) {
  return asOf(`/api/v1/zones/${zone}/events?limit=20&page=${page}`, at)
}

/**
 * Measures under their kinds, which come in the order of the server's table.
 * @param {readonly Measure[]} measures
 * @returns {{kind: Word, measures: Measure[]}[]}
 */
export function byKind(measures) {
  /** @type {Map<string, {kind: Word, measures: Measure[]}>} */
  const kinds = new Map()
  for (const measure of measures) {
    const found = kinds.get(measure.kind.code) ?? { kind: measure.kind, measures: [] }
    found.measures.push(measure)
    kinds.set(measure.kind.code, found)
  }
  return [...kinds.values()]
}

/**
 * People under what they answer for.
 * @param {readonly Person[]} people
 * @returns {{duty: Word, people: Person[]}[]}
 */
export function byDuty(people) {
  /** @type {Map<string, {duty: Word, people: Person[]}>} */
  const duties = new Map()
  for (const person of people) {
    const found = duties.get(person.duty.code) ?? { duty: person.duty, people: [] }
    found.people.push(person)
    duties.set(person.duty.code, found)
  }
  return [...duties.values()]
}

/**
 * Where a value stands on a bar whose bands are equally wide, the lowest at the left: 0 to 1.
 *
 * Within a band the bar is linear; in the highest, which may reach far (320 to 10 000), logarithmic. A value never
 * stands on the line between two bands, for it belongs to one of them.
 * @param {Scale} scale
 * @param {number} value
 * @returns {number | null} Null for a value that no band holds.
 */
export function placeOnScale({ bands, greatest }, value) {
  const rising = [...bands].reverse()
  const own = rising.findLastIndex(({ lower, lower_inclusive: holds }) => value > lower || (holds && value === lower))
  if (own < 0) return null
  const { lower, upper } = rising[own]
  const within = upper === null ? logPart(value, lower, greatest) : (value - lower) / (upper - lower || 1)
  return (own + Math.min(Math.max(within, 0.06), 0.94)) / rising.length
}

/**
 * @param {number} value
 * @param {number} lower Above 0.
 * @param {number} greatest
 */
function logPart(value, lower, greatest) {
  return greatest > lower ? Math.log(value / lower) / Math.log(greatest / lower) : 0.5
}
