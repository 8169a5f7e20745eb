/** Two moments whose difference is looked at, as the address writes them: "2026-11-01T08:00/now". */

import { readMoment } from "./moment.js"

/** @typedef {{from: string, to: string | null}} Comparison Null: now. */

const NOW = "now"

/**
 * @param {string | null} words
 * @returns {Comparison | null}
 */
export function readComparison(words) {
  const [begin, end, ...more] = words?.split("/") ?? []
  const from = readMoment(begin)
  const to = end === NOW ? null : readMoment(end)
  if (!from || more.length > 0 || (to === null && end !== NOW) || (to !== null && to <= from)) return null
  return { from, to }
}

/** @param {Comparison} comparison */
export function writeComparison({ from, to }) {
  return `${from}/${to ?? NOW}`
}
