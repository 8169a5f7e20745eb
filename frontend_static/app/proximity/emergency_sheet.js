/** What is around an incident as tables on one sheet of paper. */

import { html } from "lit"
import { gradeBadge } from "../grades/badge.js"
import { gradeOf } from "../grades/vocabulary.js"
import { formatLength } from "../language/format.js"
import { domain, store, text } from "../shell/page_store.js"

/** @import {TemplateResult} from "lit" */
/** @import {Around, AroundSite, AroundTarget, Person} from "./emergency.js" */

/** @param {Around} around */
export function sheetTables({ sites, receptors, corridors }) {
  return html`
    ${table("around.column.sites", ["distance", "grade", "name", "address", "contacts"], sites.map(siteRow))}
    ${table("around.column.receptors", ["distance", "name", "kind", "people"], receptors.map(targetRow))}
    ${table("around.column.corridors", ["distance", "name", "kind", "people"], corridors.map(targetRow))}
  `
}

/**
 * @param {string} caption
 * @param {readonly string[]} columns
 * @param {TemplateResult[]} rows
 */
function table(caption, columns, rows) {
  return html`<table class="around-table">
    <caption>${text(caption)}</caption>
    <thead><tr>${columns.map(column => html`<th scope="col">${text(`around.column.${column}`)}</th>`)}</tr></thead>
    <tbody>${rows.length > 0 ? rows : html`<tr><td colspan=${columns.length}>${text("around.none")}</td></tr>`}</tbody>
  </table>`
}

/** @param {AroundSite} site */
function siteRow({ distance_m, grade, name, address, has_major_hazard, contacts }) {
  const { language } = store.state
  const { vocabulary } = domain()
  return html`<tr>
    <td>${formatLength(distance_m, language)}</td>
    <td>${gradeBadge(vocabulary, grade)} ${gradeOf(vocabulary, grade)[language]}</td>
    <td>${name}${has_major_hazard ? html` <b>${text("around.hazard")}</b>` : ""}</td>
    <td>${address ?? ""}</td>
    <td>${contacts.map(person => html`<div>${contactWords(person)}</div>`)}</td>
  </tr>`
}

/** @param {Person} person */
function contactWords({ name, position, duty, phone }) {
  return [name, position ?? duty[store.state.language], phone ?? text("around.noPhone")].join(" ")
}

/** @param {AroundTarget} target */
function targetRow({ distance_m, name, kind, headcount }) {
  const { language } = store.state
  return html`<tr>
    <td>${formatLength(distance_m, language)}</td>
    <td>${name || text("details.unnamed")}</td>
    <td>${kind[language]}</td>
    <td>${headcount ?? ""}</td>
  </tr>`
}
