/** Where rows will stand: shown only when they take long enough to be missed. */

import { html } from "lit"
import { text } from "../shell/page_store.js"

const ROWS = 12

export function skeleton() {
  return html`<div class="list-skeleton" role="status" aria-label=${text("page.loading")}>
    ${Array.from({ length: ROWS }, () => html`<span></span>`)}
  </div>`
}
