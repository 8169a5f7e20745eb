/** Where this account is signed in, and the way to end that. */

import { html, nothing } from "lit"
import { getJson, sendJson } from "../api/client.js"
import { Answer } from "../forms/answer.js"
import { confirmed } from "../forms/confirm.js"
import { formatMoment } from "../language/format.js"
import { PageElement } from "../shell/page_element.js"
import { redrawOn, store, text } from "../shell/page_store.js"
import { browserOf } from "./browser_name.js"

/**
 * @typedef {object} MySession
 * @property {string} id
 * @property {string} created_at
 * @property {string} last_seen_at
 * @property {string | null} address
 * @property {string | null} user_agent
 * @property {boolean} is_current
 */

export class MySessions extends PageElement {
  /** @type {Answer<{items: MySession[]}>} */
  #sessions = new Answer(this, signal => getJson("/api/v1/account/sessions", { signal }))

  constructor() {
    super()
    redrawOn(this)
    this.addEventListener("reload", () => this.#sessions.load())
  }

  firstUpdated() {
    this.#sessions.load()
  }

  render() {
    return this.#sessions.show(
      ({ items }) => html`
        <table class="table">
          <thead>
            <tr>
              <th scope="col">${text("sessions.browser")}</th>
              <th scope="col">${text("sessions.address")}</th>
              <th scope="col">${text("sessions.since")}</th>
              <th scope="col">${text("sessions.lastSeen")}</th>
              <th scope="col"><span class="visually-hidden">${text("table.actions")}</span></th>
            </tr>
          </thead>
          <tbody>
            ${items.map(session => this.#row(session))}
          </tbody>
        </table>
        ${items.length > 1
          ? html`<button type="button" class="button" @click=${this.#endOthers}>${text("sessions.endOthers")}</button>`
          : nothing}
      `,
    )
  }

  /** @param {MySession} session */
  #row(session) {
    const { language } = store.state
    const { user_agent, address, created_at, last_seen_at, is_current } = session
    return html`<tr>
      <td title=${user_agent ?? nothing}>${browserOf(user_agent) ?? text("sessions.unknown")}</td>
      <td class="code">${address ?? "—"}</td>
      <td>${formatMoment(created_at, language)}</td>
      <td>${formatMoment(last_seen_at, language)}</td>
      <td class="row-actions">
        ${is_current
          ? html`<span class="tag">${text("sessions.current")}</span>`
          : html`<button type="button" class="text-button" @click=${() => this.#end(session)}>${text("sessions.end")}</button>`}
      </td>
    </tr>`
  }

  /** @param {MySession} session */
  async #end({ id, user_agent, address }) {
    const done = await confirmed({
      heading: text("sessions.endHeading"),
      sentence: text("sessions.endSentence", { browser: browserOf(user_agent) ?? text("sessions.unknown"), address: address ?? "—" }),
      action: text("sessions.end"),
      act: () => sendJson("DELETE", `/api/v1/account/sessions/${id}`),
    })
    if (done) this.#sessions.load()
  }

  async #endOthers() {
    const done = await confirmed({
      heading: text("sessions.endOthers"),
      sentence: text("sessions.endOthersSentence"),
      action: text("sessions.endOthers"),
      act: () => sendJson("DELETE", "/api/v1/account/sessions"),
    })
    if (done) this.#sessions.load()
  }
}

customElements.define("riskmap-my-sessions", MySessions)
