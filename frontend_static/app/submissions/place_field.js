/** A place as text with a map beside it. What reads as a place is told on; what does not is told as a fault, with its line. */

import { html, nothing } from "lit"
import { formatArea } from "../language/format.js"
import { PageElement } from "../shell/page_element.js"
import { redrawOn, store, text } from "../shell/page_store.js"
import { areaOf, placeText, readArea, readPoint } from "./geometry.js"
import { isSame } from "./draft.js"
import "./small_map.js"

/** @import {PropertyValues} from "lit" */
/** @import {Geometry} from "./geometry.js" */
/** @import {Shape} from "./map_shapes.js" */
/** @import {Fault} from "./faults.js" */

export class PlaceField extends PageElement {
  static properties = {
    name: { attribute: false },
    label: { attribute: false },
    kind: { attribute: false },
    value: { attribute: false },
    around: { attribute: false },
    old: { attribute: false },
    grade: { attribute: false },
    faults: { attribute: false },
    isDisabled: { attribute: false },
    kept: { attribute: false },
    typed: { state: true },
    focusAt: { state: true },
  }

  constructor() {
    super()
    this.name = ""
    this.label = ""
    /** @type {"point" | "area"} */
    this.kind = "area"
    /** @type {Geometry | null} */
    this.value = null
    /** What else the map shows. @type {readonly Shape[]} */
    this.around = []
    /** As the register has it. @type {Geometry | null} */
    this.old = null
    /** @type {number | null} */
    this.grade = null
    /** @type {readonly Fault[]} */
    this.faults = []
    this.isDisabled = false
    /** What was written before and does not read as a place yet. @type {string | null} */
    this.kept = null
    /** What is being written, from its first stroke until the value comes from elsewhere. @type {string | null} */
    this.typed = null
    /** @type {[number, number] | null} */
    this.focusAt = null
    redrawOn(this)
  }

  /** @param {PropertyValues<this>} changed */
  willUpdate(changed) {
    // An undo, or another row: the text follows the value again.
    if (changed.has("value") && this.hasUpdated && this.typed !== null && !isSame(this.#read(this.typed).geometry, this.value)) this.typed = null
    if (changed.has("name")) this.typed = this.kept
    const [first] = this.faults.flatMap(({ location }) => (location ? [location] : []))
    if (changed.has("faults")) this.focusAt = first ?? null
  }

  render() {
    const id = `field-${this.name}`
    const shown = this.typed ?? placeText(this.value)
    const read = this.typed === null ? null : this.#read(this.typed)
    const ownFault = read?.fault ? text(read.fault, read.values) : null
    return html`
      <div class="place-field">
        <div class="place-text">
          <textarea
            id=${id}
            name=${this.name}
            class="code"
            rows=${this.kind === "point" ? 1 : 9}
            spellcheck="false"
            autocomplete="off"
            ?disabled=${this.isDisabled}
            aria-invalid=${ownFault || this.faults.length > 0 ? "true" : nothing}
            aria-describedby="${id}-hint ${id}-fault"
            .value=${shown}
            @input=${this.#write}
          ></textarea>
          <p class="field-hint" id="${id}-hint">${text(this.kind === "point" ? "place.pointHint" : "place.areaHint")}</p>
          ${ownFault || this.faults.length > 0
            ? html`<ul class="field-faults" id="${id}-fault" aria-live="polite">
                ${ownFault ? html`<li class="field-fault">${ownFault}</li>` : nothing}
                ${this.faults.map(fault => this.#fault(fault))}
              </ul>`
            : html`<p id="${id}-fault" hidden></p>`}
          ${this.kind === "area" && this.value && !ownFault ? html`<p class="muted">${this.#measure()}</p>` : nothing}
        </div>
        <riskmap-small-map .shapes=${this.#shapes()} .lookAt=${this.focusAt} .label=${text("smallMap.of", { name: this.label })}></riskmap-small-map>
      </div>
    `
  }

  /** @param {Fault} fault */
  #fault({ reason, hint, location }) {
    return html`<li class="field-fault">
      ${reason}${hint ? html` <span class="muted">${hint}</span>` : nothing}
      ${location
        ? html`<button type="button" class="text-button" @click=${() => this.#show(location)}>${location.map(each => each.toFixed(6)).join(", ")}</button>`
        : nothing}
    </li>`
  }

  /** @param {[number, number]} place */
  #show(place) {
    this.focusAt = [...place]
  }

  #measure() {
    const { language } = store.state
    const now = areaOf(/** @type {Geometry} */ (this.value))
    const area = formatArea(now, language)
    if (!this.old || isSame(this.old, this.value)) return text("place.area", { area })
    return text("place.areaWas", { area, was: formatArea(areaOf(this.old), language) })
  }

  /** @returns {Shape[]} */
  #shapes() {
    const key = JSON.stringify([this.value, this.around, this.old, this.grade, this.faults.map(({ location }) => location)])
    if (key === this.#shapesKey) return this.#shapesMade
    this.#shapesKey = key
    const faults = this.faults.flatMap(({ location }) => (location ? [{ role: /** @type {const} */ ("fault"), geometry: { type: "Point", coordinates: location } }] : []))
    this.#shapesMade = [
      ...this.around,
      ...(this.value ? [{ role: /** @type {const} */ ("new"), geometry: this.value, grade: this.grade }] : []),
      ...(this.old && !isSame(this.old, this.value) ? [{ role: /** @type {const} */ ("old"), geometry: this.old }] : []),
      ...faults,
    ]
    return this.#shapesMade
  }

  /** @param {Event} event */
  #write(event) {
    this.typed = /** @type {HTMLTextAreaElement} */ (event.target).value
    const { geometry, fault } = this.#read(this.typed)
    this.tell("unreadable", fault === null ? null : this.typed)
    if (fault === null) this.tell("placed", geometry)
  }

  /** @param {string} typed */
  #read(typed) {
    return this.kind === "point" ? readPoint(typed) : readArea(typed)
  }

  #shapesKey = ""
  /** @type {Shape[]} */
  #shapesMade = []
}

customElements.define("riskmap-place", PlaceField)
