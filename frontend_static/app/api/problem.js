/** What went wrong with a request: the server's RFC 9457 document, or the reason why there is none. */

/** @import {Notice} from "../shell/state.js" */

/** Codes of our own for answers that carry no document. */
export const UNREACHABLE = "unreachable"
export const UNREADABLE = "unreadable"

/** @typedef {{pointer: string, reason: string}} Fault One thing that is wrong: where ("/name"), and why in Chinese. */

export class Problem extends Error {
  /**
   * @param {object} facts
   * @param {number} facts.status 0 when no answer came.
   * @param {string} facts.code
   * @param {string | null} [facts.detail] A Chinese sentence fit to show.
   * @param {string | null} [facts.traceId] What the operator searches the log for.
   * @param {Fault[]} [facts.errors] What is wrong with the fields that were sent.
   * @param {any} [facts.current] With 412: the present state of what was to be changed.
   * @param {number | null} [facts.retryAfterS] Seconds to wait before the next try.
   */
  constructor({ status, code, detail = null, traceId = null, errors = [], current = null, retryAfterS = null }) {
    super(detail ?? code)
    this.name = "Problem"
    this.status = status
    this.code = code
    this.detail = detail
    this.traceId = traceId
    this.errors = errors
    this.current = current
    this.retryAfterS = retryAfterS
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
    errors: document.errors,
    current: document.current,
    retryAfterS: Number.parseInt(response.headers.get("retry-after") ?? "", 10) || null,
  })
}

/** What the English page says where the server's code tells more than its status. */
const SENTENCES = /** @type {Record<string, string>} */ ({
  wrong_credentials: "problem.wrongCredentials",
  wrong_code: "problem.wrongCode",
  wrong_password: "problem.wrongPassword",
  link_invalid: "problem.linkInvalid",
  not_permitted: "problem.notPermitted",
  second_factor_required: "problem.secondFactorRequired",
  insecure_transport: "problem.insecureTransport",
  changed_meanwhile: "problem.changedMeanwhile",
})

/**
 * What to tell the user: the server's own sentence in Chinese, the catalogue's in English.
 * @param {unknown} problem
 * @param {"zh" | "en"} language
 * @returns {string | Notice} A sentence, or the message to look up.
 */
export function sentenceFor(problem, language) {
  if (!(problem instanceof Problem)) return { key: "problem.unexpected" }
  if (problem.code === UNREACHABLE) return { key: "problem.unreachable" }
  if (problem.code === "too_many_attempts" && problem.retryAfterS) {
    return { key: "problem.tooManyAttempts", values: { seconds: problem.retryAfterS } }
  }
  if (problem.detail && language === "zh") return problem.detail
  if (problem.code in SENTENCES) return { key: SENTENCES[problem.code] }
  return messageFor(problem.status)
}

/**
 * @param {number} status
 * @returns {Notice}
 */
function messageFor(status) {
  if (status === 404) return { key: "problem.missing" }
  if (status === 401 || status === 403) return { key: "problem.forbidden" }
  if (status === 409) return { key: "problem.conflict" }
  if (status === 422) return { key: "problem.notAcceptable" }
  if (status === 429) return { key: "problem.busy" }
  return { key: status >= 500 ? "problem.server" : "problem.refused", values: { status } }
}
