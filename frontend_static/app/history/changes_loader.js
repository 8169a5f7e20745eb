/** Keeps the changes in step with the comparison: one request at a time, the newest wins. */

import { isAbort } from "../api/client.js"
import { store } from "../shell/page_store.js"
import { noCounts } from "./changes.js"
import { askChanges } from "./changes_api.js"

/** @import {Comparison} from "./comparison.js" */

let current = new AbortController()

/** Start following the comparison. */
export function followComparison() {
  store.subscribe((state, changed) => {
    if (changed.has("comparison")) follow(state.comparison)
  })
  follow(store.state.comparison)
}

/** @param {Comparison | null} comparison */
function follow(comparison) {
  current.abort()
  if (comparison) compare(comparison)
  else store.set({ changes: null, hiddenChanges: [] })
}

/**
 * Ask for what changed; also what "try again" does.
 * @param {Comparison} comparison
 */
export async function compare(comparison) {
  const request = (current = new AbortController())
  const nothing = { comparison, items: [], counts: noCounts(), layers: [], total: 0, problem: null }
  store.set({ changes: { ...nothing, status: "loading" } })
  try {
    const found = await askChanges(comparison, request.signal)
    store.set({ changes: { ...nothing, status: "ready", ...found } })
  } catch (problem) {
    if (!isAbort(problem)) store.set({ changes: { ...nothing, status: "failed", problem } })
  }
}
