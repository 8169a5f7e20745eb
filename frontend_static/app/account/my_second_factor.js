/** Turning one's own second factor on and off; both ask for the password first. */

import { html } from "lit"
import { sendJson } from "../api/client.js"
import { formProblem } from "../forms/fields.js"
import { FormState, required, valuesOf } from "../forms/form_state.js"
import "../forms/password_field.js"
import "../forms/second_factor_set_up.js"
import { PageElement } from "../shell/page_element.js"
import { redrawOn, text } from "../shell/page_store.js"

/** @import {MyAccount} from "./account_page.js" */

export class MySecondFactor extends PageElement {
  static properties = { account: { attribute: false }, isAsking: { state: true }, password: { state: true } }

  #form = new FormState(this)

  constructor() {
    super()
    /** @type {MyAccount | null} */
    this.account = null
    this.isAsking = false
    /** @type {string | null} */
    this.password = null
    redrawOn(this)
  }

  connectedCallback() {
    super.connectedCallback()
    this.addEventListener("session-changed", () => this.#finish("factor.turnedOn"))
  }

  render() {
    const account = /** @type {MyAccount} */ (this.account)
    if (this.password !== null) {
      return html`<riskmap-second-factor-set-up .password=${this.password}></riskmap-second-factor-set-up> ${this.#cancel()}`
    }
    return html`
      <p>${text(account.has_second_factor ? "factor.isOn" : "factor.isOff")}</p>
      ${this.isAsking ? this.#passwordForm(account) : this.#button(account)}
    `
  }

  /** @param {MyAccount} account */
  #button({ has_second_factor, needs_second_factor }) {
    if (has_second_factor && needs_second_factor) return html`<p class="muted">${text("factor.needed")}</p>`
    return html`<button type="button" class="button" @click=${this.#ask}>
      ${text(has_second_factor ? "factor.turnOff" : "factor.setUp")}
    </button>`
  }

  /** @param {MyAccount} account */
  #passwordForm({ has_second_factor }) {
    const form = this.#form
    return html`<form class="form" novalidate @submit=${this.#send}>
      <riskmap-password
        .name=${"password"}
        .label=${text("password.current")}
        .hint=${text("factor.passwordHint")}
        .fault=${form.fault("password") ?? form.fault("current")}
      ></riskmap-password>
      ${formProblem(form.sentence)}
      <div class="button-line">
        <button type="submit" class="primary-button" ?disabled=${form.isSending}>
          ${form.isSending ? text("page.sending") : text(has_second_factor ? "factor.turnOff" : "action.next")}
        </button>
        ${this.#cancel()}
      </div>
    </form>`
  }

  #cancel() {
    return html`<button type="button" class="text-button" @click=${this.#reset}>${text("action.cancel")}</button>`
  }

  async #ask() {
    this.isAsking = true
    await this.updateComplete
    this.querySelector("input")?.focus()
  }

  /** @param {Event} event */
  async #send(event) {
    event.preventDefault()
    const { password } = valuesOf(/** @type {HTMLFormElement} */ (event.target))
    const checks = { password: required(password) }
    const path = this.account?.has_second_factor ? "/api/v1/account/second-factor/removal" : null
    const done = await this.#form.send(async () => (path ? sendJson("POST", path, { password }) : true), {
      checks,
      blame: "password",
    })
    if (!done) return
    if (path) this.#finish("factor.turnedOff")
    else this.password = password
  }

  /** @param {string} said */
  #finish(said) {
    this.#reset()
    this.tell("account-changed", said)
  }

  #reset() {
    this.isAsking = false
    this.password = null
    this.#form.clear()
  }
}

customElements.define("riskmap-my-second-factor", MySecondFactor)
