/** The roles as the server tells them, and how they are offered. */

import { store, text } from "../shell/page_store.js"

/** @import {Word} from "../grades/vocabulary.js" */
/** @import {ScopeKind} from "../session/session.js" */

/**
 * @typedef {object} Role
 * @property {string} code
 * @property {string} zh
 * @property {string} en
 * @property {string} about_zh
 * @property {string} about_en
 * @property {ScopeKind} scope_kind
 * @property {string[]} actions
 * @property {boolean} needs_second_factor
 * @property {boolean} looks_are_audited
 * @property {"accounts" | "keys" | "anonymous"} is_for
 * @property {boolean} may_hold_keys
 *
 * @typedef {{actions: Word[], roles: Role[]}} Roles
 */

/** The kinds of scope that name what they contain. @type {readonly ScopeKind[]} */
export const WITH_CODES = ["townships", "sectors", "groups", "enterprises"]

/** @param {Role} role */
export function aboutRole(role) {
  return store.state.language === "zh" ? role.about_zh : role.about_en
}

/**
 * @param {Role[]} roles
 * @param {string} nobody What the first, empty choice says.
 */
export function roleOptions(roles, nobody) {
  const { language } = store.state
  return [{ value: "", words: nobody }, ...roles.map(role => ({ value: role.code, words: role[language] }))]
}

/**
 * What goes with a role: its deeds, and its second factor.
 * @param {Role | undefined} role
 */
export function roleHint(role) {
  if (!role) return ""
  const factor = role.needs_second_factor ? text("role.needsFactor") : ""
  return [aboutRole(role), factor].filter(Boolean).join(store.state.language === "zh" ? "；" : "; ")
}
