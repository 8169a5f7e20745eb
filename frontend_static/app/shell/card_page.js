/** A page with one thing to do: the head, and a card in the middle. */

import { html, nothing } from "lit"
import "./header.js"
import { store, text } from "./page_store.js"

/** @import {TemplateResult} from "lit" */

/**
 * @param {object} parts
 * @param {"sign-in"} parts.page
 * @param {string} parts.title
 * @param {TemplateResult} parts.body
 * @param {TemplateResult | typeof nothing} [parts.foot]
 * @param {boolean} [parts.isWide]
 */
export function cardPage({ page, title, body, foot = nothing, isWide = false }) {
  namePage(title)
  return html`
    <riskmap-header .page=${page}></riskmap-header>
    <main class="card-page">
      <section class="card ${isWide ? "is-wide" : ""}">
        <h1>${title}</h1>
        ${body}
      </section>
      ${foot === nothing ? nothing : html`<footer class="card-foot">${foot}</footer>`}
    </main>
  `
}

/**
 * Language and title of the document follow what it shows.
 * @param {string} title
 */
export function namePage(title) {
  document.documentElement.lang = store.state.language === "zh" ? "zh-CN" : "en"
  document.title = `${title} · ${text("product.name")}`
}
