/** Who is signed in, and behind their name the way to their own pages and out. */

import { html, nothing } from "lit"
import { signOut } from "../session/gate.js"
import { mayAdminister } from "../session/session.js"
import { scopeText } from "../session/scope.js"
import { icon } from "./icons.js"
import { PageElement } from "./page_element.js"
import { redrawOn, store, text } from "./page_store.js"
import { problemText } from "./problem_text.js"

/** @import {Actor} from "../session/session.js" */

export class UserMenu extends PageElement {
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
    return html`
      <details class="user-menu" @focusout=${this.#leave} @keydown=${this.#press}>
        <summary aria-label=${text("session.menu", { name })}>
          ${icon("person")} <span class="user-name">${name}</span>
          ${actor?.role ? html`<span class="user-role">${actor.role[store.state.language]}</span>` : nothing} ${icon("down")}
        </summary>
        <div class="user-menu-list">
          ${actor ? facts(actor) : nothing}
          ${this.#link("/account", "account", "nav.account")}
          ${mayAdminister(store.state.session) ? this.#link("/admin", "administration", "nav.administration") : nothing}
          <button type="button" @click=${this.#signOut}>${text("session.signOut")}</button>
          ${this.problem ? html`<p class="form-problem" role="alert">${problemText(this.problem)}</p>` : nothing}
        </div>
      </details>
    `
  }

  /**
   * @param {string} path
   * @param {string} page
   * @param {string} key
   */
  #link(path, page, key) {
    return html`<a href=${path} aria-current=${this.page === page ? "page" : nothing}>${text(key)}</a>`
  }

  async #signOut() {
    this.problem = null
    try {
      await signOut()
    } catch (problem) {
      this.problem = problem
    }
  }

  /** @param {FocusEvent} event */
  #leave(event) {
    const next = /** @type {Node | null} */ (event.relatedTarget)
    if (!this.contains(next)) this.#menu.open = false
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    if (event.key !== "Escape" || !this.#menu.open) return
    event.stopPropagation()
    this.#menu.open = false
    this.#menu.querySelector("summary")?.focus()
  }

  connectedCallback() {
    super.connectedCallback()
    // Bare ground takes no focus, so a click there is no focusout.
    addEventListener("pointerdown", this.#closeOutside)
  }

  disconnectedCallback() {
    super.disconnectedCallback()
    removeEventListener("pointerdown", this.#closeOutside)
  }

  #closeOutside = (/** @type {Event} */ event) => {
    if (!this.contains(/** @type {Node} */ (event.target))) this.#menu.open = false
  }

  get #menu() {
    return /** @type {HTMLDetailsElement} */ (this.querySelector("details"))
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
