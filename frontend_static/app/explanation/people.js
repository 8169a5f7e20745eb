/** Who answers for a risk, by control level, and which levels name nobody. */

import { html, nothing } from "lit"
import { icon } from "../shell/icons.js"
import { store, text } from "../shell/page_store.js"
import { byDuty } from "./explanation.js"

/** @import {Word} from "../grades/vocabulary.js" */
/** @import {Person} from "./explanation.js" */

/**
 * @param {string} title
 * @param {Person[]} people
 * @param {Word[] | null} missing Null where it is not the reader's to know.
 */
export function responsiblePeople(title, people, missing) {
  if (people.length === 0 && !missing?.length) return nothing
  const { language } = store.state
  return html`
    <section class="people">
      <h4>${title}</h4>
      <dl class="people-list">
        ${byDuty(people).map(
          group => html`<dt>${group.duty[language]}</dt>
            <dd>${group.people.map(person)}</dd>`,
        )}
      </dl>
      ${missing?.length
        ? html`<p class="explanation-warning">
            ${icon("warning")}
            ${text("explanation.missingLevels", { levels: missing.map(level => level[language]).join(text("explanation.comma")) })}
          </p>`
        : nothing}
    </section>
  `
}

/** @param {Person} person */
function person({ name, position, phone }) {
  return html`<span class="person">
    <b>${name}</b>${position ? html`<span class="muted">${position}</span>` : nothing}${phone ? number(phone) : nothing}
  </span>`
}

/** A masked number cannot be called. @param {string} phone */
function number(phone) {
  const isWhole = /^[\d\s+()-]+$/.test(phone)
  return isWhole ? html`<a class="code" href="tel:${phone.replace(/\s/g, "")}">${phone}</a>` : html`<span class="code muted">${phone}</span>`
}
