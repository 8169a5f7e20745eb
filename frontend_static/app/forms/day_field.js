/**
 * A day or a moment, typed as 2026-12-31 (08:00) or picked. The browser's own field writes it in the order of the
 * system's language, whatever the page is in: so the words are ours, and only its calendar is used.
 */

import { html, nothing } from "lit"
import { icon } from "../shell/icons.js"
import { text } from "../shell/page_store.js"

/**
 * @typedef {object} DayField
 * @property {string} name
 * @property {string} [id]
 * @property {string} value
 * @property {boolean} [isMoment] With hour and minute.
 * @property {string} [min]
 * @property {string} [max]
 * @property {string} [label] Where no label stands beside it.
 * @property {boolean} [isDisabled]
 * @property {boolean} [isInvalid]
 * @property {boolean} [isRequired]
 * @property {string} [describedBy]
 * @property {(value: string) => void} [onInput]
 * @property {(value: string) => void} [onChange]
 */

/** @param {DayField} field */
export function dayField({ name, id, value, isMoment = false, min, max, label, isDisabled = false, isInvalid = false, isRequired = false, describedBy, onInput, onChange }) {
  /** @param {Event} event */
  const typed = event => onInput?.(/** @type {HTMLInputElement} */ (event.target).value)
  /** @param {Event} event */
  const left = event => {
    const input = /** @type {HTMLInputElement} */ (event.target)
    input.value = isMoment ? input.value.trim() : isoDay(input.value)
    onInput?.(input.value)
    onChange?.(input.value)
  }
  /** @param {Event} event */
  const picked = event => {
    const picker = /** @type {HTMLInputElement} */ (event.target)
    const input = /** @type {HTMLInputElement} */ (picker.parentElement?.querySelector("input"))
    input.value = picker.value.replace("T", " ")
    input.dispatchEvent(new Event("input", { bubbles: true }))
    input.dispatchEvent(new Event("change", { bubbles: true }))
    input.focus()
  }
  /** @param {Event} event */
  const pick = event => {
    const line = /** @type {HTMLElement} */ (/** @type {HTMLElement} */ (event.currentTarget).parentElement)
    const [input, picker] = line.querySelectorAll("input")
    // What is half written is no day yet, and the calendar then opens at today.
    picker.value = input.value.replace(" ", "T")
    picker.showPicker()
  }
  return html`<span class="day-field">
    <input
      id=${id ?? nothing}
      name=${name}
      type="text"
      inputmode="numeric"
      placeholder=${text(isMoment ? "day.momentForm" : "day.form")}
      pattern=${isMoment ? "\\d{4}-\\d{2}-\\d{2}[ T]\\d{2}:\\d{2}(:\\d{2})?" : "\\d{4}-\\d{2}-\\d{2}"}
      maxlength=${isMoment ? 19 : 10}
      autocomplete="off"
      spellcheck="false"
      ?disabled=${isDisabled}
      aria-label=${label ?? nothing}
      aria-required=${isRequired ? "true" : nothing}
      aria-invalid=${isInvalid ? "true" : nothing}
      aria-describedby=${describedBy ?? nothing}
      .value=${value.replace("T", " ")}
      @input=${typed}
      @change=${left}
    />
    <input class="day-picker" type=${isMoment ? "datetime-local" : "date"} min=${min ?? nothing} max=${max ?? (isMoment ? nothing : "9999-12-31")} tabindex="-1" aria-hidden="true" @change=${picked} @input=${stop} />
    <button type="button" class="icon-button" ?disabled=${isDisabled} title=${text("day.pick")} aria-label=${text("day.pick")} @click=${pick}>${icon("calendar")}</button>
  </span>`
}

/**
 * A day as it is kept, of what people write: 2026/1/5, 2026.01.05, 20260105 or with the Chinese words; what is no day stays as it is.
 * @param {string} words
 */
export function isoDay(words) {
  const said = words.trim()
  const [, year, month, day] = said.match(/^(\d{4})\D{1,2}(\d{1,2})\D{1,2}(\d{1,2})\D?$/) ?? said.match(/^(\d{4})(\d{2})(\d{2})$/) ?? []
  return year ? `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}` : said
}

/** The picker's own strokes are not the form's. @param {Event} event */
function stop(event) {
  event.stopPropagation()
}
