/** Choosing a password: the rules are ticked off while it is typed, and it is typed twice. */

import { html, nothing } from "lit"
import { getJson } from "../api/client.js"
import { icon } from "../shell/icons.js"
import { PageElement } from "../shell/page_element.js"
import { redrawOn, text } from "../shell/page_store.js"
import { Answer } from "./answer.js"
import { formProblem } from "./fields.js"
import { FormState, required, valuesOf } from "./form_state.js"
import "./password_field.js"
import { visibleRules } from "./password_rules.js"

/** @import {PasswordPolicy} from "./password_rules.js" */

/** @typedef {{current: string, chosen: string}} Choice */

export class NewPassword extends PageElement {
  static properties = {
    username: { attribute: false },
    asksCurrent: { attribute: false },
    action: { attribute: false },
    act: { attribute: false },
    typed: { state: true },
  }

  /** @type {Answer<PasswordPolicy>} */
  #policy = new Answer(this, signal => getJson("/api/v1/password-policy", { signal }))
  #form = new FormState(this)

  constructor() {
    super()
    this.username = ""
    this.asksCurrent = false
    this.action = ""
    /** Sends the choice; what it rejects with is shown at the fields. @type {(choice: Choice) => Promise<unknown>} */
    this.act = async () => null
    this.typed = ""
    redrawOn(this)
  }

  firstUpdated() {
    this.#policy.load()
  }

  render() {
    const form = this.#form
    return html`
      <form class="form" novalidate @submit=${this.#send} @input=${this.#read}>
        <input class="visually-hidden" tabindex="-1" aria-hidden="true" autocomplete="username" .value=${this.username} readonly />
        ${this.asksCurrent
          ? html`<riskmap-password .name=${"current"} .label=${text("password.current")} .fault=${form.fault("current")}></riskmap-password>`
          : nothing}
        <riskmap-password
          .name=${"new"}
          .label=${text("password.new")}
          .autocomplete=${"new-password"}
          .fault=${form.fault("new") ?? form.fault("password")}
        ></riskmap-password>
        ${this.#policy.show(policy => this.#rules(policy))}
        <riskmap-password
          .name=${"repeat"}
          .label=${text("password.repeat")}
          .autocomplete=${"new-password"}
          .fault=${form.fault("repeat")}
        ></riskmap-password>
        ${formProblem(form.sentence)}
        <button type="submit" class="primary-button" ?disabled=${form.isSending}>
          ${form.isSending ? text("page.sending") : this.action}
        </button>
      </form>
    `
  }

  /** @param {PasswordPolicy} policy */
  #rules(policy) {
    return html`<ul class="password-rules" aria-label=${text("password.rules")}>
      ${visibleRules(policy, this.typed, this.username).map(
        ({ key, values, isMet }) => html`<li class=${isMet ? "is-met" : ""}>
          ${icon(isMet ? "check" : "dot")} ${text(key, values)}
          <span class="visually-hidden">${text(isMet ? "password.met" : "password.notMet")}</span>
        </li>`,
      )}
      <li>${icon("dot")} ${text("password.rule.common")}</li>
      ${policy.history > 0 ? html`<li>${icon("dot")} ${text("password.rule.history", { count: policy.history })}</li>` : nothing}
      ${policy.max_age_days ? html`<li>${icon("dot")} ${text("password.rule.age", { days: policy.max_age_days })}</li>` : nothing}
    </ul>`
  }

  #read() {
    this.typed = this.#values.new
  }

  /** @param {Event} event */
  async #send(event) {
    event.preventDefault()
    const { current = "", new: chosen, repeat } = this.#values
    const unmet = this.#policy.value && visibleRules(this.#policy.value, chosen, this.username).find(({ isMet }) => !isMet)
    const checks = {
      current: this.asksCurrent && required(current),
      new: required(chosen) ?? (unmet && text("password.unmet", { rule: text(unmet.key, unmet.values) })),
      repeat: required(repeat) ?? (repeat !== chosen && text("password.differs")),
    }
    const done = await this.#form.send(() => this.act({ current, chosen }), { checks, blame: this.asksCurrent ? "current" : "new" })
    if (done === undefined) return
    this.#element.reset()
    this.typed = ""
  }

  get #values() {
    return valuesOf(this.#element)
  }

  get #element() {
    return /** @type {HTMLFormElement} */ (this.querySelector("form"))
  }
}

customElements.define("riskmap-new-password", NewPassword)
