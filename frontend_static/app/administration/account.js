/** An account as its administrators see it, and the address that lists them. */

/** @import {Word} from "../grades/vocabulary.js" */
/** @import {Named, ScopeKind} from "../session/session.js" */

/**
 * @typedef {"pending" | "active" | "locked" | "disabled" | "expired"} AccountState
 *
 * @typedef {object} Account
 * @property {string} id
 * @property {string} username
 * @property {string} name
 * @property {string | null} unit
 * @property {Word | null} role
 * @property {{kind: ScopeKind, codes: Named[]}} scope
 * @property {AccountState} state
 * @property {boolean} has_second_factor
 * @property {string | null} last_sign_in_at
 * @property {string | null} valid_until
 * @property {string} created_at
 * @property {number} version
 *
 * @typedef {{items: Account[], total: number, page: number, limit: number}} Accounts
 *
 * @typedef {{q: string, role: string, state: string, sort: string, page: number}} AccountQuery
 */

/** @type {readonly AccountState[]} */
export const STATES = ["active", "pending", "locked", "disabled", "expired"]

export const LIMIT = 50

/** @param {AccountQuery} query */
export function accountsPath({ q, role, state, sort, page }) {
  const words = new URLSearchParams({ sort, page: String(page), limit: String(LIMIT) })
  for (const [name, value] of Object.entries({ q, role, state })) if (value) words.set(name, value)
  return `/api/v1/accounts?${words}`
}

/**
 * What a click on a heading sorts by: that column, and on the second click the other way round.
 * @param {string} sort
 * @param {string} column
 */
export function nextSort(sort, column) {
  return sort === column ? `-${column}` : column
}

/**
 * @param {string} sort
 * @param {string} column
 * @returns {"ascending" | "descending" | "none"}
 */
export function sortOf(sort, column) {
  if (sort === column) return "ascending"
  return sort === `-${column}` ? "descending" : "none"
}

/**
 * The fields of a form that say something else than the account does: nothing more is sent, so that an edit of
 * one field cannot undo somebody else's of another.
 * @template {Record<string, string | null>} T
 * @param {T} typed
 * @param {Record<string, any>} account
 * @returns {Partial<T>}
 */
export function changesTo(typed, account) {
  const changed = Object.entries(typed).filter(([name, value]) => (value ?? null) !== (account[name] ?? null))
  return /** @type {Partial<T>} */ (Object.fromEntries(changed))
}
