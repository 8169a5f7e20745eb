/** The buttons on the map that open the proximity panel. */

import { html } from "lit"
import { icon } from "../shell/icons.js"
import { store, text } from "../shell/page_store.js"
import { closeTool, openTool } from "./tools.js"

/** @import {Tool} from "./tool_names.js" */

export function toolButtons() {
  return html`${button("analysis", "near")} ${button("emergency", "siren")}`
}

/**
 * @param {Tool} tool
 * @param {string} sign
 */
function button(tool, sign) {
  const isOpen = store.state.tool === tool
  return html`<button
    type="button"
    class="map-control near-button"
    data-tool=${tool}
    aria-expanded=${isOpen}
    aria-controls="near-panel"
    title=${text(`near.open.${tool}`)}
    @click=${() => (isOpen ? closeTool() : openTool(tool))}
  >
    ${icon(sign)} <span>${text(`near.button.${tool}`)}</span>
  </button>`
}
