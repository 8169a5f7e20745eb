/** What an administrator can do to one account, by their own actions and the account's state. */

import { Problem } from "../api/problem.js"
import { sendJson } from "../api/client.js"
import { confirmed } from "../forms/confirm.js"
import { showLink } from "../forms/one_time_link.js"
import { mayAny } from "../session/session.js"
import { text } from "../shell/page_store.js"
import { editAccount } from "./edit_account.js"
import { grantRole } from "./grant_role.js"

/** @import {Link} from "../forms/one_time_link.js" */
/** @import {Session} from "../session/session.js" */
/** @import {Account} from "./account.js" */
/** @import {Role} from "./role.js" */
/** @import {Deed} from "./row_menu.js" */

/**
 * @param {Account} account
 * @param {Session | null} session
 * @param {{roles: Role[]}} words
 * @returns {Deed[]}
 */
export function deedsFor(account, session, { roles }) {
  // Nobody changes their own account here.
  if (session?.actor?.username === account.username) return []
  return [
    ...(mayAny(session, "manage_accounts") ? managing(account) : []),
    ...(mayAny(session, "grant") ? granting(account, roles) : []),
  ]
}

/**
 * @param {Account} account
 * @returns {Deed[]}
 */
function managing(account) {
  const isDisabled = account.state === "disabled"
  return [
    { key: "accounts.edit", act: () => editAccount(account) },
    { key: "accounts.issueLink", act: () => issueLink(account) },
    { key: "accounts.endSessions", act: () => endSessions(account) },
    isDisabled
      ? { key: "accounts.enable", act: () => setActive(account, true) }
      : { key: "accounts.disable", act: () => setActive(account, false) },
  ]
}

/**
 * @param {Account} account
 * @param {Role[]} roles
 * @returns {Deed[]}
 */
function granting(account, roles) {
  /** @type {Deed[]} */
  const deeds = [{ key: "accounts.grant", act: () => grantRole(account, roles) }]
  if (account.state === "locked") deeds.push({ key: "accounts.unlock", act: () => unlock(account) })
  if (account.has_second_factor) deeds.push({ key: "accounts.removeFactor", act: () => removeFactor(account) })
  return deeds
}

/** @param {Account} account */
async function issueLink({ id, name, state }) {
  const done = await confirmed({
    heading: text("accounts.issueLinkHeading", { name }),
    sentence: text(state === "pending" ? "accounts.issueFirstLink" : "accounts.issueLinkSentence", { name }),
    action: text("accounts.issueLink"),
    act: () => sendJson("POST", `/api/v1/accounts/${id}/activation`),
  })
  if (!done) return null
  await showLink(/** @type {Link} */ (done.answer), name)
  return "accounts.linkIssued"
}

/** @param {Account} account */
async function endSessions({ id, name }) {
  const done = await confirmed({
    heading: text("accounts.endSessionsHeading", { name }),
    sentence: text("accounts.endSessionsSentence", { name }),
    action: text("accounts.endSessions"),
    act: () => sendJson("DELETE", `/api/v1/accounts/${id}/sessions`),
  })
  return done && "accounts.sessionsEnded"
}

/**
 * @param {Account} account
 * @param {boolean} isActive
 */
async function setActive({ id, name, version }, isActive) {
  const word = isActive ? "enable" : "disable"
  const done = await confirmed({
    heading: text(`accounts.${word}Heading`, { name }),
    sentence: text(`accounts.${word}Sentence`, { name }),
    action: text(`accounts.${word}`),
    act: async () => {
      try {
        return await sendJson("PATCH", `/api/v1/accounts/${id}`, { is_active: isActive }, { ifMatch: version })
      } catch (problem) {
        // Told so, who presses the button again means the account as it is now.
        if (problem instanceof Problem && problem.status === 412) version = problem.current?.version ?? version
        throw problem
      }
    },
  })
  return done && (isActive ? "accounts.enabled" : "accounts.disabled")
}

/** @param {Account} account */
async function unlock({ id, name }) {
  const done = await confirmed({
    heading: text("accounts.unlockHeading", { name }),
    sentence: text("accounts.unlockSentence", { name }),
    action: text("accounts.unlock"),
    act: () => sendJson("DELETE", `/api/v1/accounts/${id}/lock`),
  })
  return done && "accounts.unlocked"
}

/** @param {Account} account */
async function removeFactor({ id, name }) {
  const done = await confirmed({
    heading: text("accounts.removeFactorHeading", { name }),
    sentence: text("accounts.removeFactorSentence", { name }),
    action: text("accounts.removeFactor"),
    act: () => sendJson("DELETE", `/api/v1/accounts/${id}/second-factor`),
  })
  return done && "accounts.factorRemoved"
}
