/** How many alarms are open, asked at the start and every few minutes. */

import { getJson } from "../api/client.js"
import { store } from "../shell/page_store.js"

const EVERY_MS = 5 * 60_000

/** Begin to ask. */
export function followAlarms() {
  countAlarms()
  setInterval(countAlarms, EVERY_MS)
}

/** Ask now; null in the store says that the number is not known. */
export async function countAlarms() {
  try {
    const { states } = /** @type {{states: {open: number}}} */ (await getJson("/api/v1/alarms?state=open&limit=1"))
    store.set({ openAlarms: states.open })
  } catch {
    // The tab itself tells why when it is opened; a number that was true a while ago would mislead.
    store.set({ openAlarms: null })
  }
}
