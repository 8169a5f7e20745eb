/** Downgrades that somebody has approved, as of a moment. */

import { rfc3339 } from "../history/moment.js"

/** @import {Word} from "../grades/vocabulary.js" */

/**
 * @typedef {object} Granted A downgrade that somebody has approved.
 * @property {string} id
 * @property {{id: string, name: string} | null} zone
 * @property {{id: string, name: string}} enterprise
 * @property {Word} way
 * @property {number} from_grade
 * @property {number | null} to_grade
 * @property {string | null} decided_by
 * @property {string | null} decided_at
 */

/**
 * Of a past moment only what had been decided by then is told.
 * @param {readonly Granted[]} items
 * @param {string | null} at
 */
export function untilMoment(items, at) {
  if (at === null) return items
  const end = Date.parse(rfc3339(at))
  return items.filter(({ decided_at }) => decided_at !== null && Date.parse(decided_at) <= end)
}
