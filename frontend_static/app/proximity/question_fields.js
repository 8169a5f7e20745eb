/** The fields of a question, as a form draws them and as they are read from it. */

import { html } from "lit"
import { gradeBadge } from "../grades/badge.js"
import { domain, store, text } from "../shell/page_store.js"
import { ALL, GRADE_CODES, STARTS, readDistances } from "./question.js"

/** @import {Word} from "../grades/vocabulary.js" */
/** @import {Question, Start} from "./question.js" */

/** @param {Question} question What the fields hold at first. */
export function questionFields(question) {
  return html`${siteFields(question)} ${targetFields(question)} ${distanceField(question)}`
}

/** @param {Question} question */
export function siteFields({ start, grades }) {
  const { vocabulary } = domain()
  return html`
    <label class="near-field">
      <span>${text("near.start")}</span>
      <select name="start">
        ${STARTS.map(each => html`<option value=${each} ?selected=${each === start}>${text(`near.start.${each}`)}</option>`)}
      </select>
    </label>
    <fieldset class="near-checks">
      <legend>${text("near.grades")}</legend>
      ${vocabulary.grades
        .filter(({ code }) => GRADE_CODES.includes(Number(code)))
        .map(
          grade => html`<label class="near-check">
            <input type="checkbox" name="grade" value=${grade.code} .checked=${grades.includes(Number(grade.code))} />
            ${gradeBadge(vocabulary, grade.code)} <span>${grade[store.state.language]}</span>
          </label>`,
        )}
    </fieldset>
  `
}

/** @param {Question} question */
export function targetFields({ receptors, corridors }) {
  const { receptor_kinds, corridor_classes } = domain().vocabulary
  return html`${kinds("receptor", receptor_kinds, receptors)} ${kinds("corridor", corridor_classes, corridors)}`
}

/** @param {Question} question */
export function distanceField({ distances }) {
  return html`<label class="near-field">
    <span>${text("near.distances")}</span>
    <input type="text" name="distances" inputmode="decimal" autocomplete="off" .value=${distances.join(", ")} />
  </label>`
}

/**
 * All of a layer, or some of its kinds, folded.
 * @param {"receptor" | "corridor"} name
 * @param {readonly Word[]} words
 * @param {readonly string[]} chosen
 */
function kinds(name, words, chosen) {
  const some = words.filter(({ code }) => chosen.includes(code))
  return html`<fieldset class="near-kinds">
    <legend class="visually-hidden">${text(`near.${name}`)}</legend>
    <label class="near-check">
      <input type="checkbox" name=${name} value=${ALL} .checked=${chosen.includes(ALL)} @change=${keepApart} />
      <span>${text(`near.all.${name}`)}</span>
    </label>
    <details ?open=${some.length > 0}>
      <summary>${text(`near.some.${name}`)}</summary>
      <div class="near-kind-list">
        ${words.map(
          ({ code, [store.state.language]: word }) => html`<label class="near-check">
            <input type="checkbox" name=${name} value=${code} .checked=${chosen.includes(code)} @change=${keepApart} />
            <span>${word}</span>
          </label>`,
        )}
      </div>
    </details>
  </fieldset>`
}

/** All takes the place of some, and some that of all. @param {Event} event */
function keepApart(event) {
  const ticked = /** @type {HTMLInputElement} */ (event.target)
  if (!ticked.checked) return
  const boxes = /** @type {NodeListOf<HTMLInputElement>} */ (ticked.closest("fieldset")?.querySelectorAll("input"))
  for (const box of boxes) if ((box.value === ALL) !== (ticked.value === ALL)) box.checked = false
}

/**
 * @param {HTMLFormElement} form
 * @param {Question} otherwise What stands for fields that the form does not have.
 * @returns {Question} Without distances where what is written is none.
 */
export function questionOf(form, otherwise) {
  const words = new FormData(form)
  const has = (/** @type {string} */ name) => form.elements.namedItem(name) !== null
  const all = (/** @type {string} */ name) => words.getAll(name).map(String)
  return {
    start: has("start") ? /** @type {Start} */ (words.get("start")) : otherwise.start,
    grades: has("start") ? all("grade").map(Number) : otherwise.grades,
    receptors: has("receptor") ? all("receptor") : otherwise.receptors,
    corridors: has("corridor") ? all("corridor") : otherwise.corridors,
    distances: readDistances(String(words.get("distances"))) ?? [],
  }
}

/** The question in a line. @param {Question} question */
export function questionWords({ start, grades, receptors, corridors, distances }) {
  const { language } = store.state
  const { vocabulary } = domain()
  const graded = vocabulary.grades.filter(({ code }) => grades.includes(Number(code))).map(grade => grade[language])
  const targets = [...named("receptor", vocabulary.receptor_kinds, receptors), ...named("corridor", vocabulary.corridor_classes, corridors)]
  const sign = text("near.and")
  return text("near.inWords", { start: text(`near.start.${start}`), grades: graded.join(sign), targets: targets.join(sign), distances: distances.join(sign) })
}

/**
 * @param {"receptor" | "corridor"} name
 * @param {readonly Word[]} words
 * @param {readonly string[]} chosen
 */
function named(name, words, chosen) {
  if (chosen.includes(ALL)) return [text(`near.all.${name}`)]
  return words.filter(({ code }) => chosen.includes(code)).map(word => word[store.state.language])
}
