/** One form's course: what is wrong with which field, whether it is being sent, where the focus goes. */

import { Problem } from "../api/problem.js"
import { store, text } from "../shell/page_store.js"
import { problemText } from "../shell/problem_text.js"
import { faultsByField } from "./faults.js"

/** @import {LitElement} from "lit" */

/** @typedef {Record<string, string | null | false | undefined>} Checks Field → what is wrong with it, if anything. */

export class FormState {
  /** @type {unknown} */
  problem = null
  isSending = false

  /** @param {LitElement} host */
  constructor(host) {
    this.#host = host
  }

  /**
   * Send what was typed, unless a field is already known to be wrong.
   * @template T
   * @param {() => Promise<T>} act
   * @param {object} [options]
   * @param {Checks} [options.checks]
   * @param {string} [options.blame] The field to go to when the server names none.
   * @returns {Promise<T | undefined>} Undefined when it was refused; the form then says why.
   */
  async send(act, { checks = {}, blame } = {}) {
    if (this.isSending) return undefined
    this.problem = null
    this.#faults = Object.fromEntries(Object.entries(checks).filter(([, fault]) => fault))
    if (Object.keys(this.#faults).length > 0) return this.#refuse()
    this.isSending = true
    this.#host.requestUpdate()
    try {
      return await act()
    } catch (problem) {
      this.problem = problem
      this.#faults = problem instanceof Problem ? faultsByField(problem.errors) : {}
      this.isSending = false
      return this.#refuse(blame)
    } finally {
      this.isSending = false
      this.#host.requestUpdate()
    }
  }

  /**
   * What is wrong with a field, in the language of the page: the server knows it in Chinese only.
   * @param {string} name
   */
  fault(name) {
    const fault = this.#faults[name]
    if (!fault) return null
    return this.problem && store.state.language === "en" ? text("form.refused") : fault
  }

  /** What is wrong with the whole; null when the fields say it all. */
  get sentence() {
    const isTold = Object.keys(this.#faults).some(name => this.#host.querySelector(`[name="${name}"]`))
    return this.problem && !isTold ? problemText(this.problem) : null
  }

  clear() {
    this.problem = null
    this.#faults = {}
    this.#host.requestUpdate()
  }

  /** @param {string} [blame] */
  async #refuse(blame) {
    this.#host.requestUpdate()
    await this.#host.updateComplete
    const invalid = this.#host.querySelector('[aria-invalid="true"]') ?? this.#host.querySelector(`[name="${blame}"]`)
    if (invalid instanceof HTMLElement) invalid.focus()
    if (invalid instanceof HTMLInputElement) invalid.select()
    return undefined
  }

  /** @type {LitElement} */
  #host
  /** @type {Checks} */
  #faults = {}
}

/**
 * The texts of a form by the names of its fields, without the spaces around them; passwords are left as they are.
 * @param {HTMLFormElement} form
 * @returns {Record<string, string>}
 */
export function valuesOf(form) {
  const values = [...new FormData(form)].map(([name, value]) => {
    const isAsTyped = isVerbatim(form.elements.namedItem(name))
    return [name, isAsTyped ? String(value) : String(value).trim()]
  })
  return Object.fromEntries(values)
}

/**
 * Whether spaces count in a field. A password that is shown is of the type `text`, and marked.
 * @param {Element | RadioNodeList | null} field
 */
function isVerbatim(field) {
  return field instanceof HTMLInputElement && (field.type === "password" || "verbatim" in field.dataset)
}

/** What the server takes for a user name; capitals are made small there. @param {string} value */
export function usernameFault(value) {
  const isFit = /^[a-z0-9][a-z0-9._-]{1,63}$/i.test(value)
  return required(value) ?? (isFit ? null : text("account.usernameFault"))
}

/** @param {string} value */
export function required(value) {
  return value === "" ? text("form.required") : null
}
