/** Granting a role and the part of the register that it is for. */

import { html, nothing } from "lit"
import { sendJson } from "../api/client.js"
import { DialogElement, dialogButtons } from "../forms/dialog.js"
import { formProblem, selectField } from "../forms/fields.js"
import { FormState } from "../forms/form_state.js"
import { codedScopeText } from "../session/scope.js"
import { store, text } from "../shell/page_store.js"
import { conflictNotice, currentOf, presently } from "./conflict.js"
import { WITH_CODES, roleHint, roleOptions } from "./role.js"
import "./scope_picker.js"

/** @import {Account} from "./account.js" */
/** @import {Role} from "./role.js" */
/** @import {ScopePicker} from "./scope_picker.js" */

/** @extends {DialogElement<true>} */
export class GrantRole extends DialogElement {
  #form = new FormState(this)
  /** @type {Account} */
  #account
  /** @type {Role[]} */
  #roles
  #role
  #hasConflict = false

  /**
   * @param {Account} account
   * @param {Role[]} roles
   */
  constructor(account, roles) {
    super()
    this.#account = account
    this.#roles = roles.filter(({ is_for }) => is_for === "accounts")
    this.#role = account.role?.code ?? ""
    this.scope = account.scope
  }

  heading() {
    return text("accounts.grantHeading", { name: this.#account.name })
  }

  body() {
    const form = this.#form
    const role = this.#chosenRole
    return html`<form class="dialog-body form" novalidate @submit=${this.#send}>
      ${this.#hasConflict ? conflictNotice() : nothing}
      ${selectField({
        name: "role",
        label: text("account.role"),
        value: this.#role,
        options: roleOptions(this.#roles, text("account.noRole")),
        hint: role ? roleHint(role) : text("accounts.grantNone"),
        fault: form.fault("role"),
        onChange: code => this.#choose(code),
        beside: this.#hasConflict ? this.#presently() : nothing,
      })}
      ${role && WITH_CODES.includes(role.scope_kind)
        ? html`<riskmap-scope-picker .kind=${role.scope_kind} .scope=${this.scope} .fault=${form.fault("codes")}></riskmap-scope-picker>`
        : nothing}
      ${formProblem(this.#hasConflict ? null : form.sentence)}
      ${dialogButtons({
        action: text(this.#hasConflict ? "conflict.saveMine" : "accounts.grantAction"),
        isSending: form.isSending,
        cancel: () => this.close(this.#hasConflict || null),
      })}
    </form>`
  }

  #presently() {
    const { role, scope } = this.#account
    const words = role ? `${role[store.state.language]} · ${codedScopeText(scope)}` : text("account.noRole")
    return presently(words, () => {
      this.scope = scope
      this.#choose(role?.code ?? "")
      const select = /** @type {HTMLSelectElement} */ (this.querySelector("select"))
      select.value = this.#role
    })
  }

  /** @param {string} code */
  #choose(code) {
    this.#role = code
    this.requestUpdate()
  }

  get #chosenRole() {
    return this.#roles.find(({ code }) => code === this.#role)
  }

  /** @param {Event} event */
  async #send(event) {
    event.preventDefault()
    const picker = /** @type {ScopePicker | null} */ (this.querySelector("riskmap-scope-picker"))
    const codes = picker?.codes ?? []
    const { id, version } = this.#account
    const body = { role: this.#role || null, codes }
    const saved = await this.#form.send(() => sendJson("PUT", `/api/v1/accounts/${id}/grant`, body, { ifMatch: version }), {
      checks: { codes: picker && codes.length === 0 && text("scope.chooseOne") },
      blame: "role",
    })
    if (saved) return this.close(true)
    const current = currentOf(this.#form.problem)
    this.#hasConflict = current !== null
    this.#account = current ?? this.#account
    this.requestUpdate()
  }
}

customElements.define("riskmap-grant-role", GrantRole)

/**
 * @param {Account} account
 * @param {Role[]} roles
 */
export async function grantRole(account, roles) {
  return (await new GrantRole(account, roles).ask()) && "accounts.granted"
}
