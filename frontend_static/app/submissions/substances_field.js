/** The substances of a major hazard installation, line by line. */

import { html, nothing } from "lit"
import { icon } from "../shell/icons.js"
import { PageElement } from "../shell/page_element.js"
import { redrawOn, text } from "../shell/page_store.js"

/** @import {Fault} from "./faults.js" */

/** @typedef {{name?: string, quantity?: number | string, hazard_class?: string, threshold?: number | string, beta?: number | string, citation?: string}} Substance */

const COLUMNS = /** @type {const} */ ([
  { name: "name", label: "substance.name", isNumber: false },
  { name: "quantity", label: "substance.quantity", isNumber: true },
  { name: "hazard_class", label: "substance.hazardClass", isNumber: false },
  { name: "threshold", label: "substance.threshold", isNumber: true },
  { name: "beta", label: "substance.beta", isNumber: true },
  { name: "citation", label: "substance.citation", isNumber: false },
])

export class SubstancesField extends PageElement {
  static properties = { value: { attribute: false }, faults: { attribute: false }, isDisabled: { attribute: false } }

  constructor() {
    super()
    /** @type {readonly Substance[]} */
    this.value = []
    /** @type {readonly Fault[]} */
    this.faults = []
    this.isDisabled = false
    redrawOn(this)
  }

  render() {
    return html`
      <table class="substances">
        <thead>
          <tr>
            ${COLUMNS.map(({ label }) => html`<th scope="col">${text(label)}</th>`)}
            <th scope="col"><span class="visually-hidden">${text("table.actions")}</span></th>
          </tr>
        </thead>
        <tbody>
          ${this.value.map((substance, place) => this.#line(substance, place))}
        </tbody>
      </table>
      ${this.#generalFaults()}
      ${this.isDisabled
        ? nothing
        : html`<button type="button" class="button" @click=${() => this.tell("listed", [...this.value, {}])}>${icon("plus")} ${text("substance.add")}</button>`}
      <p class="field-hint">${text("substance.hint")}</p>
    `
  }

  /**
   * @param {Substance} substance
   * @param {number} place
   */
  #line(substance, place) {
    return html`<tr>
      ${COLUMNS.map(({ name, label, isNumber }) => {
        const fault = this.#at(place, name)
        return html`<td class="field">
          <input
            name="substances.${place}.${name}"
            aria-label=${`${text(label)} ${place + 1}`}
            inputmode=${isNumber ? "decimal" : nothing}
            autocomplete="off"
            maxlength="200"
            ?disabled=${this.isDisabled}
            aria-invalid=${fault ? "true" : nothing}
            .value=${String(substance[name] ?? "")}
            @input=${(/** @type {Event} */ event) => this.#write(place, name, isNumber, /** @type {HTMLInputElement} */ (event.target).value)}
          />
          <p class="field-fault">${fault?.reason ?? nothing}</p>
        </td>`
      })}
      <td>
        ${this.isDisabled
          ? nothing
          : html`<button type="button" class="icon-button" title=${text("substance.drop")} aria-label=${text("substance.drop")} @click=${() => this.tell("listed", this.value.filter((_, each) => each !== place))}>
              ${icon("close")}
            </button>`}
      </td>
    </tr>`
  }

  /**
   * The server names a line by its place: `substances/0/quantity`.
   * @param {number} place
   * @param {string} name
   */
  #at(place, name) {
    return this.faults.find(({ path }) => path[1] === String(place) && path[2] === name)
  }

  #generalFaults() {
    const isShown = (/** @type {Fault} */ { path }) => Number(path[1]) < this.value.length && COLUMNS.some(({ name }) => name === path[2])
    return this.faults.filter(fault => !isShown(fault)).map(({ reason }) => html`<p class="field-fault">${reason}</p>`)
  }

  /**
   * @param {number} place
   * @param {string} name
   * @param {boolean} isNumber
   * @param {string} typed
   */
  #write(place, name, isNumber, typed) {
    const value = typed === "" ? undefined : isNumber && Number.isFinite(Number(typed)) ? Number(typed) : typed
    this.tell("listed", this.value.map((each, at) => (at === place ? { ...each, [name]: value } : each)))
  }
}

customElements.define("riskmap-substances", SubstancesField)
