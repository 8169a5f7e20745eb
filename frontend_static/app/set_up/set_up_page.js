/** The first three accounts: one administers accounts, one grants, one reads the audit; nobody does two of these. */

import { html } from "lit"
import { sendJson } from "../api/client.js"
import { formProblem, textField } from "../forms/fields.js"
import { FormState, required, usernameFault, valuesOf } from "../forms/form_state.js"
import { linkAddress, linkExpiry } from "../forms/one_time_link.js"
import "../forms/secret_line.js"
import { CardPage } from "../shell/card_page.js"
import { icon } from "../shell/icons.js"
import { text } from "../shell/page_store.js"

/** @import {Link} from "../forms/one_time_link.js" */

const OFFICES = Object.freeze(["system", "security", "audit"])

/** @typedef {{links: Record<string, Link>, people: Record<string, string>}} Result */

export class SetUpPage extends CardPage {
  #form = new FormState(this)
  /** @type {Result | null} */
  #result = null

  begin() {
    addEventListener("beforeunload", event => {
      // The links are gone with the page.
      if (this.#result) event.preventDefault()
    })
  }

  heading() {
    return text(this.#result ? "setUp.done" : "setUp.title")
  }

  body() {
    return this.#result ? this.#links(this.#result) : this.#fields()
  }

  get isWide() {
    return true
  }

  #fields() {
    const form = this.#form
    return html`
      <p class="card-lead">${text("setUp.lead")}</p>
      <form class="form" novalidate @submit=${this.#send}>
        ${OFFICES.map(
          office => html`<fieldset class="office">
            <legend>${text(`setUp.office.${office}`)}</legend>
            <p class="muted">${text(`setUp.about.${office}`)}</p>
            <div class="field-pair">
              ${textField({
                name: `${office}.name`,
                label: text("account.name"),
                maxlength: 64,
                fault: form.fault(`${office}.name`) ?? form.fault(`administrators.${office}.name`),
              })}
              ${textField({
                name: `${office}.username`,
                label: text("account.username"),
                hint: text("account.usernameHint"),
                maxlength: 64,
                fault: form.fault(`${office}.username`) ?? form.fault(`administrators.${office}.username`),
              })}
            </div>
          </fieldset>`,
        )}
        ${formProblem(form.sentence)}
        <button type="submit" class="primary-button" ?disabled=${form.isSending}>
          ${form.isSending ? text("page.sending") : text("setUp.action")}
        </button>
      </form>
    `
  }

  /** @param {Result} result */
  #links({ links, people }) {
    return html`
      <p class="remark-box" role="status">${icon("warning")} ${text("setUp.once")}</p>
      ${OFFICES.map(
        office => html`<section class="office">
          <h2>${text(`setUp.office.${office}`)} · ${people[office]}</h2>
          <riskmap-secret .label=${text(`setUp.office.${office}`)} .value=${linkAddress(links[office])}></riskmap-secret>
          <p class="muted">${linkExpiry(links[office])}</p>
        </section>`,
      )}
      <p class="card-remark">${text("setUp.next")}</p>
    `
  }

  /** @param {Event} event */
  async #send(event) {
    event.preventDefault()
    const values = valuesOf(/** @type {HTMLFormElement} */ (event.target))
    const usernames = OFFICES.map(office => values[`${office}.username`].toLowerCase())
    /** @type {Record<string, string | null | false>} */
    const checks = {}
    for (const [index, office] of OFFICES.entries()) {
      const username = values[`${office}.username`]
      checks[`${office}.name`] = required(values[`${office}.name`])
      const isTaken = usernames.indexOf(username.toLowerCase()) < index
      checks[`${office}.username`] = usernameFault(username) ?? (isTaken && text("setUp.three"))
    }
    const administrators = Object.fromEntries(
      OFFICES.map(office => [office, { username: values[`${office}.username`], name: values[`${office}.name`] }]),
    )
    const done = await this.#form.send(
      () =>
        /** @type {Promise<{links: Record<string, Link>}>} */ (
          sendJson("POST", "/api/v1/setup", { token: location.hash.slice(1), administrators })
        ),
      { checks },
    )
    if (!done) return
    history.replaceState(null, "", location.pathname)
    const people = Object.fromEntries(OFFICES.map(office => [office, administrators[office].name]))
    this.#result = { ...done, people }
    this.requestUpdate()
  }
}

customElements.define("riskmap-set-up", SetUpPage)
