/** Who waits for whom, and since when, in words. */

import { store, text } from "../shell/page_store.js"
import { daysSince } from "./submission.js"

/** @import {Brief} from "./submission.js" */

/** @param {Brief} brief */
export function waitingText({ state, waits_for, submitted_at, updated_at, decided_by }) {
  const { language } = store.state
  if (waits_for.length === 0) return decided_by ? text("waiting.decided", { who: decided_by }) : ""
  const days = daysSince(state.code === "submitted" && submitted_at ? submitted_at : updated_at, Date.now())
  const who = waits_for.join(language === "zh" ? "\u3001" : ", ")
  const since = days === 0 ? text("waiting.today") : text("waiting.days", { days })
  return text(state.code === "submitted" ? "waiting.review" : "waiting.writing", { who, since })
}
