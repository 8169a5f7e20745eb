/** The parts of the administration, and which of them somebody may open. */

import { mayAny } from "../session/session.js"

/** @import {Action, Session} from "../session/session.js" */

/** @typedef {"accounts" | "roles" | "territories" | "keys" | "audit"} Tab */

/** What opens a tab: any of these actions; none means that everybody who is signed in may. */
const OPENED_BY = /** @type {Record<Tab, Action[]>} */ ({
  accounts: ["manage_accounts", "grant"],
  territories: ["manage_accounts", "grant"],
  keys: ["grant"],
  audit: ["read_audit"],
  roles: [],
})

/**
 * @param {Session | null} session
 * @returns {Tab[]}
 */
export function tabsFor(session) {
  const tabs = /** @type {Tab[]} */ (Object.keys(OPENED_BY))
  return tabs.filter(tab => OPENED_BY[tab].length === 0 || mayAny(session, ...OPENED_BY[tab]))
}

/**
 * The tab that an address names, or the first one that is open.
 * @param {string} hash
 * @param {Tab[]} tabs
 */
export function tabOf(hash, tabs) {
  const named = hash.replace(/^#/, "")
  return tabs.find(tab => tab === named) ?? tabs[0]
}
