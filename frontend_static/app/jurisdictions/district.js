/** The district on the map, as `GET /api/v1/district` tells it. */

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
 * @property {{code: string, name: string, bounds: Bounds | null}[]} townships
 * @property {string | null} data_as_of
 */

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
