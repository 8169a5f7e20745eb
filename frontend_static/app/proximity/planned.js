/** The planning tab: what a site or receptor that is only planned would be near to. Nothing of it is kept. */

import { html, nothing } from "lit"
import { sendJson } from "../api/client.js"
import { Answer } from "../forms/answer.js"
import { formatLength } from "../language/format.js"
import { gradeBadge } from "../grades/badge.js"
import { PageElement } from "../shell/page_element.js"
import { domain, redrawOn, store, text } from "../shell/page_store.js"
import { readDrawing } from "./drawing.js"
import { geometryOf } from "./draft.js"
import "./pair_list.js"
import { ALL, FIRST_QUESTION, GRADE_CODES, askedOf, questionFault } from "./question.js"
import { distanceField, questionOf, siteFields, targetFields } from "./question_fields.js"
import { reportView } from "./report_view.js"

/** @import {Report} from "./pairs.js" */
/** @import {Shape} from "./draft.js" */

/**
 * @typedef {"site" | "receptor"} Planned
 * @typedef {Report & {neighbours: {name: string, grade: number | null, distance_m: number, office: string | null}[]}} WhatIf
 */

/** @type {readonly Shape[]} */
const SHAPES = ["point", "rectangle", "polygon"]
/** @type {readonly Planned[]} */
const KINDS = ["site", "receptor"]

export class PlannedForm extends PageElement {
  static properties = { planned: { state: true }, fault: { state: true }, isAsked: { state: true } }

  constructor() {
    super()
    /** @type {Planned} */
    this.planned = "receptor"
    /** Message key of what is missing. @type {string | null} */
    this.fault = null
    this.isAsked = false
    redrawOn(this, "draft", "pair", "pairUnder")
  }

  disconnectedCallback() {
    super.disconnectedCallback()
    store.set({ draft: null })
  }

  render() {
    return html`
      <p class="near-disclaimer" role="note">${text("planned.notKept")}</p>
      <form class="near-form" novalidate @submit=${this.#submit}>
        <fieldset class="near-checks">
          <legend>${text("planned.what")}</legend>
          ${KINDS.map(
            each => html`<label class="near-check">
              <input type="radio" name="planned" value=${each} .checked=${each === this.planned} @change=${() => (this.planned = each)} />
              <span>${text(`planned.${each}`)}</span>
            </label>`,
          )}
        </fieldset>
        ${this.#place()} ${this.planned === "site" ? siteFacts() : receptorFacts()}
        ${distanceField(FIRST_QUESTION)}
        ${this.fault ? html`<p class="near-fault" role="alert">${text(this.fault)}</p>` : nothing}
        <button type="submit" class="primary-button">${text("planned.ask")}</button>
      </form>
      ${this.isAsked ? this.#answer.show(answer => html`${reportView(answer, place => this.tell("show-place", place))} ${neighbours(answer)}`) : nothing}
    `
  }

  #place() {
    const { draft } = store.state
    const begin = (/** @type {Shape} */ shape) => {
      // What was told is of another place.
      this.isAsked = false
      store.set({ draft: { shape, corners: [], isDone: false } })
    }
    const canFinish = draft?.shape === "polygon" && !draft.isDone && draft.corners.length >= 3
    return html`
      <fieldset class="near-shapes">
        <legend class="visually-hidden">${text("planned.place")}</legend>
        ${SHAPES.map(shape => html`<button type="button" aria-pressed=${draft?.shape === shape} @click=${() => begin(shape)}>${text(`planned.shape.${shape}`)}</button>`)}
        ${canFinish ? html`<button type="button" @click=${() => draft && store.set({ draft: { ...draft, isDone: true } })}>${text("planned.finish")}</button>` : nothing}
      </fieldset>
      ${draft ? html`<p role="status">${text(draft.isDone ? "planned.drawn" : `planned.draw.${draft.shape}`)}</p>` : nothing}
      <label class="near-field">
        <span>${text("planned.paste")}</span>
        <textarea name="geojson" rows="2" spellcheck="false"></textarea>
      </label>
    `
  }

  /** @param {SubmitEvent} event */
  #submit(event) {
    event.preventDefault()
    const form = /** @type {HTMLFormElement} */ (event.target)
    const words = new FormData(form)
    const { draft } = store.state
    const pasted = readDrawing(String(words.get("geojson")))
    const geometry = pasted.geometry ?? (draft?.isDone ? geometryOf(draft) : null)
    const question = questionOf(form, { ...FIRST_QUESTION, receptors: [ALL] })
    this.fault = pasted.fault ?? (geometry ? questionFault(question) : "planned.fault.place")
    if (this.fault) return
    const facts =
      this.planned === "site"
        ? { grade: Number(words.get("planned_grade")), sector: String(words.get("sector")) || null, major_hazard: words.has("major_hazard") }
        : { receptor_kind: String(words.get("receptor_kind")) }
    this.#body = { planned: this.planned, geometry, ...facts, asked: askedOf(question) }
    this.isAsked = true
    this.#answer.value = null
    this.#answer.load()
  }

  /** @type {unknown} */
  #body = null
  /** @type {Answer<WhatIf>} */
  #answer = new Answer(this, signal => sendJson("POST", "/api/v1/proximity/what-if", this.#body, { signal }))
}

/** What it would be, and what is looked for around it. */
function siteFacts() {
  const { vocabulary } = domain()
  const { language } = store.state
  return html`
    <label class="near-field">
      <span>${text("planned.grade")}</span>
      <select name="planned_grade">
        ${vocabulary.grades.filter(({ code }) => GRADE_CODES.includes(Number(code))).map(grade => html`<option value=${grade.code}>${grade[language]}</option>`)}
      </select>
    </label>
    <label class="near-field">
      <span>${text("planned.sector")}</span>
      <select name="sector">
        <option value="">${text("planned.anySector")}</option>
        ${vocabulary.sectors.map(({ code, [language]: word }) => html`<option value=${code}>${word}</option>`)}
      </select>
    </label>
    <label class="near-check"><input type="checkbox" name="major_hazard" /> <span>${text("around.hazard")}</span></label>
    ${targetFields(FIRST_QUESTION)}
  `
}

/** What it would be, and which sites are looked for. */
function receptorFacts() {
  const { language } = store.state
  return html`
    <label class="near-field">
      <span>${text("planned.kind")}</span>
      <select name="receptor_kind">
        ${domain().vocabulary.receptor_kinds.map(({ code, [language]: word }) => html`<option value=${code} ?selected=${code === "school"}>${word}</option>`)}
      </select>
    </label>
    ${siteFields({ ...FIRST_QUESTION, grades: [1, 2] })}
  `
}

/** Sites of others, of which only what protects it is told. @param {WhatIf} answer */
function neighbours({ neighbours }) {
  if (neighbours.length === 0) return nothing
  const { language } = store.state
  return html`<section class="near-section">
    <h3>${text("planned.neighbours")}</h3>
    <ul class="near-list">
      ${neighbours.map(
        ({ name, grade, distance_m, office }) => html`<li class="near-line">
          ${gradeBadge(domain().vocabulary, grade)}
          <span class="row-name">${name}<span class="near-about">${office ?? ""}</span></span>
          <span class="near-figures"><b>${formatLength(distance_m, language)}</b></span>
        </li>`,
      )}
    </ul>
  </section>`
}

customElements.define("riskmap-near-planned", PlannedForm)
