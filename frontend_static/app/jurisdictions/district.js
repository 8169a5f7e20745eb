/** The district on the map, as `GET /api/v1/district` tells it. */

import { message } from "../language/messages.js"

/** @import {Bounds} from "../shell/state.js" */

/**
 * @typedef {object} District
 * @property {string} code
 * @property {string | null} name Null while the area itself is not loaded.
 * @property {string | null} city
 * @property {Bounds | null} bounds The outline's box, else that of all data; null when there is nothing at all.
 * @property {[lon: number, lat: number] | null} centre
 * @property {boolean} is_indicative
 * @property {string | null} notice
 * @property {boolean} is_demo
 * @property {string | null} metric_crs
 * @property {string | null} metric_name
 * @property {"inherent" | "residual"} grade_basis Which of the two risk fields colours the map.
 * @property {{code: string, name: string, bounds: Bounds | null, label: [lon: number, lat: number] | null}[]} townships
 *   `label` is a place inside the township, for its name.
 * @property {string | null} data_as_of
 */

/** What the server may say of the outline; the first of them goes with one that can be drawn. */
export const OUTLINE_NOTICES = Object.freeze(["district.indicative", "district.parts", "district.noOutline"])

/** China, for a map that has neither an outline nor data yet. @type {Bounds} */
const WHOLE_COUNTRY = [73.5, 17.5, 135.1, 53.6]

/**
 * What the "home" button shows.
 * @param {District} district
 * @returns {Bounds}
 */
export function homeBounds({ bounds }) {
  return bounds ?? WHOLE_COUNTRY
}

/**
 * The server tells its notice as a Chinese sentence; the catalogue has the same one with its English beside it.
 * @param {District} district
 * @returns {string | null} Key of the message; null without a notice, or for one that the catalogue lacks.
 */
export function noticeKey({ notice }) {
  return OUTLINE_NOTICES.find(key => message("zh", key) === notice) ?? null
}

/**
 * Whether an outline of the district's own is loaded, so that there is an inside to tell from the outside.
 * @param {District} district
 */
export function hasOutline(district) {
  return district.name !== null && (district.notice === null || noticeKey(district) === OUTLINE_NOTICES[0])
}
