/** The proximity panel: one tab for each tool. */

import { html } from "lit"
import { icon } from "../shell/icons.js"
import { PageElement } from "../shell/page_element.js"
import { redrawOn, store, text } from "../shell/page_store.js"
import "./alarms.js"
import "./analysis.js"
import "./emergency.js"
import "./planned.js"
import "./runs.js"
import { TOOLS } from "./tool_names.js"
import { closeTool, openTool } from "./tools.js"

/** @import {TemplateResult} from "lit" */
/** @import {Tool} from "./tool_names.js" */

/** @type {Record<Tool, () => TemplateResult>} */
const BODIES = {
  analysis: () => html`<riskmap-near-analysis></riskmap-near-analysis>`,
  saved: () => html`<riskmap-near-runs></riskmap-near-runs>`,
  planned: () => html`<riskmap-near-planned></riskmap-near-planned>`,
  emergency: () => html`<riskmap-near-emergency></riskmap-near-emergency>`,
  alarms: () => html`<riskmap-near-alarms></riskmap-near-alarms>`,
}

export class NearPanel extends PageElement {
  constructor() {
    super()
    redrawOn(this, "tool")
  }

  /** Whoever pressed a button goes on in what it opened. */
  firstUpdated() {
    const current = /** @type {HTMLElement | null} */ (this.querySelector("[aria-current=page]"))
    if (document.activeElement?.matches("[aria-controls=near-panel]")) current?.focus()
  }

  render() {
    const tool = store.state.tool ?? "analysis"
    return html`
      <header class="near-head">
        <h2 class="visually-hidden">${text("near.title")}</h2>
        <nav class="near-tabs" aria-label=${text("near.title")}>
          ${TOOLS.map(
            each => html`<button type="button" data-tool=${each} aria-current=${each === tool ? "page" : "false"} @click=${() => openTool(each)}>
              ${text(`near.tab.${each}`)}
            </button>`,
          )}
        </nav>
        <button type="button" class="icon-button panel-close" aria-label=${text("action.close")} title=${text("near.close")} @click=${closeTool}>
          ${icon("close")}
        </button>
      </header>
      <div class="near-body">${BODIES[tool]()}</div>
    `
  }
}

customElements.define("riskmap-near-panel", NearPanel)
