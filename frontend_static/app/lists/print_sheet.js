/** A list on paper: its title, what was chosen, of which moment, and every row; the browser's own dialog prints it. */

import { html, nothing, render } from "lit"
import { formatMoment } from "../language/format.js"
import { store, text } from "../shell/page_store.js"

/** @import {TemplateResult} from "lit" */

/** @typedef {"A4" | "A3"} Paper */

/**
 * Put a sheet on paper; the page itself is not printed with it. A named page gives it its size.
 * @param {object} sheet
 * @param {string} sheet.title
 * @param {readonly (string | TemplateResult)[]} sheet.lines What stands below the title.
 * @param {TemplateResult} sheet.table
 * @param {Paper} sheet.paper
 */
export function printSheet({ title, lines, table, paper }) {
  document.querySelector(".print-sheet")?.remove()
  const place = document.createElement("article")
  place.className = "print-sheet"
  place.dataset.paper = paper
  document.body.append(place)
  const { district } = store.state.domain ?? {}
  render(
    html`<header>
        <h1>${district?.name ?? nothing} ${title}</h1>
        ${lines.map(line => html`<p>${line}</p>`)}
        <p>${text("print.made", { when: formatMoment(new Date().toISOString(), store.state.language), who: store.state.session?.actor?.name ?? "" })}${district?.is_demo ? html` <b>${text("demo.title")}</b>` : nothing}</p>
      </header>
      ${table}`,
    place,
  )
  // The dialog may let the page run on: the sheet stays until it is closed.
  addEventListener("afterprint", () => place.remove(), { once: true })
  print()
}
