/** The work page: lists, submissions, reviews, downgrades and imports, each to those whose work it is. */

import { html, nothing } from "lit"
import { getJson } from "../api/client.js"
import { Answer } from "../forms/answer.js"
import { enter } from "../session/gate.js"
import { namePage } from "../shell/card_page.js"
import "../shell/header.js"
import { PageElement } from "../shell/page_element.js"
import { redrawOn, store, text } from "../shell/page_store.js"
import { readAddress } from "./address.js"
import "./elements.js"
import { onPlace } from "./place.js"
import { tabOf, tabsFor } from "./tabs.js"

/** @import {Vocabulary} from "../grades/vocabulary.js" */
/** @import {District} from "../jurisdictions/district.js" */
/** @import {Tab} from "./tabs.js" */

export class WorkPage extends PageElement {
  #entry = new Answer(this, signal => this.#begin(signal))
  /** The element of the tab that is open. @type {{tab: Tab, element: HTMLElement} | null} */
  #opened = null

  constructor() {
    super()
    redrawOn(this, "session", "domain")
    onPlace(this, () => this.requestUpdate())
  }

  connectedCallback() {
    super.connectedCallback()
    this.replaceChildren()
    this.#entry.load()
  }

  render() {
    const tabs = this.#entry.value ? tabsFor(store.state.session, isDefined) : []
    const open = tabOf(readAddress(location.hash).tab, tabs)
    namePage(open ? text(`workTab.${open.id}`) : text("nav.work"))
    return html`
      <riskmap-header .page=${"work"}></riskmap-header>
      <div class="tab-bar">
        <h1>${text("nav.work")}</h1>
        <nav class="tabs" aria-label=${text("nav.work")}>
          ${tabs.map(tab => html`<a href="#${tab.id}" aria-current=${tab === open ? "page" : nothing}>${text(`workTab.${tab.id}`)}</a>`)}
        </nav>
      </div>
      <main class="page-scroll work-page">
        ${this.#entry.show(isOpen => html`${isOpen ? (open ? this.#elementOf(open) : noTabs()) : nothing}`)}
      </main>
    `
  }

  /** @param {Tab} tab */
  #elementOf(tab) {
    if (this.#opened?.tab !== tab) this.#opened = { tab, element: document.createElement(tab.element) }
    return this.#opened.element
  }

  /** @param {AbortSignal} signal */
  async #begin(signal) {
    if (!(await enter("work"))) return false
    const [vocabulary, district] = await Promise.all([
      /** @type {Promise<Vocabulary>} */ (getJson("/api/v1/vocabulary", { signal })),
      /** @type {Promise<District>} */ (getJson("/api/v1/district", { signal })),
    ])
    store.set({ domain: { vocabulary, district } })
    return true
  }
}

/** @param {string} element */
function isDefined(element) {
  return customElements.get(element) !== undefined
}

function noTabs() {
  return html`<div class="page-wide"><p class="nothing" role="status">${text("work.noTabs")}</p></div>`
}

customElements.define("riskmap-work", WorkPage)
