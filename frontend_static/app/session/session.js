/** Who is at the screen, and what follows from that: which pages are theirs and where they go next. */

/** @import {Word} from "../grades/vocabulary.js" */

/**
 * @typedef {"look" | "export" | "edit" | "review" | "contacts" | "manage_accounts" | "grant" | "read_audit"} Action
 * @typedef {"everything" | "townships" | "sectors" | "groups" | "enterprises" | "public" | "nothing"} ScopeKind
 * @typedef {{code: string, name: string}} Named
 * @typedef {{kind: ScopeKind, names: string[], count: number}} NamedScope
 *
 * @typedef {object} Actor
 * @property {string} username
 * @property {string} name
 * @property {Word | null} role
 * @property {NamedScope} scope
 * @property {string[]} actions
 *
 * @typedef {object} Session
 * @property {"anonymous" | "second_factor" | "new_password" | "second_factor_set_up" | "complete"} stage
 * @property {Actor | null} actor Also while anonymous, where a demonstration lets everybody look.
 * @property {"secure" | "insecure" | "refused"} transport
 * @property {boolean} needs_set_up
 * @property {boolean} is_demo
 * @property {number} idle_minutes
 */

/** @type {readonly Action[]} */
const ADMINISTERING = ["manage_accounts", "grant", "read_audit"]

/**
 * @param {Session | null} session
 * @param {...Action} actions
 */
export function mayAny(session, ...actions) {
  return actions.some(action => session?.actor?.actions.includes(action))
}

/** @param {Session | null} session */
export function mayAdminister(session) {
  return mayAny(session, ...ADMINISTERING)
}

/**
 * Whether there is work for somebody: the public sees the map alone.
 * @param {Session | null} session
 */
export function mayWork(session) {
  return mayAny(session, "look") && session?.actor?.scope?.kind !== "public"
}

/** @param {Session | null} session */
export function isSignedIn(session) {
  return session?.stage === "complete"
}

/**
 * Whether a sign-in was begun and waits for its next step.
 * @param {Session} session
 */
export function isHalfSignedIn({ stage }) {
  return stage !== "anonymous" && stage !== "complete"
}

/**
 * Where a page sends who cannot stay on it; null lets them stay.
 * @param {Session} session
 * @param {"map" | "work" | "account" | "administration"} page
 * @param {string} here Path, query and hash of the page.
 * @returns {string | null}
 */
export function detour(session, page, here) {
  if (isHalfSignedIn(session)) return signInPath(here)
  if (page === "map" && mayAny(session, "look")) return null
  if (page === "work" && mayWork(session)) return null
  if (!isSignedIn(session)) return signInPath(here)
  if (page === "map" || page === "work") return mayAdminister(session) ? "/admin" : "/account"
  return null
}

/**
 * @param {string} here Where to come back to.
 * @param {{isExpired?: boolean}} [options]
 */
export function signInPath(here, { isExpired = false } = {}) {
  const words = [isExpired && "expired", here !== "/" && `next=${encodeURIComponent(here)}`].filter(Boolean)
  return words.length > 0 ? `/sign-in?${words.join("&")}` : "/sign-in"
}

/**
 * Where to go after signing in: only a place on this server, for the address may have been made by somebody else.
 * @param {string | null} next
 * @param {string} origin
 */
export function nextPath(next, origin) {
  if (!next?.startsWith("/")) return "/"
  // A browser drops tabs and line breaks and reads "\" as "/", so what it makes of the text is what counts.
  const url = URL.canParse(next, origin) ? new URL(next, origin) : null
  const isHere = url?.origin === origin && url.pathname !== "/sign-in" && !url.pathname.startsWith("//")
  return url && isHere ? `${url.pathname}${url.search}${url.hash}` : "/"
}
