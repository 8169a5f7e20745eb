/** Keys by which other systems read: their list, new ones, and the end of old ones. */

import { html, nothing } from "lit"
import { getJson, sendJson } from "../api/client.js"
import { Answer } from "../forms/answer.js"
import { confirmed } from "../forms/confirm.js"
import { formatDay, formatMoment } from "../language/format.js"
import { codedScopeText } from "../session/scope.js"
import { PageElement } from "../shell/page_element.js"
import { redrawOn, store, text } from "../shell/page_store.js"
import { createKey } from "./create_key.js"

/** @import {Word} from "../grades/vocabulary.js" */
/** @import {Named, ScopeKind} from "../session/session.js" */

/**
 * @typedef {object} ApiKey
 * @property {string} id
 * @property {string} name
 * @property {Word} role
 * @property {{kind: ScopeKind, codes: Named[]}} scope
 * @property {string} prefix The part of the secret that people know it by.
 * @property {string} expires_at
 * @property {string | null} last_used_at
 * @property {"active" | "expired" | "revoked"} state
 * @property {string} created_at
 */

export class ApiKeys extends PageElement {
  static properties = { said: { state: true } }

  /** @type {Answer<{items: ApiKey[]}>} */
  #keys = new Answer(this, signal => getJson("/api/v1/api-keys", { signal }))

  constructor() {
    super()
    this.said = ""
    redrawOn(this)
  }

  firstUpdated() {
    this.#keys.load()
  }

  render() {
    return html`
      <div class="toolbar">
        <p class="muted">${text("apiKeys.lead")}</p>
        <span class="toolbar-gap"></span>
        <button type="button" class="primary-button" @click=${this.#create}>${text("apiKeys.create")}</button>
      </div>
      <p class="said" role="status">${this.said}</p>
      ${this.#keys.show(keys => this.#table(keys))}
    `
  }

  /** @param {{items: ApiKey[]}} keys */
  #table({ items }) {
    if (items.length === 0) return html`<p class="nothing" role="status">${text("apiKeys.none")}</p>`
    return html`<table class="table">
      <thead>
        <tr>
          <th scope="col">${text("apiKeys.name")}</th>
          <th scope="col">${text("apiKeys.prefix")}</th>
          <th scope="col">${text("account.role")}</th>
          <th scope="col">${text("account.scope")}</th>
          <th scope="col">${text("account.state")}</th>
          <th scope="col">${text("apiKeys.created")}</th>
          <th scope="col">${text("apiKeys.lastUsed")}</th>
          <th scope="col">${text("apiKeys.expires")}</th>
          <th scope="col"><span class="visually-hidden">${text("table.actions")}</span></th>
        </tr>
      </thead>
      <tbody>
        ${items.map(key => this.#row(key))}
      </tbody>
    </table>`
  }

  /** @param {ApiKey} key */
  #row(key) {
    const { language } = store.state
    const { name, prefix, role, scope, state, created_at, last_used_at, expires_at } = key
    return html`<tr class=${state === "active" ? "" : "is-off"}>
      <th scope="row">${name}</th>
      <td class="code">${prefix}…</td>
      <td>${role[language]}</td>
      <td>${codedScopeText(scope)}</td>
      <td><span class="tag" data-state=${state}>${text(`keyState.${state}`)}</span></td>
      <td class="moment">${formatMoment(created_at, language)}</td>
      <td class="moment">${last_used_at ? formatMoment(last_used_at, language) : "—"}</td>
      <td class="moment">${formatDay(expires_at, language)}</td>
      <td class="row-actions">
        ${state === "active"
          ? html`<button type="button" class="text-button" aria-label="${text("apiKeys.revoke")}: ${name}" @click=${() => this.#revoke(key)}>
              ${text("apiKeys.revoke")}
            </button>`
          : nothing}
      </td>
    </tr>`
  }

  async #create() {
    const name = await createKey()
    if (name) this.#renew(text("apiKeys.wasCreated", { name }))
  }

  /** @param {ApiKey} key */
  async #revoke({ id, name, prefix }) {
    const done = await confirmed({
      heading: text("apiKeys.revokeHeading", { name }),
      sentence: text("apiKeys.revokeSentence", { name, prefix }),
      action: text("apiKeys.revoke"),
      act: () => sendJson("DELETE", `/api/v1/api-keys/${id}`),
    })
    if (done) this.#renew(text("apiKeys.wasRevoked", { name }))
  }

  /** @param {string} said */
  #renew(said) {
    this.said = said
    this.#keys.load()
  }
}

customElements.define("riskmap-api-keys", ApiKeys)
