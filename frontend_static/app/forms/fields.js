/** Labelled fields, each with its hint and what is wrong with it. */

import { html, nothing } from "lit"
import { dayField } from "./day_field.js"

/** @import {TemplateResult} from "lit" */

/**
 * @typedef {object} TextField
 * @property {string} name
 * @property {string} label
 * @property {string} [value] At first; what is typed later stays.
 * @property {string} [type]
 * @property {string} [autocomplete]
 * @property {string} [hint]
 * @property {string | null} [fault]
 * @property {string} [inputmode]
 * @property {number} [maxlength]
 * @property {string} [min]
 * @property {string} [max]
 * @property {boolean} [isOptional]
 * @property {boolean} [autofocus]
 * @property {string} [optionalWord]
 * @property {TemplateResult | typeof nothing} [beside] The state on the server, after a conflict.
 */

/** @param {TextField} field */
export function textField(field) {
  const { name, label, hint, fault, beside = nothing } = field
  const id = `field-${name}`
  return html`
    <div class="field">
      <label for=${id}>${label}${field.optionalWord ? html` <span class="muted">${field.optionalWord}</span>` : nothing}</label>
      ${field.type === "date"
        ? dayField({ id, name, value: field.value ?? "", min: field.min, max: field.max, isInvalid: Boolean(fault), isRequired: !field.optionalWord, describedBy: `${id}-hint ${id}-fault` })
        : input(id, field)}
      ${fieldWords(id, hint, fault)} ${beside}
    </div>
  `
}

/**
 * @param {string} id
 * @param {TextField} field
 */
function input(id, field) {
  const { name, fault } = field
  return html`<input
        id=${id}
        name=${name}
        type=${field.type ?? "text"}
        value=${field.value ?? ""}
        autocomplete=${field.autocomplete ?? "off"}
        inputmode=${field.inputmode ?? nothing}
        maxlength=${field.maxlength ?? nothing}
        min=${field.min ?? nothing}
        max=${field.max ?? nothing}
        spellcheck="false"
        autocapitalize="none"
        ?autofocus=${field.autofocus}
        aria-required=${field.optionalWord ? nothing : "true"}
        aria-invalid=${fault ? "true" : nothing}
        aria-describedby="${id}-hint ${id}-fault"
      />`
}

/**
 * @param {object} field
 * @param {string} field.name
 * @param {string} field.label
 * @param {string} [field.value]
 * @param {readonly {value: string, words: string}[]} field.options
 * @param {string | null} [field.fault]
 * @param {string} [field.hint]
 * @param {TemplateResult | typeof nothing} [field.beside]
 * @param {(value: string) => void} [field.onChange]
 */
export function selectField({ name, label, value = "", options, fault, hint, beside = nothing, onChange }) {
  const id = `field-${name}`
  return html`
    <div class="field">
      <label for=${id}>${label}</label>
      <select
        id=${id}
        name=${name}
        aria-invalid=${fault ? "true" : nothing}
        aria-describedby="${id}-hint ${id}-fault"
        @change=${(/** @type {Event} */ event) => onChange?.(/** @type {HTMLSelectElement} */ (event.target).value)}
      >
        ${options.map(option => html`<option value=${option.value} ?selected=${option.value === value}>${option.words}</option>`)}
      </select>
      ${fieldWords(id, hint, fault)} ${beside}
    </div>
  `
}

/**
 * The fault's place stands there from the start: what appears in it is read out.
 * @param {string} id
 * @param {string | undefined} hint
 * @param {string | null | undefined} fault
 */
export function fieldWords(id, hint, fault) {
  return html`
    <p class="field-hint" id="${id}-hint" ?hidden=${!hint}>${hint}</p>
    <p class="field-fault" id="${id}-fault" aria-live="polite">${fault}</p>
  `
}

/**
 * What is wrong with the form as a whole.
 * @param {string | null} sentence
 */
export function formProblem(sentence) {
  return html`<div class="form-problem-place" role="alert">${sentence ? html`<p class="form-problem">${sentence}</p>` : nothing}</div>`
}
