/** The one way to ask the server for JSON: a parsed answer, or a `Problem`. */

import { Problem, UNREACHABLE, UNREADABLE, problemOf } from "./problem.js"

/** An officer waits no longer than this for a panel; the message then offers to try again. */
const TIMEOUT_MS = 20_000

/**
 * @template T
 * @param {string} path With its query, from the root of this server.
 * @param {{signal?: AbortSignal}} [options] An aborted request rejects with the signal's reason, never with a Problem.
 * @returns {Promise<T>}
 */
export async function getJson(path, { signal } = {}) {
  const response = await ask(path, signal)
  if (!response.ok) throw await problemOf(response)
  return /** @type {Promise<T>} */ (
    response.json().catch(cause => {
      signal?.throwIfAborted()
      throw Object.assign(new Problem({ status: response.status, code: UNREADABLE }), { cause })
    })
  )
}

/**
 * @param {string} path
 * @param {AbortSignal | undefined} signal
 */
async function ask(path, signal) {
  const request = new AbortController()
  const stop = () => request.abort()
  const timer = setTimeout(stop, TIMEOUT_MS)
  signal?.addEventListener("abort", stop)
  try {
    signal?.throwIfAborted()
    return await fetch(path, { headers: { accept: "application/json" }, signal: request.signal })
  } catch (cause) {
    signal?.throwIfAborted()
    throw Object.assign(new Problem({ status: 0, code: UNREACHABLE }), { cause })
  } finally {
    clearTimeout(timer)
  }
}

/**
 * Whether a rejection only says that nobody wants the answer any more.
 * @param {unknown} error
 */
export function isAbort(error) {
  return error instanceof DOMException && error.name === "AbortError"
}
