/** The administration: accounts, territories, keys, audit and roles, each to those whose office it is. */

import { html, nothing } from "lit"
import { Answer } from "../forms/answer.js"
import { enter } from "../session/gate.js"
import { namePage } from "../shell/card_page.js"
import "../shell/header.js"
import { PageElement } from "../shell/page_element.js"
import { redrawOn, store, text } from "../shell/page_store.js"
import "./accounts.js"
import "./audit.js"
import "./keys.js"
import "./roles.js"
import { tabOf, tabsFor } from "./tabs.js"
import "./territories.js"

/** @import {TemplateResult} from "lit" */
/** @import {Tab} from "./tabs.js" */

/** @type {Record<Tab, () => TemplateResult>} */
const PARTS = {
  accounts: () => html`<riskmap-accounts></riskmap-accounts>`,
  territories: () => html`<riskmap-territories></riskmap-territories>`,
  keys: () => html`<riskmap-api-keys></riskmap-api-keys>`,
  audit: () => html`<riskmap-audit></riskmap-audit>`,
  roles: () => html`<riskmap-roles></riskmap-roles>`,
}

export class AdministrationPage extends PageElement {
  #entry = new Answer(this, () => enter("administration"))

  constructor() {
    super()
    redrawOn(this, "session")
  }

  connectedCallback() {
    super.connectedCallback()
    this.replaceChildren()
    addEventListener("hashchange", () => this.requestUpdate())
    this.#entry.load()
  }

  render() {
    const tabs = tabsFor(store.state.session)
    const open = tabOf(location.hash, tabs)
    namePage(this.#entry.value ? text(`tab.${open}`) : text("nav.administration"))
    return html`
      <riskmap-header .page=${"administration"}></riskmap-header>
      <div class="tab-bar">
        <h1>${text("nav.administration")}</h1>
        <nav class="tabs" aria-label=${text("nav.administration")}>
          ${this.#entry.value
            ? tabs.map(tab => html`<a href="#${tab}" aria-current=${tab === open ? "page" : nothing}>${text(`tab.${tab}`)}</a>`)
            : nothing}
        </nav>
      </div>
      <main class="page-scroll">
        <div class="page-wide">${this.#entry.show(isOpen => (isOpen ? PARTS[open]() : html``))}</div>
      </main>
    `
  }
}

customElements.define("riskmap-administration", AdministrationPage)
