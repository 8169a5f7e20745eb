/** What went wrong with a request: the server's RFC 9457 document, or the reason why there is none. */

/** @import {Notice} from "../shell/state.js" */

/** Codes of our own for answers that carry no document. */
export const UNREACHABLE = "unreachable"
export const UNREADABLE = "unreadable"

export class Problem extends Error {
  /**
   * @param {object} facts
   * @param {number} facts.status 0 when no answer came.
   * @param {string} facts.code
   * @param {string | null} [facts.detail] A Chinese sentence fit to show.
   * @param {string | null} [facts.traceId] What the operator searches the log for.
   */
  constructor({ status, code, detail = null, traceId = null }) {
    super(detail ?? code)
    this.name = "Problem"
    this.status = status
    this.code = code
    this.detail = detail
    this.traceId = traceId
  }
}

/**
 * Read a refused answer.
 * @param {Response} response
 * @returns {Promise<Problem>}
 */
export async function problemOf(response) {
  const isProblem = response.headers.get("content-type")?.startsWith("application/problem+json")
  const document = isProblem ? await response.json().catch(() => ({})) : {}
  return new Problem({
    status: response.status,
    code: document.code ?? UNREADABLE,
    detail: document.detail,
    traceId: document.trace_id,
  })
}

/**
 * What to tell the user: the server's own sentence in Chinese, the catalogue's in English.
 * @param {unknown} problem
 * @param {"zh" | "en"} language
 * @returns {string | Notice} A sentence, or the message to look up.
 */
export function sentenceFor(problem, language) {
  if (!(problem instanceof Problem)) return { key: "problem.unexpected" }
  if (problem.code === UNREACHABLE) return { key: "problem.unreachable" }
  if (problem.detail && language === "zh") return problem.detail
  return messageFor(problem.status)
}

/**
 * @param {number} status
 * @returns {Notice}
 */
function messageFor(status) {
  if (status === 404) return { key: "problem.missing" }
  if (status === 401 || status === 403) return { key: "problem.forbidden" }
  if (status === 429) return { key: "problem.busy" }
  return { key: status >= 500 ? "problem.server" : "problem.refused", values: { status } }
}
