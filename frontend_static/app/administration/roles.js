/** Which role may do what: the table that decides, fit to be printed. */

import { html, nothing } from "lit"
import { getJson } from "../api/client.js"
import { Answer } from "../forms/answer.js"
import { icon } from "../shell/icons.js"
import { PageElement } from "../shell/page_element.js"
import { redrawOn, store, text } from "../shell/page_store.js"
import { aboutRole } from "./role.js"

/** @import {Role, Roles as RoleTable} from "./role.js" */

/** @type {readonly Role["is_for"][]} */
const HOLDERS = ["accounts", "keys", "anonymous"]

export class Roles extends PageElement {
  /** @type {Answer<RoleTable>} */
  #roles = new Answer(this, signal => getJson("/api/v1/roles", { signal }))

  constructor() {
    super()
    redrawOn(this)
  }

  firstUpdated() {
    this.#roles.load()
  }

  render() {
    return html`
      <div class="toolbar">
        <p class="muted">${text("roles.lead")}</p>
        <span class="toolbar-gap"></span>
        <button type="button" class="button" @click=${() => print()}>${icon("print")} ${text("action.print")}</button>
      </div>
      ${this.#roles.show(roles => this.#table(roles))}
    `
  }

  /** @param {RoleTable} table */
  #table({ actions, roles }) {
    const { language } = store.state
    return html`<table class="table roles-table">
      <caption class="print-only">${text("product.name")} · ${text("tab.roles")}</caption>
      <thead>
        <tr>
          <th scope="col">${text("account.role")}</th>
          <th scope="col">${text("account.scope")}</th>
          ${actions.map(action => html`<th scope="col" class="mark">${action[language]}</th>`)}
          <th scope="col" class="mark">${text("roles.factor")}</th>
          <th scope="col" class="mark">${text("roles.looksAudited")}</th>
        </tr>
      </thead>
      ${HOLDERS.map(holder => {
        const held = roles.filter(({ is_for }) => is_for === holder)
        return held.length === 0
          ? nothing
          : html`<tbody>
              <tr class="group-row"><th colspan=${actions.length + 4} scope="rowgroup">${text(`roles.for.${holder}`)}</th></tr>
              ${held.map(role => this.#row(role, actions.map(({ code }) => code)))}
            </tbody>`
      })}
    </table>`
  }

  /**
   * @param {Role} role
   * @param {string[]} actions
   */
  #row(role, actions) {
    return html`<tr>
      <th scope="row">${role[store.state.language]}<span class="row-remark">${aboutRole(role)}</span></th>
      <td>${text(`scope.${role.scope_kind}`)}</td>
      ${actions.map(action => mark(role.actions.includes(action)))} ${mark(role.needs_second_factor)} ${mark(role.looks_are_audited)}
    </tr>`
  }
}

/** @param {boolean} isSo */
function mark(isSo) {
  return html`<td class="mark">${isSo ? html`<span aria-hidden="true">●</span><span class="visually-hidden">${text("roles.yes")}</span>` : nothing}</td>`
}

customElements.define("riskmap-roles", Roles)
