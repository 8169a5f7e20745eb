/** The district on the map, as `GET /api/v1/district` tells it. */

/** @import {Bounds} from "../shell/state.js" */

/**
 * @typedef {object} District
 * @property {string} code
 * @property {string | null} name Null while the area itself is not loaded.
 * @property {string | null} city
 * @property {Bounds | null} bounds The outline's box, else that of all data; null when there is nothing at all.
 * @property {[lon: number, lat: number] | null} centre
 * @property {"own" | "indicative" | "parts" | "none"} outline What its land is known from.
 * @property {boolean} is_demo
 * @property {string | null} metric_crs
 * @property {string | null} metric_name
 * @property {"inherent" | "residual"} grade_basis Which of the two risk fields colours the map.
 * @property {{code: string, name: string, bounds: Bounds | null, label: [lon: number, lat: number] | null}[]} townships
 *   `label` is a place inside the township, for its name.
 * @property {string | null} data_as_of
 */

/** What a reader is told of an outline that is not the district's own. */
const OUTLINE_MESSAGES = { own: null, indicative: "district.indicative", parts: "district.parts", none: "district.noOutline" }

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
 * @param {District} district
 * @returns {string | null} Key of the message about its outline; null where there is nothing to say.
 */
export function outlineMessage({ outline }) {
  return OUTLINE_MESSAGES[outline]
}

/**
 * Whether an outline of the district's own is loaded, so that there is an inside to tell from the outside.
 * @param {District} district
 */
export function hasOutline({ outline }) {
  return outline === "own" || outline === "indicative"
}
