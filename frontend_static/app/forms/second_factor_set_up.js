/** Setting up the second factor: the secret as a picture and in letters, then a first code as the proof. */

import { html } from "lit"
import { sendJson } from "../api/client.js"
import { PageElement } from "../shell/page_element.js"
import { redrawOn, text } from "../shell/page_store.js"
import { Answer } from "./answer.js"
import { codeField, isCode } from "./code_field.js"
import { formProblem } from "./fields.js"
import { FormState, valuesOf } from "./form_state.js"
import { inGroups } from "./secret_groups.js"

/** @import {Session} from "../session/session.js" */

/** @typedef {{secret: string, uri: string, qr_svg: string}} Enrolment */

export class SecondFactorSetUp extends PageElement {
  static properties = { password: { attribute: false } }

  /** @type {Answer<Enrolment>} */
  #enrolment = new Answer(this, signal =>
    sendJson("POST", "/api/v1/account/second-factor", { password: this.password }, { signal }),
  )
  #form = new FormState(this)

  constructor() {
    super()
    /** Wanted from who is signed in already. @type {string | null} */
    this.password = null
    redrawOn(this)
  }

  firstUpdated() {
    this.#enrolment.load()
  }

  render() {
    return this.#enrolment.show(
      ({ secret, qr_svg }) => html`
        <ol class="steps">
          <li>${text("factor.install")}</li>
          <li>
            ${text("factor.scan")}
            <div class="enrolment">
              <img src=${qr_svg} width="168" height="168" alt=${text("factor.qr")} />
              <div>
                <p class="muted">${text("factor.byHand")}</p>
                <p class="enrolment-secret">${inGroups(secret).map(group => html`<span>${group}</span> `)}</p>
              </div>
            </div>
          </li>
          <li>${text("factor.confirm")}</li>
        </ol>
        <form class="form" novalidate @submit=${this.#confirm}>
          ${codeField(this.#form.fault("code"))} ${formProblem(this.#form.sentence)}
          <button type="submit" class="primary-button" ?disabled=${this.#form.isSending}>
            ${this.#form.isSending ? text("page.sending") : text("factor.turnOn")}
          </button>
        </form>
      `,
    )
  }

  /** @param {Event} event */
  async #confirm(event) {
    event.preventDefault()
    const code = valuesOf(/** @type {HTMLFormElement} */ (event.target)).code.replace(" ", "")
    const session = /** @type {Session | undefined} */ (
      await this.#form.send(() => sendJson("PUT", "/api/v1/account/second-factor", { code }), {
        checks: { code: isCode(code) ? null : text("factor.sixDigits") },
        blame: "code",
      })
    )
    if (session) this.tell("session-changed", session)
  }
}

customElements.define("riskmap-second-factor-set-up", SecondFactorSetUp)
