/** What the page says in place of a map that cannot start, and over one that has nothing to show. */

import { html } from "lit"
import { backToNow } from "../history/moment_banner.js"
import { text } from "./page_store.js"
import { problemText } from "./problem_text.js"

/** The same frame as in the page's HTML, which stands before any script has run. */
export function starting() {
  return html`
    <header class="page-header"><h1 class="header-title">${text("product.name")}</h1></header>
    <p class="start-page" role="status">${text("start.loading")}</p>
  `
}

/**
 * @param {unknown} problem
 * @param {() => void} retry
 */
export function cannotStart(problem, retry) {
  return html`
    <section class="notice-page" role="alert">
      <p class="muted">${text("product.name")}</p>
      <h1>${text("start.failed")}</h1>
      <p>${problemText(problem)}</p>
      <p class="muted">${text("start.failedHelp")}</p>
      <button type="button" class="primary-button" @click=${retry}>${text("action.retry")}</button>
    </section>
  `
}

/**
 * @param {() => void} dismiss
 * @param {boolean} isThen whether a past moment is looked at, in which case importing is no help
 */
export function noData(dismiss, isThen) {
  if (isThen) {
    return html`
      <section class="map-notice" role="status">
        <h2>${text("empty.then")}</h2>
        <p>${text("empty.thenWhy")}</p>
        <p class="button-line">
          <button type="button" class="primary-button" @click=${backToNow}>${text("moment.backToNow")}</button>
          <button type="button" @click=${dismiss}>${text("action.close")}</button>
        </p>
      </section>
    `
  }
  return html`
    <section class="map-notice" role="status">
      <h2>${text("empty.title")}</h2>
      <p>${text("empty.why")}</p>
      <pre><code>./riskmap demo
./riskmap import enterprises FILE --dry-run
./riskmap import zones FILE --dry-run</code></pre>
      <p class="muted">${text("empty.help")}</p>
      <button type="button" @click=${dismiss}>${text("action.close")}</button>
    </section>
  `
}
