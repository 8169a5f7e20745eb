/** Two have written of one draft at once: what both have changed, side by side, and the choice between them. */

import { html, nothing } from "lit"
import { domain, store, text } from "../shell/page_store.js"
import { fieldOf } from "./fields.js"
import { valueText } from "./values.js"

/** @import {Row} from "./draft.js" */
/** @import {Clash, Side} from "./merge.js" */
/** @import {Kind} from "./submission.js" */
/** @import {Tables} from "./tables.js" */

/**
 * @typedef {object} Shown
 * @property {readonly Clash[]} clashes
 * @property {Record<string, Side>} chosen
 * @property {readonly Row[]} rows
 * @property {Tables} tables
 * @property {(id: string, side: Side) => void} choose
 * @property {() => void} settle
 */

/** @param {Shown} shown */
export function clashBox(shown) {
  const { clashes, chosen, choose, settle } = shown
  return html`<div class="editor-notice strong-box" role="alert">
    <b>${text("clash.title")}</b>
    <p>${text(clashes.length > 0 ? "clash.lead" : "clash.none")}</p>
    ${clashes.length > 0
      ? html`<table class="clashes">
          <thead><tr><th scope="col">${text("clash.what")}</th><th scope="col">${text("clash.mine")}</th><th scope="col">${text("clash.theirs")}</th></tr></thead>
          <tbody>
            ${clashes.map(({ id, key, fact, mine, theirs }) => html`<tr>
              <th scope="row">${nameOf(shown, key, fact)}</th>
              ${(/** @type {const} */ ([["mine", mine], ["theirs", theirs]])).map(
                ([side, value]) => html`<td><label class="check"><input type="radio" name="clash-${id}" .checked=${(chosen[id] ?? "mine") === side} @change=${() => choose(id, side)} /> <span>${told(shown, key, fact, value)}</span></label></td>`,
              )}
            </tr>`)}
          </tbody>
        </table>`
      : nothing}
    <button type="button" class="primary-button" @click=${settle}>${text("clash.settle")}</button>
  </div>`
}

/**
 * @param {Shown} shown
 * @param {string} key
 * @param {string} fact
 */
function nameOf({ rows }, key, fact) {
  if (key === "") return text(fact === "title" ? "submission.title" : "lowering.reason")
  const row = rows.find(each => each.key === key)
  const field = row && fieldOf(row.kind, fact)
  return [row?.name ?? key, field ? text(field.label) : text("clash.existence")].join(" \u203a ")
}

/**
 * @param {Shown} shown
 * @param {string} key
 * @param {string} fact
 * @param {unknown} value
 */
function told({ rows, tables }, key, fact, value) {
  if (value === undefined) return text("clash.unchanged")
  if (fact === "@op") return text(value === "delete" ? "rowState.deleted" : "rowState.changed")
  const field = fieldOf(/** @type {Kind} */ (key.split("/")[0]), fact)
  const words = { tables, ...domain() }
  const nameOf = (/** @type {string} */ id) => rows.find(row => row.id === id)?.name ?? null
  return (field && valueText(field, value, { words, language: store.state.language, text, facts: {}, nameOf })) ?? String(value ?? "\u2014")
}
