/** The one way to talk with the server in JSON: a parsed answer, or a `Problem`. */

import { Problem, UNREACHABLE, UNREADABLE, problemOf } from "./problem.js"

/** An officer waits no longer than this for a panel; the message then offers to try again. */
const TIMEOUT_MS = 20_000

/** @typedef {"POST" | "PUT" | "PATCH" | "DELETE"} Method */

/** What a page does when the server no longer knows who asks. @type {() => void} */
let tellSignInRequired = () => {}

/** @param {() => void} listener */
export function onSignInRequired(listener) {
  tellSignInRequired = listener
}

/**
 * @template T
 * @param {string} path With its query, from the root of this server.
 * @param {{signal?: AbortSignal}} [options] An aborted request rejects with the signal's reason, never with a Problem.
 * @returns {Promise<T>}
 */
export async function getJson(path, { signal } = {}) {
  return answerOf(await ask(path, {}, signal), signal)
}

/**
 * Change something. The header is what a form on a page from elsewhere cannot send.
 * @template T
 * @param {Method} method
 * @param {string} path
 * @param {unknown} [body]
 * @param {{ifMatch?: number, signal?: AbortSignal}} [options] `ifMatch`: the version that the change was made for.
 * @returns {Promise<T>} Null when the server has nothing to tell.
 */
export async function sendJson(method, path, body, { ifMatch, signal } = {}) {
  /** @type {Record<string, string>} */
  const headers = { "x-csrf": "1" }
  if (body !== undefined) headers["content-type"] = "application/json"
  if (ifMatch !== undefined) headers["if-match"] = `"${ifMatch}"`
  return answerOf(await ask(path, { method, headers, body: JSON.stringify(body) }, signal), signal)
}

/**
 * @param {string} path
 * @param {{method?: Method, headers?: Record<string, string>, body?: string}} request
 * @param {AbortSignal | undefined} signal
 */
async function ask(path, request, signal) {
  const control = new AbortController()
  const stop = () => control.abort()
  const timer = setTimeout(stop, TIMEOUT_MS)
  signal?.addEventListener("abort", stop)
  try {
    signal?.throwIfAborted()
    const headers = { accept: "application/json", ...request.headers }
    return await fetch(path, { ...request, headers, signal: control.signal })
  } catch (cause) {
    signal?.throwIfAborted()
    throw Object.assign(new Problem({ status: 0, code: UNREACHABLE }), { cause })
  } finally {
    clearTimeout(timer)
  }
}

/**
 * @template T
 * @param {Response} response
 * @param {AbortSignal | undefined} signal
 * @returns {Promise<T>}
 */
async function answerOf(response, signal) {
  if (!response.ok) {
    const problem = await problemOf(response)
    if (problem.code === "sign_in_required") tellSignInRequired()
    throw problem
  }
  if (response.status === 204) return /** @type {T} */ (null)
  return /** @type {Promise<T>} */ (
    response.json().catch(cause => {
      signal?.throwIfAborted()
      throw Object.assign(new Problem({ status: response.status, code: UNREADABLE }), { cause })
    })
  )
}

/**
 * Whether a rejection only says that nobody wants the answer any more.
 * @param {unknown} error
 */
export function isAbort(error) {
  return error instanceof DOMException && error.name === "AbortError"
}
