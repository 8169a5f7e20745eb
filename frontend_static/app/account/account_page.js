/** One's own account: what it may do, its password, its second factor, and where it is signed in. */

import { html, nothing } from "lit"
import { getJson, sendJson } from "../api/client.js"
import { Answer } from "../forms/answer.js"
import "../forms/new_password.js"
import { formatDay, formatMoment } from "../language/format.js"
import { enter, readSession, signOut } from "../session/gate.js"
import { scopeText } from "../session/scope.js"
import { namePage } from "../shell/card_page.js"
import "../shell/header.js"
import { PageElement } from "../shell/page_element.js"
import { redrawOn, store, text } from "../shell/page_store.js"
import "./my_second_factor.js"
import "./my_sessions.js"

/** @import {Choice} from "../forms/new_password.js" */
/** @import {Word} from "../grades/vocabulary.js" */
/** @import {NamedScope} from "../session/session.js" */

/**
 * @typedef {object} MyAccount
 * @property {string} username
 * @property {string} name
 * @property {string | null} unit
 * @property {Word | null} role
 * @property {NamedScope} scope
 * @property {boolean} has_second_factor
 * @property {boolean} needs_second_factor
 * @property {string | null} password_changed_at
 * @property {string | null} password_expires_at
 * @property {string | null} last_sign_in_at
 * @property {string | null} valid_until
 */

export class AccountPage extends PageElement {
  static properties = { said: { state: true }, isChanging: { state: true } }

  /** @type {Answer<MyAccount | null>} */
  #account = new Answer(this, async signal =>
    (await enter("account")) ? getJson("/api/v1/account", { signal }) : null,
  )

  constructor() {
    super()
    /** The message about what was just done. */
    this.said = ""
    this.isChanging = false
    redrawOn(this, "session")
  }

  connectedCallback() {
    super.connectedCallback()
    this.replaceChildren()
    this.addEventListener("account-changed", event => this.#renew(/** @type {CustomEvent<string>} */ (event).detail))
    this.#account.load()
  }

  render() {
    namePage(text("nav.account"))
    return html`
      <riskmap-header .page=${"account"}></riskmap-header>
      <main class="page-scroll">
        <div class="page-column">
          <div class="page-title">
            <h1>${text("nav.account")}</h1>
            <button type="button" class="button" @click=${signOut}>${text("session.signOut")}</button>
          </div>
          <p class="said" role="status">${this.said && text(this.said)}</p>
          ${this.#account.show(account => (account ? this.#sections(account) : html``))}
        </div>
      </main>
    `
  }

  /** @param {MyAccount} account */
  #sections(account) {
    return html`
      <section class="block">
        <h2>${text("account.facts")}</h2>
        ${facts(account)}
      </section>
      <section class="block">
        <h2>${text("password.label")}</h2>
        ${this.isChanging ? this.#passwordForm(account) : this.#passwordFacts(account)}
      </section>
      <section class="block">
        <h2>${text("factor.title")}</h2>
        <riskmap-my-second-factor .account=${account}></riskmap-my-second-factor>
      </section>
      <section class="block">
        <h2>${text("sessions.title")}</h2>
        <riskmap-my-sessions></riskmap-my-sessions>
      </section>
    `
  }

  /** @param {MyAccount} account */
  #passwordFacts({ password_changed_at, password_expires_at }) {
    const { language } = store.state
    return html`
      ${password_changed_at ? html`<p>${text("password.changedAt", { moment: formatMoment(password_changed_at, language) })}</p>` : nothing}
      ${password_expires_at ? html`<p>${text("password.expiresAt", { moment: formatMoment(password_expires_at, language) })}</p>` : nothing}
      <button type="button" class="button" @click=${() => (this.isChanging = true)}>${text("password.change")}</button>
    `
  }

  /** @param {MyAccount} account */
  #passwordForm({ username }) {
    return html`
      <p class="muted">${text("password.changeEnds")}</p>
      <riskmap-new-password
        .username=${username}
        .asksCurrent=${true}
        .action=${text("password.save")}
        .act=${(/** @type {Choice} */ choice) => this.#changePassword(choice)}
      ></riskmap-new-password>
      <button type="button" class="text-button" @click=${() => (this.isChanging = false)}>${text("action.cancel")}</button>
    `
  }

  /** @param {Choice} choice */
  async #changePassword({ current, chosen }) {
    await sendJson("PUT", "/api/v1/account/password", { current, new: chosen })
    this.isChanging = false
    await this.#renew("password.changed")
    return true
  }

  /** @param {string} said */
  async #renew(said) {
    this.said = said
    await Promise.all([this.#account.load(), readSession()])
    this.querySelector("riskmap-my-sessions")?.dispatchEvent(new Event("reload"))
  }
}

/** @param {MyAccount} account */
function facts(account) {
  const { language } = store.state
  const { username, name, unit, role, scope, last_sign_in_at, valid_until } = account
  return html`<dl class="facts-line">
    <dt>${text("account.name")}</dt><dd>${name}</dd>
    <dt>${text("account.username")}</dt><dd class="code">${username}</dd>
    <dt>${text("account.unit")}</dt><dd>${unit ?? "—"}</dd>
    <dt>${text("account.role")}</dt><dd>${role ? role[language] : text("account.noRoleYet")}
      ${role ? html`<a class="muted" href="/admin#roles">${text("account.allRoles")}</a>` : nothing}</dd>
    <dt>${text("account.scope")}</dt><dd>${scopeText(scope)}</dd>
    <dt>${text("account.lastSignIn")}</dt><dd>${last_sign_in_at ? formatMoment(last_sign_in_at, language) : "—"}</dd>
    <dt>${text("account.validUntil")}</dt><dd>${valid_until ? formatDay(valid_until, language) : text("account.noLimit")}</dd>
  </dl>`
}

customElements.define("riskmap-account-page", AccountPage)
