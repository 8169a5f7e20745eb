/** Changing an account's name, unit and last day, also when somebody else has just done so. */

import { html, nothing } from "lit"
import { sendJson } from "../api/client.js"
import { DialogElement, dialogButtons } from "../forms/dialog.js"
import { formProblem, textField } from "../forms/fields.js"
import { FormState, required, valuesOf } from "../forms/form_state.js"
import { formatDay } from "../language/format.js"
import { store, text } from "../shell/page_store.js"
import { changesTo } from "./account.js"
import { conflictNotice, currentOf, presently } from "./conflict.js"

/** @import {Account} from "./account.js" */

/** @extends {DialogElement<true>} */
export class EditAccount extends DialogElement {
  #form = new FormState(this)
  /** What the change is made to: as opened, or after a conflict as it is now. @type {Account} */
  #account
  #hasConflict = false

  /** @param {Account} account */
  constructor(account) {
    super()
    this.#account = account
    /** As the fields were filled at first; what is typed stays in them. */
    this.opened = account
  }

  heading() {
    return text("accounts.editHeading", { name: this.opened.name })
  }

  body() {
    const form = this.#form
    const { opened } = this
    return html`<form class="dialog-body form" novalidate @submit=${this.#send}>
      <p class="muted">${text("account.username")} <span class="code">${opened.username}</span></p>
      ${this.#hasConflict ? conflictNotice() : nothing}
      ${textField({
        name: "name",
        label: text("account.name"),
        value: opened.name,
        maxlength: 64,
        fault: form.fault("name"),
        autofocus: true,
        beside: this.#beside("name", this.#account.name),
      })}
      ${textField({
        name: "unit",
        label: text("account.unit"),
        value: opened.unit ?? "",
        maxlength: 100,
        fault: form.fault("unit"),
        optionalWord: text("form.optional"),
        beside: this.#beside("unit", this.#account.unit),
      })}
      ${textField({
        name: "valid_until",
        label: text("account.validUntil"),
        value: opened.valid_until ?? "",
        type: "date",
        max: "9999-12-31",
        hint: text("account.validUntilHint"),
        fault: form.fault("valid_until"),
        optionalWord: text("form.optional"),
        beside: this.#beside("valid_until", this.#account.valid_until),
      })}
      ${formProblem(this.#hasConflict ? null : form.sentence)}
      ${dialogButtons({
        action: text(this.#hasConflict ? "conflict.saveMine" : "action.save"),
        isSending: form.isSending,
        cancel: () => this.close(this.#hasConflict || null),
      })}
    </form>`
  }

  /**
   * Only what somebody else has changed is set against what was typed.
   * @param {"name" | "unit" | "valid_until"} name
   * @param {string | null} now
   */
  #beside(name, now) {
    if (!this.#hasConflict || now === this.opened[name]) return nothing
    const words = name === "valid_until" && now ? formatDay(now, store.state.language) : now
    return presently(words, () => this.#take(name, now))
  }

  /**
   * @param {string} name
   * @param {string | null} now
   */
  #take(name, now) {
    const input = /** @type {HTMLInputElement} */ (this.querySelector(`[name="${name}"]`))
    input.value = now ?? ""
    input.focus()
  }

  /** @param {Event} event */
  async #send(event) {
    event.preventDefault()
    const values = valuesOf(/** @type {HTMLFormElement} */ (event.target))
    const typed = { name: values.name, unit: values.unit || null, valid_until: values.valid_until || null }
    const changes = changesTo(typed, this.#account)
    if (Object.keys(changes).length === 0) return this.close(this.#hasConflict || null)
    const { id, version } = this.#account
    const saved = await this.#form.send(
      () => sendJson("PATCH", `/api/v1/accounts/${id}`, changes, { ifMatch: version }),
      { checks: { name: required(values.name) } },
    )
    if (saved) return this.close(true)
    const current = currentOf(this.#form.problem)
    this.#hasConflict = current !== null
    this.#account = current ?? this.#account
    this.requestUpdate()
  }
}

customElements.define("riskmap-edit-account", EditAccount)

/** @param {Account} account */
export async function editAccount(account) {
  return (await new EditAccount(account).ask()) && "accounts.saved"
}
