/** The bell in the head of the map's page, with the number of open alarms. */

import { html, nothing } from "lit"
import { formatCount } from "../language/format.js"
import { mayWork } from "../session/session.js"
import { icon } from "../shell/icons.js"
import { store, text } from "../shell/page_store.js"
import { openTool } from "./tools.js"

export function alarmButton() {
  const { openAlarms, session, language, tool } = store.state
  if (!mayWork(session)) return nothing
  const count = openAlarms === null ? text("alarms.unknown") : formatCount(openAlarms, language)
  const label = text("alarms.button", { count })
  return html`<button
    type="button"
    class="icon-button alarm-button"
    title=${label}
    aria-label=${label}
    aria-expanded=${tool === "alarms"}
    aria-controls="near-panel"
    @click=${() => openTool("alarms")}
  >
    ${icon("bell")}${openAlarms ? html`<span class="alarm-count" aria-hidden="true">${openAlarms > 99 ? "99+" : openAlarms}</span>` : nothing}
  </button>`
}
