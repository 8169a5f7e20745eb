/** What an assessment comes to, asked of the server once for each: nothing is computed here. */

import { sendJson } from "../api/client.js"
import { Problem } from "../api/problem.js"

/** @typedef {{grade: number, value: number | null, zh: string, en: string}} Assessed */
/** @typedef {{assessed: Assessed | null, faults: {pointer: string, reason: string, hint?: string}[]}} Preview */

/** @type {Map<string, Promise<Preview>>} */
const asked = new Map()

/**
 * @param {Record<string, unknown>} given
 * @returns {Promise<Preview>}
 */
export function preview(given) {
  const key = JSON.stringify(given)
  const known = asked.get(key)
  if (known) return known
  const answer = ask(given)
  asked.set(key, answer)
  // What failed by accident may be asked again.
  answer.catch(() => asked.delete(key))
  if (asked.size > 500) asked.delete(/** @type {string} */ (asked.keys().next().value))
  return answer
}

/**
 * @param {Record<string, unknown>} given
 * @returns {Promise<Preview>}
 */
async function ask(given) {
  try {
    const assessed = /** @type {Assessed} */ (await sendJson("POST", "/api/v1/assessments/preview", given))
    return { assessed, faults: [] }
  } catch (problem) {
    if (problem instanceof Problem && problem.status === 422) return { assessed: null, faults: problem.errors }
    throw problem
  }
}
