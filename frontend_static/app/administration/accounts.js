/** The table of accounts: find, sort, and act on one. */

import { html, nothing } from "lit"
import { repeat } from "lit/directives/repeat.js"
import { getJson } from "../api/client.js"
import { Answer } from "../forms/answer.js"
import { formatCount, formatDay, formatMoment } from "../language/format.js"
import { codedScopeText } from "../session/scope.js"
import { mayAny } from "../session/session.js"
import { PageElement } from "../shell/page_element.js"
import { redrawOn, store, text } from "../shell/page_store.js"
import { LIMIT, STATES, accountsPath, nextSort, sortOf } from "./account.js"
import { createAccount } from "./create_account.js"
import { deedsFor } from "./deeds.js"
import "./row_menu.js"
import { roleOptions } from "./role.js"
import { filterSelect, searchField } from "./toolbar.js"

/** @import {Account, AccountQuery, Accounts as AccountList} from "./account.js" */
/** @import {Roles} from "./role.js" */

export class Accounts extends PageElement {
  static properties = { said: { state: true } }

  /** @type {AccountQuery} */
  #query = { q: "", role: "", state: "", sort: "username", page: 1 }
  /** @type {Answer<AccountList>} */
  #accounts = new Answer(this, signal => getJson(accountsPath(this.#query), { signal }))
  /** @type {Answer<Roles>} */
  #roles = new Answer(this, signal => getJson("/api/v1/roles", { signal }))

  constructor() {
    super()
    /** What was just done, and to whom. @type {{key: string, values?: Record<string, string>} | null} */
    this.said = null
    redrawOn(this, "session")
  }

  firstUpdated() {
    this.#accounts.load()
    this.#roles.load()
  }

  render() {
    return html`
      ${this.#toolbar()}
      <p class="said" role="status">${this.said && text(this.said.key, this.said.values)}</p>
      ${this.#accounts.show(accounts => this.#table(accounts))}
    `
  }

  #toolbar() {
    const roles = this.#roles.value?.roles.filter(({ is_for }) => is_for === "accounts") ?? []
    const states = [{ value: "", words: text("accounts.anyState") }, ...STATES.map(state => ({ value: state, words: text(`accountState.${state}`) }))]
    return html`<div class="toolbar" role="search">
      ${searchField({ label: text("accounts.search"), onChange: q => this.#find({ q }) })}
      ${filterSelect({ label: text("account.role"), options: [...roleOptions(roles, text("accounts.anyRole")), { value: "none", words: text("account.noRole") }], onChange: role => this.#find({ role }) })}
      ${filterSelect({ label: text("account.state"), options: states, onChange: state => this.#find({ state }) })}
      <span class="toolbar-gap"></span>
      ${mayAny(store.state.session, "manage_accounts")
        ? html`<button type="button" class="primary-button" @click=${this.#create}>${text("accounts.create")}</button>`
        : nothing}
    </div>`
  }

  /** @param {AccountList} accounts */
  #table({ items, total, page }) {
    const isFiltered = Boolean(this.#query.q || this.#query.role || this.#query.state)
    if (total === 0) return html`<p class="nothing" role="status">${text(isFiltered ? "accounts.noneFound" : "accounts.none")}</p>`
    return html`
      <table class="table accounts-table">
        <thead>
          <tr>
            ${this.#heading("name", "account.name")} ${this.#heading("username", "account.username")}
            <th scope="col" class="unit-column">${text("account.unit")}</th>
            ${this.#heading("role", "account.role")}
            <th scope="col">${text("account.scope")}</th>
            <th scope="col">${text("account.state")}</th>
            <th scope="col">${text("factor.title")}</th>
            ${this.#heading("last_sign_in_at", "account.lastSignIn")}
            <th scope="col">${text("account.validUntil")}</th>
            <th scope="col"><span class="visually-hidden">${text("table.actions")}</span></th>
          </tr>
        </thead>
        <tbody>
          ${repeat(
            items,
            ({ id }) => id,
            account => this.#row(account),
          )}
        </tbody>
      </table>
      ${this.#pages(total, page)}
    `
  }

  /**
   * @param {string} column
   * @param {string} key
   */
  #heading(column, key) {
    const order = sortOf(this.#query.sort, column)
    return html`<th scope="col" aria-sort=${order}>
      <button type="button" class="sort-button" @click=${() => this.#find({ sort: nextSort(this.#query.sort, column) })}>
        ${text(key)}<span class="sort-sign" aria-hidden="true">${{ ascending: "↑", descending: "↓", none: "↕" }[order]}</span>
      </button>
    </th>`
  }

  /** @param {Account} account */
  #row(account) {
    const { language } = store.state
    const { username, name, unit, role, scope, state, has_second_factor, last_sign_in_at, valid_until } = account
    return html`<tr class=${state === "disabled" || state === "expired" ? "is-off" : ""}>
      <th scope="row">${name}</th>
      <td class="code">${username}</td>
      <td>${unit ?? "—"}</td>
      <td>${role ? role[language] : html`<b>${text("account.noRole")}</b>`}</td>
      <td>${role ? codedScopeText(scope) : "—"}</td>
      <td><span class="tag" data-state=${state}>${text(`accountState.${state}`)}</span></td>
      <td>${text(has_second_factor ? "factor.on" : "factor.off")}</td>
      <td class="moment">${last_sign_in_at ? formatMoment(last_sign_in_at, language) : "—"}</td>
      <td class="moment">${valid_until ? formatDay(valid_until, language) : text("account.noLimit")}</td>
      <td class="row-actions">
        <riskmap-row-menu
          .label=${text("accounts.menu", { name })}
          .deeds=${deedsFor(account, store.state.session, { roles: this.#roles.value?.roles ?? [] })}
          @done=${(/** @type {CustomEvent<string>} */ event) => this.#renew({ key: event.detail, values: { name } })}
        ></riskmap-row-menu>
      </td>
    </tr>`
  }

  /**
   * @param {number} total
   * @param {number} page
   */
  #pages(total, page) {
    const last = Math.max(1, Math.ceil(total / LIMIT))
    const count = text("accounts.count", { count: formatCount(total, store.state.language) })
    if (last === 1) return html`<p class="table-foot">${count}</p>`
    return html`<nav class="table-foot" aria-label=${text("table.pages")}>
      <span>${count}</span>
      <button type="button" class="button" ?disabled=${page <= 1} @click=${() => this.#find({ page: page - 1 })}>${text("table.previous")}</button>
      <span>${text("table.page", { page, last })}</span>
      <button type="button" class="button" ?disabled=${page >= last} @click=${() => this.#find({ page: page + 1 })}>${text("table.next")}</button>
    </nav>`
  }

  /** Any other question starts on the first page. @param {Partial<AccountQuery>} wanted */
  #find(wanted) {
    this.#query = { ...this.#query, page: 1, ...wanted }
    this.said = null
    this.#accounts.load()
  }

  async #create() {
    const name = await createAccount()
    if (name) this.#renew({ key: "accounts.created", values: { name } })
  }

  /** @param {{key: string, values?: Record<string, string>} | null} said */
  #renew(said) {
    this.said = said
    this.#accounts.load()
  }
}

customElements.define("riskmap-accounts", Accounts)
