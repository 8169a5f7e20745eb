/** Choosing the first password, or a new one, by a one-time link. */

import { html } from "lit"
import { sendJson } from "../api/client.js"
import { Answer } from "../forms/answer.js"
import "../forms/new_password.js"
import { CardPage } from "../shell/card_page.js"
import { text } from "../shell/page_store.js"

/** @import {Choice} from "../forms/new_password.js" */

/** @typedef {{username: string, name: string}} Invited */

export class ActivationPage extends CardPage {
  /** @type {Answer<Invited>} */
  #invited = new Answer(this, signal => sendJson("POST", "/api/v1/activation", { token: token() }, { signal }))
  #isDone = false

  begin() {
    addEventListener("hashchange", () => this.#invited.load())
    this.#invited.load()
  }

  heading() {
    return text("activation.title")
  }

  body() {
    return this.#isDone ? this.#done() : this.#choose()
  }

  #choose() {
    return this.#invited.show(
      ({ username, name }) => html`
        <dl class="facts-line">
          <dt>${text("account.name")}</dt><dd>${name}</dd>
          <dt>${text("account.username")}</dt><dd class="code">${username}</dd>
        </dl>
        <riskmap-new-password
          .username=${username}
          .action=${text("activation.action")}
          .act=${(/** @type {Choice} */ choice) => this.#send(choice)}
        ></riskmap-new-password>
      `,
    )
  }

  #done() {
    return html`
      <p role="status">${text("activation.done")}</p>
      <p><a class="primary-button" href="/sign-in">${text("activation.signIn")}</a></p>
    `
  }

  /** @param {Choice} choice */
  async #send({ chosen }) {
    await sendJson("PUT", "/api/v1/activation", { token: token(), password: chosen })
    // Used up; nobody needs to find it in the browser's history.
    history.replaceState(null, "", location.pathname)
    this.#isDone = true
    this.requestUpdate()
    await this.updateComplete
    const link = /** @type {HTMLElement | null} */ (this.querySelector("main a"))
    link?.focus()
    return true
  }
}

function token() {
  return location.hash.slice(1)
}

customElements.define("riskmap-activation", ActivationPage)
