/** What stands in the map's place when the browser has no WebGL2. */

import { html } from "lit"
import { text } from "../shell/page_store.js"

/** The rest of the page still works: search, facts and totals need no graphics. */
export function cannotDraw() {
  return html`
    <section class="notice-page" role="alert">
      <h2>${text("webgl.title")}</h2>
      <p>${text("webgl.why")}</p>
      <ol>
        <li>${text("webgl.step.browser")}</li>
        <li>${text("webgl.step.acceleration")}</li>
        <li>${text("webgl.step.driver")}</li>
      </ol>
      <p class="muted">${text("webgl.still")}</p>
    </section>
  `
}
