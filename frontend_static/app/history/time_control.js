/** The button for the time of the map, and behind it the choice of a past moment or of two to compare. */

import { html, nothing } from "lit"
import { dayField } from "../forms/day_field.js"
import { icon } from "../shell/icons.js"
import { PageElement } from "../shell/page_element.js"
import { redrawOn, store, text } from "../shell/page_store.js"
import { isAhead, minuteOf, quickChoices, readMoment, spoken } from "./moment.js"

/** @typedef {"at" | "from" | "to"} Field */

export class TimeControl extends PageElement {
  constructor() {
    super()
    this.isOpen = false
    /** Message key of what is wrong, by field. @type {Partial<Record<Field, string>>} */
    this.faults = {}
    redrawOn(this, "at", "comparison")
  }

  connectedCallback() {
    super.connectedCallback()
    document.addEventListener("pointerdown", this.#leave)
  }

  disconnectedCallback() {
    super.disconnectedCallback()
    document.removeEventListener("pointerdown", this.#leave)
  }

  render() {
    const isActive = store.state.at !== null || store.state.comparison !== null
    return html`
      <button
        type="button"
        class="map-control time-button"
        aria-expanded=${this.isOpen}
        aria-controls="time-panel"
        aria-pressed=${isActive}
        title=${text("time.buttonTitle")}
        @click=${() => this.toggle()}
      >
        ${icon("clock")} <span>${text("time.button")}</span>
      </button>
      <div
        id="time-panel"
        class="time-panel"
        role="dialog"
        aria-label=${text("time.title")}
        ?hidden=${!this.isOpen}
        @keydown=${this.#press}
      >
        ${this.isOpen ? html`${this.#past()} ${this.#compare()}` : nothing}
      </div>
    `
  }

  /** Open, with the keyboard in the first field, or put away. */
  async toggle() {
    this.isOpen = !this.isOpen
    this.faults = {}
    this.requestUpdate()
    await this.updateComplete
    const next = /** @type {HTMLElement | null} */ (this.querySelector(this.isOpen ? "input" : "button"))
    next?.focus()
  }

  #past() {
    return html`
      <form novalidate @submit=${this.#show}>
        <h2>${text("time.past")}</h2>
        ${this.#field("at", store.state.at)}
        <button type="submit" class="primary-button">${text("time.show")}</button>
        <ul class="quick-moments" aria-label=${text("time.quick")}>
          ${quickChoices(new Date()).map(
            ({ choice, at }) => html`<li>
              <button type="button" class="quick-moment" data-choice=${choice} @click=${() => this.#go(at)}>
                <span>${text(`time.quick.${choice}`)}</span><span class="muted">${spoken(at)}</span>
              </button>
            </li>`,
          )}
        </ul>
        <p class="time-note">${text("time.about")}</p>
      </form>
    `
  }

  #compare() {
    const { comparison } = store.state
    const [, lastMonday] = quickChoices(new Date())
    return html`
      <form novalidate @submit=${this.#begin}>
        <h2>${text("time.compare")}</h2>
        ${this.#field("from", comparison?.from ?? lastMonday.at)} ${this.#field("to", comparison?.to ?? null)}
        <button type="submit" class="primary-button">${text("time.compareAction")}</button>
      </form>
    `
  }

  /**
   * @param {Field} name
   * @param {string | null} value
   */
  #field(name, value) {
    const fault = this.faults[name]
    return html`
      <div class="time-field">
        <label for="time-${name}">${text(`time.${name}`)}</label>
        ${dayField({ id: `time-${name}`, name, value: value ?? "", isMoment: true, max: minuteOf(new Date()), isInvalid: Boolean(fault), describedBy: fault ? `time-fault-${name}` : undefined })}
        ${fault ? html`<span class="time-fault" id="time-fault-${name}" role="alert">${text(fault)}</span>` : nothing}
      </div>
    `
  }

  /** @param {SubmitEvent} event */
  #show(event) {
    event.preventDefault()
    const { at } = momentsOf(event)
    if (this.#refuse({ at: faultOf(at, true) }) || !at) return
    this.#go(at)
  }

  /** @param {SubmitEvent} event */
  #begin(event) {
    event.preventDefault()
    const { from, to } = momentsOf(event)
    const isReversed = from && to && from >= to
    if (this.#refuse({ from: faultOf(from, true), to: faultOf(to, false) ?? (isReversed ? "time.reversed" : null) }) || !from) return
    store.set({ comparison: { from, to: to ?? null }, at: to ?? null, isLegendOpen: true })
    this.toggle()
  }

  /** @param {string} at */
  #go(at) {
    store.set({ at, comparison: null })
    this.toggle()
  }

  /**
   * @param {Partial<Record<Field, string | null>>} faults
   * @returns {boolean} Whether there are any.
   */
  #refuse(faults) {
    const found = Object.entries(faults).filter(([, fault]) => fault)
    this.faults = Object.fromEntries(found)
    this.requestUpdate()
    return found.length > 0
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    if (event.key !== "Escape") return
    // The first Esc closes this, the next one leads back to now.
    event.stopPropagation()
    event.preventDefault()
    this.toggle()
  }

  /** A click elsewhere means something else. @param {Event} event */
  #leave = event => {
    if (!this.isOpen || this.contains(/** @type {Node} */ (event.target))) return
    this.isOpen = false
    this.requestUpdate()
  }
}

/**
 * @param {SubmitEvent} event
 * @returns {Partial<Record<Field, string | null>>} Null for an empty field; "" for what is no moment.
 */
function momentsOf(event) {
  const words = new FormData(/** @type {HTMLFormElement} */ (event.target))
  const read = (/** @type {string} */ said) => (said === "" ? null : (readMoment(said.replace(" ", "T")) ?? ""))
  return Object.fromEntries([...words].map(([name, value]) => [name, read(String(value).trim())]))
}

/**
 * @param {string | null | undefined} moment
 * @param {boolean} isNeeded
 */
function faultOf(moment, isNeeded) {
  if (moment === "") return "time.unreadable"
  if (!moment) return isNeeded ? "time.needed" : null
  return isAhead(moment, new Date()) ? "time.ahead" : null
}

customElements.define("riskmap-time", TimeControl)
