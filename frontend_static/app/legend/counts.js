/** Counts of what the legend lists, in view and in all, asked anew when the view has come to rest. */

import { getJson, isAbort } from "../api/client.js"
import { onlySector } from "../area_risk/theme.js"
import { asOf } from "../history/moment.js"
import { store } from "../shell/page_store.js"

/** @import {State} from "../shell/state.js" */

/**
 * @typedef {Record<string, number>} ByClass Grade code ("null": not graded) or kind → number of rows.
 * @typedef {{total: ByClass, in_view?: ByClass | null}} LayerCounts
 * @typedef {{layers: Record<string, LayerCounts>, unplaced: number}} Counts
 */

/** What the counts depend on. @type {readonly (keyof State)[]} */
const COUNTED_BY = ["bounds", "at", "theme", "sector"]

/** Long enough for a second wheel step, short enough to feel live. */
const REST_MS = 250

/**
 * @param {Pick<State, "bounds" | "theme" | "sector">} state Without bounds it asks for totals alone.
 */
export function countsPath(state) {
  const sector = onlySector(state)
  const words = [
    state.bounds && `bbox=${state.bounds.map(edge => edge.toFixed(6)).join(",")}`,
    sector && `sector=${encodeURIComponent(sector)}`,
  ].filter(Boolean)
  return words.length > 0 ? `/api/v1/counts?${words.join("&")}` : "/api/v1/counts"
}

/**
 * Rows of a layer, over all classes or over the given ones.
 * @param {ByClass | null | undefined} counts
 * @param {readonly string[]} [classes]
 */
export function sum(counts, classes = Object.keys(counts ?? {})) {
  return classes.reduce((total, each) => total + (counts?.[each] ?? 0), 0)
}

/**
 * Whether nothing at all has been recorded yet.
 * @param {Counts} counts
 */
export function isEmpty({ layers, unplaced }) {
  return unplaced === 0 && Object.values(layers).every(({ total }) => sum(total) === 0)
}

/**
 * Follow the view until the returned function is called.
 * @param {(counts: Counts | null, problem: unknown) => void} tell Null while the first answer is missing.
 */
export function followCounts(tell) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer
  let request = new AbortController()

  async function ask() {
    request.abort()
    const mine = (request = new AbortController())
    try {
      tell(await getJson(asOf(countsPath(store.state), store.state.at), { signal: mine.signal }), null)
    } catch (problem) {
      if (!isAbort(problem)) tell(null, problem)
    }
  }
  const end = store.subscribe((_, changed) => {
    if (!COUNTED_BY.some(key => changed.has(key))) return
    clearTimeout(timer)
    timer = setTimeout(ask, REST_MS)
  })
  ask()
  return () => {
    clearTimeout(timer)
    request.abort()
    end()
  }
}
