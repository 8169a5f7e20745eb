/** What the server knows of one feature, and the address to ask for it. */

/** @import {Bounds, Selection} from "../shell/state.js" */
/** @import {Word} from "../grades/vocabulary.js" */

/**
 * @typedef {object} CommonFacts
 * @property {string} id
 * @property {number} number
 * @property {string} name
 * @property {number | null} [grade]
 * @property {number | null} lon
 * @property {number | null} lat
 * @property {Bounds | null} bounds
 * @property {number | null} accuracy_m
 * @property {string | null} original_datum
 * @property {string} source
 * @property {string} source_id
 * @property {boolean} is_demo
 * @property {number} version
 * @property {string} updated_at
 *
 * @typedef {{id: string, number: number, name: string, kind: string | null, floor: string | null, grade: number | null}} ZoneOfEnterprise
 *
 * @typedef {CommonFacts & {
 *   credit_code: string | null,
 *   sector: Word | null,
 *   township: {code: string, name: string} | null,
 *   group: {code: string, name: string} | null,
 *   operating_status: Word,
 *   grade_basis: string,
 *   address: string | null,
 *   area_m2: number | null,
 *   zones: ZoneOfEnterprise[],
 * }} EnterpriseFacts
 *
 * @typedef {CommonFacts & {
 *   enterprise: {id: string | null, number: number | null, name: string, grade: number | null},
 *   kind: string | null,
 *   floor: string | null,
 *   area_m2: number,
 *   perimeter_m: number,
 * }} ZoneFacts
 *
 * @typedef {CommonFacts & {
 *   kind: Word,
 *   headcount: number | null,
 *   enterprise_id: string | null,
 *   area_m2: number | null,
 * }} ReceptorFacts
 *
 * @typedef {CommonFacts & {class: Word, half_width_m: number | null, length_m: number}} CorridorFacts
 * @typedef {EnterpriseFacts | ZoneFacts | ReceptorFacts | CorridorFacts} Facts
 */

/**
 * @typedef {object} Details State of the one request that the panel shows.
 * @property {Selection} selection What was asked for.
 * @property {"loading" | "ready" | "failed"} status
 * @property {Facts | null} facts
 * @property {unknown} problem
 */

/** @param {Selection} selection */
export function factsPath({ layer, id }) {
  return `/api/v1/${layer}/${id}`
}

/**
 * Whether these details answer this selection, whichever of its two names it uses.
 * @param {Details | null} details
 * @param {Selection} selection
 */
export function isAbout(details, { layer, id }) {
  if (details?.selection.layer !== layer) return false
  const { selection, facts } = details
  return selection.id === id || facts?.id === id || String(facts?.number) === id
}

/**
 * What to frame on the map; null for an enterprise that has no place yet.
 * @param {Pick<CommonFacts, "lon" | "lat" | "bounds">} facts
 * @returns {Bounds | null}
 */
export function placeOf({ lon, lat, bounds }) {
  if (bounds) return bounds
  return lon === null || lat === null ? null : [lon, lat, lon, lat]
}
