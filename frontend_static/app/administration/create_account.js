/** A new account: who it is for; its holder chooses the password, the security administrator grants the role. */

import { html } from "lit"
import { sendJson } from "../api/client.js"
import { DialogElement, dialogButtons } from "../forms/dialog.js"
import { formProblem, textField } from "../forms/fields.js"
import { FormState, required, usernameFault, valuesOf } from "../forms/form_state.js"
import { showLink } from "../forms/one_time_link.js"
import { text } from "../shell/page_store.js"

/** @import {Link} from "../forms/one_time_link.js" */
/** @import {Account} from "./account.js" */

/** @typedef {{account: Account, link: Link}} Created */

/** @extends {DialogElement<Created>} */
export class CreateAccount extends DialogElement {
  #form = new FormState(this)

  heading() {
    return text("accounts.create")
  }

  body() {
    const form = this.#form
    return html`<form class="dialog-body form" novalidate @submit=${this.#send}>
      <p class="muted">${text("accounts.createLead")}</p>
      <div class="field-pair">
        ${textField({ name: "name", label: text("account.name"), maxlength: 64, fault: form.fault("name"), autofocus: true })}
        ${textField({
          name: "username",
          label: text("account.username"),
          hint: text("account.usernameHint"),
          maxlength: 64,
          fault: form.fault("username"),
        })}
      </div>
      ${textField({ name: "unit", label: text("account.unit"), maxlength: 100, fault: form.fault("unit"), optionalWord: text("form.optional") })}
      ${textField({
        name: "valid_until",
        label: text("account.validUntil"),
        type: "date",
        max: "9999-12-31",
        hint: text("account.validUntilHint"),
        fault: form.fault("valid_until"),
        optionalWord: text("form.optional"),
      })}
      ${formProblem(form.sentence)}
      ${dialogButtons({ action: text("accounts.createAction"), isSending: form.isSending, cancel: () => this.close() })}
    </form>`
  }

  /** @param {Event} event */
  async #send(event) {
    event.preventDefault()
    const { name, username, unit, valid_until } = valuesOf(/** @type {HTMLFormElement} */ (event.target))
    const body = { username, name, unit: unit || null, valid_until: valid_until || null }
    const created = /** @type {Created | undefined} */ (
      await this.#form.send(() => sendJson("POST", "/api/v1/accounts", body), {
        checks: { name: required(name), username: usernameFault(username) },
        blame: "username",
      })
    )
    if (created) this.close(created)
  }
}

customElements.define("riskmap-create-account", CreateAccount)

/** @returns {Promise<string | null>} The name of whom an account was made for. */
export async function createAccount() {
  const created = await new CreateAccount().ask()
  if (!created) return null
  await showLink(created.link, created.account.name)
  return created.account.name
}
