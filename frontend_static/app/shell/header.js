/** The head of every page: what this is and of where, the way to other pages, language, and who is signed in. */

import { html, nothing } from "lit"
import { isSignedIn, mayAny, mayWork } from "../session/session.js"
import { icon } from "./icons.js"
import { PageElement } from "./page_element.js"
import { redrawOn, store, text } from "./page_store.js"
import "./user_menu.js"

/** @import {TemplateResult} from "lit" */

export class PageHeader extends PageElement {
  static properties = { page: { attribute: false }, middle: { attribute: false }, end: { attribute: false } }

  constructor() {
    super()
    /** @type {"map" | "work" | "sign-in" | "account" | "administration"} */
    this.page = "map"
    /** What this page alone has in its head. @type {TemplateResult | typeof nothing} */
    this.middle = nothing
    /** Its own buttons. @type {TemplateResult | typeof nothing} */
    this.end = nothing
    redrawOn(this, "session", "domain")
  }

  render() {
    const { session } = store.state
    const { name = null, is_demo = session?.is_demo } = store.state.domain?.district ?? {}
    return html`
      <header class="page-header">
        ${this.#title(name)}
        ${is_demo ? html`<span class="demo-tag" title=${text("demo.title")}>${text("demo.tag")}</span>` : nothing}
        ${this.middle === nothing ? html`<span class="header-gap"></span>` : this.middle}
        <nav class="header-nav tabs" aria-label=${text("nav.label")}>
          ${mayAny(session, "look") ? html`<a href="/" aria-current=${this.page === "map" ? "page" : nothing}>${text("nav.map")}</a>` : nothing}
          ${mayWork(session) ? html`<a href="/work" aria-current=${this.page === "work" ? "page" : nothing}>${text("nav.work")}</a>` : nothing}
          ${session?.actor ? html`<a href="/docs">${text("nav.api")}</a>` : nothing}
        </nav>
        ${this.end}
        <button type="button" class="language-switch" lang=${otherLanguage()} @click=${switchLanguage}>
          ${text("language.other")}
        </button>
        ${this.#person()}
      </header>
      ${session?.transport === "insecure"
        ? html`<p class="transport-warning" role="note">${icon("warning")} ${text("transport.insecure")}</p>`
        : nothing}
    `
  }

  /** The heading of the map's page; elsewhere the way back to it. @param {string | null} place */
  #title(place) {
    const name = html`<span>${text("product.name")}</span>`
    if (this.page !== "map") return html`<a class="header-title" href="/">${name}</a>`
    return html`<h1 class="header-title">${name}${place ? html`<span class="header-place">${place}</span>` : nothing}</h1>`
  }

  #person() {
    const { session } = store.state
    if (this.page === "sign-in" || !session) return nothing
    if (isSignedIn(session)) return html`<riskmap-user .page=${this.page}></riskmap-user>`
    return html`<button type="button" class="sign-in-link" @click=${() => this.tell("sign-in")}>${text("session.signIn")}</button>`
  }
}

function otherLanguage() {
  return store.state.language === "zh" ? "en" : "zh"
}

function switchLanguage() {
  store.set({ language: otherLanguage() })
}

customElements.define("riskmap-header", PageHeader)
