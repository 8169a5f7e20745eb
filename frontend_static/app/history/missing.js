/** What is not found in the past may well be there now, and the other way round: that is worth its own sentence. */

import { Problem } from "../api/problem.js"
import { store, text } from "../shell/page_store.js"
import { spoken } from "./moment.js"

/**
 * @param {unknown} problem
 * @returns {string | null} Null for any other problem, and for now.
 */
export function missingThen(problem) {
  const { at } = store.state
  const isMissing = at !== null && problem instanceof Problem && problem.status === 404
  return isMissing ? text("moment.missing", { at: spoken(at) }) : null
}
