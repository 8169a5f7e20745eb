/** A new submission: about which enterprise, or about a new one, and what it is called. */

import { html, nothing } from "lit"
import { getJson, sendJson } from "../api/client.js"
import { searchField } from "../administration/toolbar.js"
import { Answer } from "../forms/answer.js"
import { DialogElement, dialogButtons } from "../forms/dialog.js"
import { formProblem, textField } from "../forms/fields.js"
import { FormState, required, valuesOf } from "../forms/form_state.js"
import { gradeBadge } from "../grades/badge.js"
import { mayAny } from "../session/session.js"
import { domain, store, text } from "../shell/page_store.js"
import { writeAddress } from "../work/address.js"
import { AT_FIRST } from "./fields.js"
import { listPath, newId } from "./submission.js"

/** @import {Brief, Submission, Submissions} from "./submission.js" */

/** @typedef {{id: string, name: string, detail: string | null, grade: number | null}} Found */

/** How many are offered to choose from. */
const MOST = 50

/** @extends {DialogElement<string>} */
export class NewSubmission extends DialogElement {
  static properties = { chosen: { state: true }, isOfNew: { state: true } }

  #form = new FormState(this)
  #words = ""
  /** @type {Answer<{found: Found[], total: number}>} */
  #found = new Answer(this, signal => this.#search(signal))
  /** Those about the chosen enterprise that are still open. @type {Answer<Submissions>} */
  #open = new Answer(this, signal =>
    getJson(`/api/v1/submissions?enterprise=${this.chosen?.id}&state=draft&state=returned&state=submitted&limit=5`, { signal }),
  )

  constructor() {
    super()
    /** @type {Found | null} */
    this.chosen = null
    this.isOfNew = false
  }

  firstUpdated() {
    this.#found.load()
  }

  heading() {
    return text("newSubmission.title")
  }

  body() {
    const { session } = store.state
    const form = this.#form
    return html`<form class="dialog-body form" novalidate @submit=${this.#send}>
      ${mayAny(session, "review")
        ? html`<div class="choice-line" role="radiogroup" aria-label=${text("newSubmission.title")}>
            ${[false, true].map(
              isOfNew => html`<label class="check"><input type="radio" name="of" .checked=${this.isOfNew === isOfNew} @change=${() => (this.isOfNew = isOfNew)} /> <span>${text(isOfNew ? "newSubmission.ofNew" : "newSubmission.ofKnown")}</span></label>`,
            )}
          </div>`
        : nothing}
      ${this.isOfNew
        ? textField({ name: "enterprise", label: text("enterpriseFact.name"), maxlength: 200, fault: form.fault("enterprise"), hint: text("newSubmission.newHint") })
        : this.#picker()}
      ${textField({
        name: "title",
        label: text("submission.title"),
        value: text("newSubmission.titleAtFirst", { year: new Date().getFullYear() }),
        maxlength: 200,
        fault: form.fault("title"),
        hint: text("newSubmission.titleHint"),
      })}
      ${formProblem(form.sentence)}
      ${dialogButtons({ action: text("newSubmission.action"), isSending: form.isSending, cancel: () => this.close() })}
    </form>`
  }

  #picker() {
    const fault = this.#form.fault("enterprise_id")
    return html`<fieldset class="picker">
      <legend>${text("newSubmission.enterprise")}</legend>
      ${searchField({ label: text("newSubmission.search"), onChange: words => this.#find(words) })}
      <div class="picker-list" role="listbox" aria-label=${text("newSubmission.enterprise")} aria-invalid=${fault ? "true" : nothing} tabindex="-1">
        ${this.#found.show(({ found, total }) => html`
          ${found.map(each => this.#option(each))}
          ${found.length === 0 ? html`<p class="picker-more muted">${text(this.#words ? "newSubmission.noneFound" : "newSubmission.type")}</p>` : nothing}
          ${total > found.length ? html`<p class="picker-more muted">${text("search.more", { shown: found.length, total })}</p>` : nothing}
        `)}
      </div>
      <p class="field-fault" aria-live="polite">${fault}</p>
      ${this.chosen && this.#open.value?.items.length ? this.#alreadyOpen(this.#open.value.items) : nothing}
    </fieldset>`
  }

  /** @param {Found} each */
  #option(each) {
    const { name, detail, grade } = each
    return html`<label class="check" role="option" aria-selected=${this.chosen?.id === each.id}>
      <input type="radio" name="enterprise_id" value=${each.id} .checked=${this.chosen?.id === each.id} @change=${() => this.#choose(each)} />
      ${gradeBadge(domain().vocabulary, grade)} <span>${name}</span> <span class="muted">${detail ?? nothing}</span>
    </label>`
  }

  /** @param {Brief[]} briefs */
  #alreadyOpen(briefs) {
    return html`<div class="remark-box" role="status">
      <p>${text("newSubmission.alreadyOpen")}</p>
      <ul>
        ${briefs.map(({ id, number, title, state, author }) => html`<li><a href=${writeAddress("submissions", { id })} @click=${() => this.close()}>#${number} ${title}</a> <span class="muted">${state[store.state.language]} · ${author}</span></li>`)}
      </ul>
    </div>`
  }

  /** @param {Found} each */
  #choose(each) {
    this.chosen = each
    this.#form.clear()
    this.#open.load()
  }

  /** @param {string} words */
  #find(words) {
    this.#words = words
    this.#found.load()
  }

  /**
   * Without words: an enterprise's own people find what is theirs, all others nothing yet.
   * @param {AbortSignal} signal
   */
  async #search(signal) {
    const { kind, names } = store.state.session?.actor?.scope ?? { kind: "nothing", names: [] }
    const asked = this.#words ? [this.#words] : kind === "enterprises" ? names : []
    const answers = await Promise.all(asked.map(words => /** @type {Promise<{results: (Found & {layer: string})[]}>} */ (getJson(listPath("/api/v1/search", { q: words, limit: 100 }), { signal }))))
    const found = new Map(answers.flatMap(({ results }) => results.filter(({ layer }) => layer === "enterprises")).map(each => [each.id, each]))
    const all = [...found.values()]
    if (all.length === 1 && !this.#words && !this.chosen) this.#choose(all[0])
    return { found: all.slice(0, MOST), total: all.length }
  }

  /** @param {Event} event */
  async #send(event) {
    event.preventDefault()
    const { title, enterprise = "" } = valuesOf(/** @type {HTMLFormElement} */ (event.target))
    const checks = {
      title: required(title),
      ...(this.isOfNew ? { enterprise: required(enterprise) } : { enterprise_id: this.chosen ? null : text("newSubmission.chooseOne") }),
    }
    const facts = { ...AT_FIRST.enterprise, name: enterprise }
    const body = this.isOfNew
      ? { title, changes: [{ kind: "enterprise", op: "put", id: newId(), seen: null, facts }] }
      : { title, enterprise_id: this.chosen?.id }
    const begun = /** @type {Submission | undefined} */ (await this.#form.send(() => sendJson("POST", "/api/v1/submissions", body), { checks, blame: "title" }))
    if (begun) this.close(begun.id)
  }
}

customElements.define("riskmap-new-submission", NewSubmission)

/** @returns {Promise<string | null>} The id of the submission that was begun. */
export function beginSubmission() {
  return new NewSubmission().ask()
}
