/** Signing in: name and password, then what else the server asks of this person, one step after the other. */

import { html, nothing } from "lit"
import { getJson, sendJson } from "../api/client.js"
import { Problem } from "../api/problem.js"
import { Answer } from "../forms/answer.js"
import { codeField, isCode } from "../forms/code_field.js"
import { formProblem, textField } from "../forms/fields.js"
import { FormState, required, valuesOf } from "../forms/form_state.js"
import "../forms/new_password.js"
import "../forms/password_field.js"
import "../forms/second_factor_set_up.js"
import { nextPath } from "../session/session.js"
import { CardPage } from "../shell/card_page.js"
import { store, text } from "../shell/page_store.js"
import { Wait } from "./wait.js"

/** @import {Choice} from "../forms/new_password.js" */
/** @import {Session} from "../session/session.js" */

export class SignInPage extends CardPage {
  /** @type {Answer<Session>} */
  #session = new Answer(this, signal => this.#begin(signal))
  #form = new FormState(this)
  #wait = new Wait(this)
  /** Typed a moment ago; saves asking for it again when it has to be changed at once. */
  #password = ""
  #username = ""

  begin() {
    this.addEventListener("session-changed", event => this.#goOn(/** @type {CustomEvent<Session>} */ (event).detail))
    this.#session.load()
  }

  heading() {
    return text("signIn.title")
  }

  body() {
    return this.#session.show(session => this.#step(session))
  }

  foot() {
    const session = this.#session.value
    if (!session?.is_demo || session.stage !== "anonymous") return nothing
    return html`<p>${text("signIn.demo")}</p>
      ${session.actor ? html`<p><a href="/">${text("signIn.demoMap")}</a></p>` : nothing}`
  }

  get isWide() {
    return this.#session.value?.stage === "second_factor_set_up"
  }

  /** A link of the demonstration signs in by itself; its token is gone from the address before anything else. @param {AbortSignal} signal */
  async #begin(signal) {
    const token = new URLSearchParams(location.hash.slice(1)).get("link")
    if (token) history.replaceState(null, "", location.pathname + location.search)
    const session = /** @type {Session} */ (
      token ? await this.#useLink(token, signal) : await getJson("/api/v1/session", { signal })
    )
    this.#accept(session)
    return session
  }

  /**
   * @param {string} token
   * @param {AbortSignal} signal
   * @returns {Promise<Session>}
   */
  async #useLink(token, signal) {
    try {
      return await sendJson("POST", "/api/v1/session/link", { token }, { signal })
    } catch (problem) {
      signal.throwIfAborted()
      this.#form.problem = problem
      return getJson("/api/v1/session", { signal })
    }
  }

  /** @param {Session} session */
  #goOn(session) {
    this.#accept(session)
    this.#session.value = session
    this.#form.clear()
    this.updateComplete.then(() => /** @type {HTMLElement | null} */ (this.querySelector("form input:not([readonly])"))?.focus())
  }

  /** @param {Session} session */
  #accept(session) {
    store.set({ session })
    if (session.stage === "complete") location.replace(nextPath(query().get("next"), location.origin))
  }

  /** @param {Session} session */
  #step(session) {
    if (session.transport === "refused") return html`<div class="problem-box" role="alert">
      <p><b>${text("transport.refused")}</b></p>
      <p>${text("transport.refusedHelp")}</p>
    </div>`
    if (session.needs_set_up) return html`<div class="remark-box" role="status">
      <p><b>${text("signIn.needsSetUp")}</b></p>
      <p>${text("signIn.needsSetUpHelp")}</p>
    </div>`
    switch (session.stage) {
      case "anonymous":
        return this.#passwordStep()
      case "second_factor":
        return this.#codeStep()
      case "new_password":
        return this.#newPasswordStep()
      case "second_factor_set_up":
        return html`<p class="card-lead">${text("signIn.setUpLead")}</p>
          <riskmap-second-factor-set-up></riskmap-second-factor-set-up>
          ${this.#startOver()}`
      case "complete":
        return html`<p class="wait" role="status">${text("signIn.done")}</p>`
    }
  }

  #passwordStep() {
    const form = this.#form
    return html`
      ${query().has("expired") && !form.problem ? html`<p class="remark-box" role="status">${text("signIn.expired")}</p>` : nothing}
      <form class="form" novalidate @submit=${this.#sendPassword}>
        ${textField({
          name: "username",
          label: text("account.username"),
          autocomplete: "username",
          maxlength: 64,
          fault: form.fault("username"),
          autofocus: true,
        })}
        <riskmap-password .label=${text("password.label")} .fault=${form.fault("password")}></riskmap-password>
        ${this.#refusal()}
        <button type="submit" class="primary-button" ?disabled=${form.isSending || this.#wait.seconds > 0}>
          ${form.isSending ? text("page.sending") : text("signIn.action")}
        </button>
      </form>
      <p class="card-remark muted">${text("signIn.forgotten")}</p>
    `
  }

  #codeStep() {
    const form = this.#form
    return html`
      <p class="card-lead">${text("signIn.codeLead")}</p>
      <form class="form" novalidate @submit=${this.#sendCode}>
        ${codeField(form.fault("code"))} ${this.#refusal()}
        <button type="submit" class="primary-button" ?disabled=${form.isSending || this.#wait.seconds > 0}>
          ${form.isSending ? text("page.sending") : text("action.next")}
        </button>
      </form>
      <p class="card-remark muted">${text("signIn.lostPhone")}</p>
      ${this.#startOver()}
    `
  }

  #newPasswordStep() {
    return html`
      <p class="card-lead">${text("signIn.newPasswordLead")}</p>
      <riskmap-new-password
        .username=${this.#username}
        .asksCurrent=${this.#password === ""}
        .action=${text("password.save")}
        .act=${(/** @type {Choice} */ choice) => this.#sendNewPassword(choice)}
      ></riskmap-new-password>
      ${this.#startOver()}
    `
  }

  /** Too many tries count down by themselves; anything else is a sentence. */
  #refusal() {
    const { seconds } = this.#wait
    return formProblem(seconds > 0 ? text("problem.tooManyAttempts", { seconds }) : this.#wait.isOver ? null : this.#form.sentence)
  }

  #startOver() {
    return html`<p class="card-remark">
      <button type="button" class="text-button" @click=${this.#leave}>${text("signIn.startOver")}</button>
    </p>`
  }

  /** @param {Event} event */
  async #sendPassword(event) {
    event.preventDefault()
    const { username, password } = valuesOf(/** @type {HTMLFormElement} */ (event.target))
    const session = await this.#attempt(() => sendJson("POST", "/api/v1/session", { username, password }), {
      checks: { username: required(username), password: required(password) },
      blame: "password",
    })
    if (!session) return
    this.#username = username
    this.#password = session.stage === "complete" ? "" : password
    this.#goOn(session)
  }

  /** @param {Event} event */
  async #sendCode(event) {
    event.preventDefault()
    const { code } = valuesOf(/** @type {HTMLFormElement} */ (event.target))
    const session = await this.#attempt(
      () => sendJson("POST", "/api/v1/session/second-factor", { code: code.replace(" ", "") }),
      { checks: { code: isCode(code) ? null : text("factor.sixDigits") }, blame: "code" },
    )
    if (session) this.#goOn(session)
  }

  /**
   * @param {() => Promise<Session>} act
   * @param {Parameters<FormState["send"]>[1]} options
   */
  async #attempt(act, options) {
    this.#wait.stop()
    const session = await this.#form.send(act, options)
    this.#wait.start(this.#form.problem)
    // Begun too long ago, or too many wrong codes: it starts from the password again, and the sentence stays.
    const { problem } = this.#form
    if (problem instanceof Problem && problem.code === "sign_in_required") this.#session.load()
    return session
  }

  /** @param {Choice} choice */
  async #sendNewPassword({ current, chosen }) {
    const body = { current: this.#password || current, new: chosen }
    const session = /** @type {Session} */ (await sendJson("PUT", "/api/v1/account/password", body))
    this.#password = ""
    this.#goOn(session)
    return session
  }

  /** Give up a sign-in that was begun. */
  async #leave() {
    this.#password = ""
    const session = await this.#form.send(async () => {
      await sendJson("DELETE", "/api/v1/session")
      return /** @type {Session} */ (await getJson("/api/v1/session"))
    })
    if (session) this.#goOn(session)
  }
}

function query() {
  return new URLSearchParams(location.search)
}

customElements.define("riskmap-sign-in", SignInPage)
