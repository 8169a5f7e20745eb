/** Whether the chain of the audit trail is whole: each event seals those before it. */

import { html, nothing } from "lit"
import { getJson } from "../api/client.js"
import { Answer } from "../forms/answer.js"
import { formatCount, formatMoment } from "../language/format.js"
import { icon } from "../shell/icons.js"
import { PageElement } from "../shell/page_element.js"
import { redrawOn, store, text } from "../shell/page_store.js"

/**
 * @typedef {object} Verification
 * @property {boolean} is_intact
 * @property {number} events
 * @property {number} sealed
 * @property {string | null} head
 * @property {string | null} sealed_until
 * @property {{number: number, reason_zh: string, reason_en: string}[]} faults
 */

export class ChainState extends PageElement {
  /** @type {Answer<Verification>} */
  #verification = new Answer(this, signal => getJson("/api/v1/audit/verification", { signal }))

  constructor() {
    super()
    redrawOn(this)
  }

  firstUpdated() {
    this.verify()
  }

  render() {
    return this.#verification.show(verification => this.#draw(verification))
  }

  /** Have the chain gone through anew. */
  verify() {
    return this.#verification.load()
  }

  /** @param {Verification} verification */
  #draw({ is_intact, events, sealed, head, sealed_until, faults }) {
    const { language } = store.state
    const values = { events: formatCount(events, language), sealed: formatCount(sealed, language), waiting: formatCount(events - sealed, language) }
    return html`<details class="chain-state">
      <summary>
        ${icon(is_intact ? "check" : "warning")}
        <b>${text(is_intact ? "chain.intact" : "chain.broken")}</b>
        <span>${text("chain.counts", values)}</span>
        ${sealed_until ? html`<span class="muted">${text("chain.until", { moment: formatMoment(sealed_until, language) })}</span>` : nothing}
      </summary>
      <p>${text("chain.about")}</p>
      ${head ? html`<p>${text("chain.head")} <span class="code chain-head">${head}</span></p>` : nothing}
      ${faults.length > 0
        ? html`<ul class="chain-faults" role="alert">
            ${faults.map(fault => html`<li>${text("chain.fault", { number: fault.number })} ${language === "zh" ? fault.reason_zh : fault.reason_en}</li>`)}
          </ul>`
        : nothing}
    </details>`
  }
}

customElements.define("riskmap-chain-state", ChainState)
