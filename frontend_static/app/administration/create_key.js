/** A new key for another system: its role, its scope and its last day; the secret is shown once. */

import { html, nothing } from "lit"
import { getJson, sendJson } from "../api/client.js"
import { Answer } from "../forms/answer.js"
import { DialogElement, dialogButtons } from "../forms/dialog.js"
import { formProblem, selectField, textField } from "../forms/fields.js"
import { FormState, required, valuesOf } from "../forms/form_state.js"
import { OneTimeSecret } from "../forms/one_time_link.js"
import { formatDay } from "../language/format.js"
import { store, text } from "../shell/page_store.js"
import { WITH_CODES, roleHint, roleOptions } from "./role.js"
import "./scope_picker.js"

/** @import {ScopePicker} from "./scope_picker.js" */
/** @import {ApiKey} from "./keys.js" */
/** @import {Roles} from "./role.js" */

/** @typedef {{key: ApiKey, secret: string}} CreatedKey */

const DAY_MS = 86_400_000
const LONGEST_DAYS = 365

/** @extends {DialogElement<CreatedKey>} */
export class CreateKey extends DialogElement {
  #form = new FormState(this)
  /** @type {Answer<Roles>} */
  #roles = new Answer(this, signal => getJson("/api/v1/roles", { signal }))
  #role = ""

  firstUpdated() {
    this.#roles.load()
  }

  heading() {
    return text("apiKeys.create")
  }

  body() {
    const form = this.#form
    const role = this.#chosenRole
    const roles = this.#roles.value?.roles.filter(({ may_hold_keys }) => may_hold_keys) ?? []
    return html`<form class="dialog-body form" novalidate @submit=${this.#send}>
      ${textField({ name: "name", label: text("apiKeys.name"), hint: text("apiKeys.nameHint"), maxlength: 64, fault: form.fault("name"), autofocus: true })}
      ${selectField({
        name: "role",
        label: text("account.role"),
        options: roleOptions(roles, text("form.choose")),
        hint: roleHint(role),
        fault: form.fault("role"),
        onChange: code => this.#choose(code),
      })}
      ${this.#roles.problem ? this.#roles.show(() => html``) : nothing}
      ${role && WITH_CODES.includes(role.scope_kind)
        ? html`<riskmap-scope-picker .kind=${role.scope_kind} .fault=${form.fault("codes")}></riskmap-scope-picker>`
        : nothing}
      ${textField({
        name: "expires_at",
        label: text("apiKeys.expires"),
        type: "date",
        value: dayAfter(LONGEST_DAYS / 2),
        min: dayAfter(1),
        max: dayAfter(LONGEST_DAYS),
        hint: text("apiKeys.expiresHint"),
        fault: form.fault("expires_at"),
      })}
      ${formProblem(form.sentence)}
      ${dialogButtons({ action: text("apiKeys.createAction"), isSending: form.isSending, cancel: () => this.close() })}
    </form>`
  }

  /** @param {string} code */
  #choose(code) {
    this.#role = code
    this.requestUpdate()
  }

  get #chosenRole() {
    return this.#roles.value?.roles.find(({ code }) => code === this.#role)
  }

  /** @param {Event} event */
  async #send(event) {
    event.preventDefault()
    const { name, role, expires_at } = valuesOf(/** @type {HTMLFormElement} */ (event.target))
    const picker = /** @type {ScopePicker | null} */ (this.querySelector("riskmap-scope-picker"))
    const codes = picker?.codes ?? []
    const created = /** @type {CreatedKey | undefined} */ (
      await this.#form.send(() => sendJson("POST", "/api/v1/api-keys", { name, role, codes, expires_at }), {
        checks: {
          name: required(name),
          role: required(role),
          codes: picker && codes.length === 0 && text("scope.chooseOne"),
          expires_at: required(expires_at),
        },
        blame: "name",
      })
    )
    if (created) this.close(created)
  }
}

customElements.define("riskmap-create-key", CreateKey)

/** @returns {Promise<string | null>} The name of the new key. */
export async function createKey() {
  const created = await new CreateKey().ask()
  if (!created) return null
  const { key, secret } = created
  await new OneTimeSecret({
    heading: text("apiKeys.secretHeading", { name: key.name }),
    lead: text("apiKeys.secretLead"),
    label: text("apiKeys.secret"),
    value: secret,
    remark: text("apiKeys.secretExpires", { day: formatDay(key.expires_at, store.state.language) }),
  }).ask()
  return key.name
}

/**
 * A day from today on, as a date field takes it.
 * @param {number} days
 */
function dayAfter(days) {
  return new Date(Date.now() + Math.floor(days) * DAY_MS).toISOString().slice(0, 10)
}
