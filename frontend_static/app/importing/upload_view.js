/** One upload: how far the work is, what it would change, what cannot be imported, and the deed itself. */

import { html, nothing } from "lit"
import { getJson, isAbort, sendJson } from "../api/client.js"
import { Problem } from "../api/problem.js"
import { Answer } from "../forms/answer.js"
import { confirmed } from "../forms/confirm.js"
import { textField } from "../forms/fields.js"
import { formatCount, formatMoment } from "../language/format.js"
import { icon } from "../shell/icons.js"
import { PageElement } from "../shell/page_element.js"
import { redrawOn, store, text } from "../shell/page_store.js"
import { problemText } from "../shell/problem_text.js"
import { counts, differences } from "./differences.js"
import { findings } from "./findings.js"
import { mappingForm } from "./mapping_form.js"
import { isBusy } from "./upload.js"

/** @import {Kinds, Upload} from "./upload.js" */

/** Between two questions how far the work is. */
const REST_MS = 700

export class UploadView extends PageElement {
  static properties = { uploadId: { attribute: false }, kinds: { attribute: false }, words: { state: true }, refusal: { state: true }, isSending: { state: true }, isPartial: { state: true }, isMapping: { state: true } }

  /** @type {Answer<Upload>} */
  #answer = new Answer(this, signal => getJson(`/api/v1/imports/${this.uploadId}`, { signal }))

  constructor() {
    super()
    this.uploadId = ""
    /** @type {Kinds} */
    this.kinds = { kinds: [], datums: [], files: {} }
    this.words = ""
    /** @type {string | null} */
    this.refusal = null
    this.isSending = false
    this.isPartial = false
    this.isMapping = false
    redrawOn(this)
  }

  disconnectedCallback() {
    super.disconnectedCallback()
    clearTimeout(this.#timer)
  }

  /** @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    if (changed.has("uploadId") && this.uploadId) this.#load()
  }

  render() {
    return html`<p class="import-back"><a href="#import">${icon("back")} ${text("import.back")}</a></p>
      ${this.#answer.show(upload => this.#upload(upload))}`
  }

  /** @param {Upload} upload */
  #upload(upload) {
    const { language } = store.state
    return html`<article class="import-view" data-state=${upload.state}>
      <header class="import-head">
        <h2>${upload.file_name}</h2>
        <p class="muted">${upload.kind_label} · ${upload.author} · ${formatMoment(upload.created_at, language)} · <span class="tag" data-state=${upload.state}>${text(`import.state.${upload.state}`)}</span></p>
      </header>
      ${isBusy(upload) ? html`<p class="import-course" role="status"><progress></progress> ${text(`import.phase.${upload.phase ?? "waiting"}`)}</p>` : this.#rested(upload)}
    </article>`
  }

  /** @param {Upload} upload */
  #rested(upload) {
    const { report, problem, state } = upload
    return html`
      ${state === "committed" ? this.#done(upload) : nothing}
      ${problem ? html`<div class="problem-box" role="alert"><p>${problem.detail}</p></div>` : nothing}
      ${this.refusal && this.refusal !== problem?.detail ? html`<div class="problem-box" role="alert"><p>${this.refusal}</p></div>` : nothing}
      ${report ? counts(report) : nothing}
      ${state === "previewed" ? this.#deeds(upload) : nothing}
      ${report?.notices.length ? html`<details class="import-notices" ?open=${report.notices.length <= 4}><summary>${text("import.notices", { count: report.notices.length })}</summary><ul>${report.notices.map(sentence => html`<li>${sentence}</li>`)}</ul></details>` : nothing}
      ${findings(upload, this.words, words => (this.words = words))}
      ${report?.main ? html`<section class="import-differences"><h3>${text(state === "committed" ? "import.whatChanged" : "import.differences")}</h3>${[report.main, ...report.parts].map(differences)}</section>` : nothing}
      ${state !== "committed" && upload.is_own ? this.#mapping(upload) : nothing}
      ${upload.is_own ? html`<p class="import-deeds"><button type="button" class="button" @click=${() => this.#forget(upload)}>${text("import.forget")}</button></p>` : nothing}
    `
  }

  /** @param {Upload} upload */
  #done({ report }) {
    return html`<div class="import-done" role="status"><p>${icon("check")} <b>${text("import.done")}</b></p>${report?.outcome.map(sentence => html`<p>${sentence}</p>`)}</div>`
  }

  /** @param {Upload} upload */
  #deeds(upload) {
    const { report, is_writable: isWritable, is_own: isOwn } = upload
    if (!report?.main || !isOwn) return nothing
    const { language } = store.state
    const bad = report.quarantined
    const good = report.rows - bad
    const mayWrite = isWritable && (bad === 0 || this.isPartial) && !this.isSending
    return html`<form class="import-decision form" @submit=${(/** @type {Event} */ event) => this.#agree(event, upload)}>
      ${bad > 0 && isWritable
        ? html`<fieldset class="import-way">
            <legend>${text("import.bad", { count: formatCount(bad, language) })}</legend>
            <label><input type="radio" name="way" .checked=${!this.isPartial} @change=${() => (this.isPartial = false)} /> ${text("import.allOrNothing")}</label>
            <label><input type="radio" name="way" .checked=${this.isPartial} @change=${() => (this.isPartial = true)} /> ${text("import.partial", { count: formatCount(good, language) })}</label>
          </fieldset>`
        : nothing}
      ${isWritable ? textField({ name: "save_mapping", label: text("import.save"), maxlength: 100, optionalWord: text("import.optional"), hint: text("import.saveHint") }) : html`<p>${text("import.noGood")}</p>`}
      <p class="import-deeds"><button type="submit" class="primary-button" ?disabled=${!mayWrite}>${text("import.write", { count: formatCount(report.main.new + report.main.changed, language) })}</button></p>
    </form>`
  }

  /** @param {Upload} upload */
  #mapping(upload) {
    const isOpen = this.isMapping || upload.state === "refused"
    const toggle = (/** @type {Event} */ event) => (this.isMapping = /** @type {HTMLDetailsElement} */ (event.target).open)
    return html`<details class="import-mapping-place" ?open=${isOpen} @toggle=${toggle}>
      <summary>${text("import.mappingTitle")}</summary>
      ${mappingForm({ upload, kinds: this.kinds, isSending: this.isSending, onRead: reading => this.#change(() => sendJson("PATCH", this.#path(), reading, { ifMatch: upload.version })) })}
    </details>`
  }

  /**
   * @param {Event} event
   * @param {Upload} upload
   */
  async #agree(event, upload) {
    event.preventDefault()
    const name = String(new FormData(/** @type {HTMLFormElement} */ (event.target)).get("save_mapping") ?? "").trim()
    const main = /** @type {NonNullable<NonNullable<Upload["report"]>["main"]>} */ (upload.report?.main)
    const body = { partial: this.isPartial, ...(name ? { save_mapping: name } : {}) }
    const done = await confirmed({
      heading: text("import.confirm", { name: upload.file_name }),
      sentence: text("import.confirmSentence", { new: main.new, changed: main.changed, quarantined: upload.report?.quarantined ?? 0 }),
      action: text("import.confirmAction"),
      // What the server refuses is told on the page, with the differences as they are now.
      act: async () => ({ send: () => sendJson("POST", `${this.#path()}/commit`, body, { ifMatch: upload.version }) }),
    })
    if (done) await this.#change(done.answer.send)
  }

  /** @param {Upload} upload */
  async #forget(upload) {
    const done = await confirmed({
      heading: text("import.forgetTitle", { name: upload.file_name }),
      sentence: text("import.forgetSentence"),
      action: text("import.forget"),
      act: () => sendJson("DELETE", this.#path()),
    })
    if (done) location.hash = "#import"
  }

  /** @param {() => Promise<Upload>} act */
  async #change(act) {
    this.isSending = true
    this.refusal = null
    try {
      this.#answer.value = await act()
      this.isMapping = false
      this.words = ""
      this.#follow()
    } catch (problem) {
      if (isAbort(problem)) return
      this.refusal = problemText(problem)
      if (problem instanceof Problem && problem.status !== 422) this.#load()
    } finally {
      this.isSending = false
    }
  }

  async #load() {
    await this.#answer.load()
    this.#follow()
  }

  #follow() {
    clearTimeout(this.#timer)
    if (this.isConnected && this.#answer.value && isBusy(this.#answer.value)) this.#timer = setTimeout(() => this.#load(), REST_MS)
  }

  #path() {
    return `/api/v1/imports/${this.uploadId}`
  }

  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer
}

customElements.define("riskmap-upload", UploadView)
