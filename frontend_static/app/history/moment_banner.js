/** The line across the page that leaves no doubt: this is not the map of now. */

import { html, nothing } from "lit"
import { icon } from "../shell/icons.js"
import { PageElement } from "../shell/page_element.js"
import { redrawOn, store, text } from "../shell/page_store.js"
import { spoken } from "./moment.js"

/** Whether the page shows anything but the present alone. */
export function isAway() {
  return store.state.at !== null || store.state.comparison !== null
}

export function backToNow() {
  store.set({ at: null, comparison: null })
}

export class MomentBanner extends PageElement {
  constructor() {
    super()
    redrawOn(this, "at", "comparison")
  }

  render() {
    const { at, comparison } = store.state
    if (comparison) {
      const values = { from: spoken(comparison.from), to: comparison.to ? spoken(comparison.to) : text("moment.now") }
      return banner(text("changes.banner", values), text("changes.bannerNote"), text("changes.end"))
    }
    return at ? banner(text("moment.banner", { at: spoken(at) }), text("moment.note"), text("moment.backToNow")) : nothing
  }
}

/**
 * @param {string} words
 * @param {string} note
 * @param {string} way
 */
function banner(words, note, way) {
  return html`
    <div class="moment-banner" role="status">
      ${icon("clock")} <b>${words}</b> <span class="moment-note">${note}</span>
      <button type="button" @click=${backToNow}>${way} <kbd aria-hidden="true">Esc</kbd></button>
    </div>
  `
}

customElements.define("riskmap-moment", MomentBanner)
