/** The start of every page: who is there, whether the page is theirs, and what happens when the session ends. */

import { getJson, onSignInRequired, sendJson } from "../api/client.js"
import { store } from "../shell/page_store.js"
import { detour, signInPath } from "./session.js"

/** @import {Session} from "./session.js" */

/**
 * Ask who is at the screen and keep the answer in the store.
 * @returns {Promise<Session>}
 */
export async function readSession() {
  const session = /** @type {Session} */ (await getJson("/api/v1/session"))
  store.set({ session })
  return session
}

/**
 * Let the page begin, or leave it for one where this person can go on.
 * @param {"map" | "work" | "account" | "administration"} page
 * @returns {Promise<boolean>} Whether the page may begin.
 */
export async function enter(page) {
  onSignInRequired(leaveForSignIn)
  const elsewhere = detour(await readSession(), page, here())
  if (elsewhere) location.replace(elsewhere)
  return elsewhere === null
}

/** The session has ended; signing in again leads back to the same view. */
export function leaveForSignIn() {
  location.replace(signInPath(here(), { isExpired: true }))
}

export async function signOut() {
  await sendJson("DELETE", "/api/v1/session")
  location.assign("/sign-in")
}

function here() {
  return location.pathname + location.search + location.hash
}
