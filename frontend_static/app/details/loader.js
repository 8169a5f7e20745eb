/** Keeps the details in step with the selection: one request at a time, the newest wins. */

import { getJson, isAbort } from "../api/client.js"
import { asOf } from "../history/moment.js"
import { store } from "../shell/page_store.js"
import { factsPath, isAbout } from "./facts.js"

/** @import {Selection} from "../shell/state.js" */
/** @import {Facts} from "./facts.js" */

/** @type {AbortController | null} */
let current = null

/** Start following the selection, and the moment of which it is told. */
export function followSelection() {
  store.subscribe((state, changed) => {
    if (changed.has("at") && state.selection) load(state.selection)
    else if (changed.has("selection")) follow(state.selection)
  })
  follow(store.state.selection)
}

/** @param {Selection | null} selection */
function follow(selection) {
  if (selection && isAbout(store.state.details, selection)) return
  current?.abort()
  if (selection) load(selection)
  else store.set({ details: null })
}

/**
 * Ask for a selection's facts; also what "try again" does.
 * @param {Selection} selection
 */
export async function load(selection) {
  current?.abort()
  const request = new AbortController()
  current = request
  store.set({ details: { selection, status: "loading", facts: null, problem: null } })
  try {
    const facts = /** @type {Facts} */ (await getJson(asOf(factsPath(selection), store.state.at), { signal: request.signal }))
    // The address keeps the UUID: a number may be given anew when a database is rebuilt.
    const lasting = { layer: selection.layer, id: facts.id }
    store.set({ details: { selection: lasting, status: "ready", facts, problem: null }, selection: lasting })
  } catch (problem) {
    if (isAbort(problem)) return
    store.set({ details: { selection, status: "failed", facts: null, problem } })
  }
}
