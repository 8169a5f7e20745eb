/** Who is signed in, and behind their name the way to their own pages and out. */

import { html, nothing } from "lit"
import { signOut } from "../session/gate.js"
import { mayAdminister, mayWork } from "../session/session.js"
import { scopeText } from "../session/scope.js"
import { icon } from "./icons.js"
import { MenuElement } from "./menu_element.js"
import { redrawOn, store, text } from "./page_store.js"
import { problemText } from "./problem_text.js"

/** @import {Actor} from "../session/session.js" */
/** @import {Line} from "./menu_element.js" */

export class UserMenu extends MenuElement {
  static properties = { page: { attribute: false }, problem: { state: true } }

  constructor() {
    super()
    this.page = ""
    /** @type {unknown} */
    this.problem = null
    redrawOn(this, "session")
  }

  render() {
    const actor = store.state.session?.actor
    // Who has no role yet is told nothing about themselves but on their own page.
    const name = actor?.name ?? text("session.noRole")
    return this.menu({
      kind: "user-menu",
      label: text("session.menu", { name }),
      button: html`${icon("person")} <span class="user-name">${name}</span>
        ${actor?.role ? html`<span class="user-role">${actor.role[store.state.language]}</span>` : nothing} ${icon("down")}`,
      head: actor ? facts(actor) : nothing,
      lines: this.#lines(),
      foot: this.problem ? html`<p class="form-problem" role="alert">${problemText(this.problem)}</p>` : nothing,
    })
  }

  /** @returns {Line[]} */
  #lines() {
    const work = { words: text("nav.work"), path: "/work", isCurrent: this.page === "work" }
    const account = { words: text("nav.account"), path: "/account", isCurrent: this.page === "account" }
    const administration = { words: text("nav.administration"), path: "/admin", isCurrent: this.page === "administration" }
    const leaving = { words: text("session.signOut"), act: () => this.#signOut() }
    return [...(mayWork(store.state.session) ? [work] : []), account, ...(mayAdminister(store.state.session) ? [administration] : []), leaving]
  }

  async #signOut() {
    this.problem = null
    try {
      await signOut()
    } catch (problem) {
      this.problem = problem
      this.open()
    }
  }
}

/** @param {Actor} actor */
function facts({ name, username, role, scope }) {
  return html`<p class="user-facts">
    <b>${name}</b> <span class="code">${username}</span>
    <span>${role ? role[store.state.language] : text("account.noRole")}</span>
    <span class="muted">${scopeText(scope)}</span>
  </p>`
}

customElements.define("riskmap-user", UserMenu)
