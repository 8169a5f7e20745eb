/** The head of every page: what this is and of where, the way to other pages, search, language. */

import { html, nothing } from "lit"
import "../search/search_box.js"
import { icon } from "./icons.js"
import { PageElement } from "./page_element.js"
import { domain, redrawOn, store, text } from "./page_store.js"

export class PageHeader extends PageElement {
  constructor() {
    super()
    redrawOn(this)
  }

  render() {
    const { name, is_demo } = domain().district
    return html`
      <header class="page-header">
        <h1><span>${text("product.name")}</span>${name ? html`<span class="header-place">${name}</span>` : nothing}</h1>
        ${is_demo ? html`<span class="demo-tag" title=${text("demo.title")}>${text("demo.tag")}</span>` : nothing}
        <riskmap-search></riskmap-search>
        <nav class="header-nav" aria-label=${text("nav.label")}>
          <a href="/" aria-current="page">${text("nav.map")}</a>
          <a href="/docs">${text("nav.api")}</a>
        </nav>
        <button type="button" class="icon-button" title=${text("keys.button")} aria-label=${text("keys.button")} @click=${() => this.tell("show-keys")}>
          ${icon("keyboard")}
        </button>
        <button type="button" class="language-switch" lang=${otherLanguage()} @click=${switchLanguage}>
          ${text("language.other")}
        </button>
      </header>
    `
  }
}

function otherLanguage() {
  return store.state.language === "zh" ? "en" : "zh"
}

function switchLanguage() {
  store.set({ language: otherLanguage() })
}

customElements.define("riskmap-header", PageHeader)
