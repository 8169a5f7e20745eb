/** A page with one thing to do: the head, and a card in the middle. */

import { html, nothing } from "lit"
import "./header.js"
import { PageElement } from "./page_element.js"
import { redrawOn, store, text } from "./page_store.js"

/** @import {TemplateResult} from "lit" */

export class CardPage extends PageElement {
  constructor() {
    super()
    redrawOn(this)
  }

  connectedCallback() {
    super.connectedCallback()
    // What stood here in the HTML was for the moment before this script ran.
    this.replaceChildren()
    this.begin()
  }

  /** What the page does once it is there. */
  begin() {}

  render() {
    const title = this.heading()
    const foot = this.foot()
    namePage(title)
    return html`
      <riskmap-header .page=${"sign-in"}></riskmap-header>
      <main class="card-page">
        <section class="card ${this.isWide ? "is-wide" : ""}">
          <h1>${title}</h1>
          ${this.body()}
        </section>
        ${foot === nothing ? nothing : html`<footer class="card-foot">${foot}</footer>`}
      </main>
    `
  }

  /** @returns {string} */
  heading() {
    return ""
  }

  /** @returns {TemplateResult} */
  body() {
    return html``
  }

  /** What stands below the card. @returns {TemplateResult | typeof nothing} */
  foot() {
    return nothing
  }

  get isWide() {
    return false
  }
}

/**
 * Language and title of the document follow what it shows.
 * @param {string} title
 */
export function namePage(title) {
  document.documentElement.lang = store.state.language === "zh" ? "zh-CN" : "en"
  document.title = `${title} · ${text("product.name")}`
}
