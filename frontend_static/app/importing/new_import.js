/** The start of an import: what it is, the template to fill in, and the file. */

import { html, nothing } from "lit"
import { isAbort } from "../api/client.js"
import { selectField, textField } from "../forms/fields.js"
import { icon } from "../shell/icons.js"
import { PageElement } from "../shell/page_element.js"
import { redrawOn, text } from "../shell/page_store.js"
import { problemText } from "../shell/problem_text.js"
import { sendFile } from "./sending.js"
import { faultOf } from "./upload.js"

/** @import {Kinds, Mapping} from "./upload.js" */

/** Lists of events that one scale may have been used for. */
const ASSESSED = new Set(["risk_list", "risk_events"])

export class NewImport extends PageElement {
  static properties = {
    kinds: { attribute: false },
    mappings: { attribute: false },
    kind: { state: true },
    file: { state: true },
    share: { state: true },
    fault: { state: true },
    isOver: { state: true },
  }

  constructor() {
    super()
    /** @type {Kinds} */
    this.kinds = { kinds: [], datums: [], files: {} }
    /** @type {readonly Mapping[]} */
    this.mappings = []
    this.kind = "enterprises"
    /** @type {File | null} */
    this.file = null
    // How much has gone; null when nothing is on its way.
    /** @type {number | null} */
    this.share = null
    /** @type {string | null} */
    this.fault = null
    this.isOver = false
    redrawOn(this)
  }

  disconnectedCallback() {
    super.disconnectedCallback()
    this.#request.abort()
  }

  render() {
    const isSending = this.share !== null
    const chosen = this.kinds.kinds.find(({ name }) => name === this.kind) ?? this.kinds.kinds[0]
    if (!chosen) return html``
    const options = this.kinds.kinds.map(({ name, label }) => ({ value: name, words: label }))
    const datums = [{ value: "", words: text("import.datumNone") }, ...this.kinds.datums.map(name => ({ value: name, words: name }))]
    const mappings = this.mappings.filter(({ kind }) => kind === chosen.name).map(({ name }) => ({ value: name, words: name }))
    return html`<form class="import-start form" novalidate @submit=${this.#send}>
      <h2>${text("import.new")}</h2>
      <div class="import-options">
        ${selectField({ name: "kind", label: text("import.kind"), value: chosen.name, options, onChange: name => (this.kind = name) })}
        ${textField({ name: "source", label: text("import.source"), maxlength: 200, optionalWord: text("import.optional"), hint: text("import.sourceHint") })}
        ${chosen.has_place ? selectField({ name: "datum", label: text("import.datum"), options: datums, hint: text("import.datumHint") }) : nothing}
        ${textField({ name: "sheet", label: text("import.sheet"), maxlength: 200, optionalWord: text("import.optional"), hint: text("import.sheetHint") })}
        ${mappings.length > 0 ? selectField({ name: "mapping", label: text("import.mapping"), options: [{ value: "", words: text("import.mappingNone") }, ...mappings] }) : nothing}
        ${ASSESSED.has(chosen.name) ? textField({ name: "scale", label: text("import.scale"), maxlength: 100, optionalWord: text("import.optional"), hint: text("import.scaleHint") }) : nothing}
      </div>
      <p><a class="button" href="/api/v1/imports/template?kind=${chosen.name}" download>${icon("download")} ${text("import.template", { kind: chosen.label })}</a></p>
      <label class="drop-place" ?data-over=${this.isOver} @dragover=${this.#over} @dragleave=${() => (this.isOver = false)} @drop=${this.#drop}>
        <input type="file" class="visually-hidden" name="file" accept=${Object.keys(this.kinds.files).join(",")} ?disabled=${isSending} @change=${this.#choose} />
        ${this.file ? html`<b>${this.file.name}</b><span class="muted">${text("import.another")}</span>` : html`<b>${text("import.drop")}</b><span class="muted">${Object.keys(this.kinds.files).join(" ")}</span>`}
      </label>
      <div role="alert">${this.fault ? html`<p class="field-fault">${this.fault}</p>` : nothing}</div>
      ${isSending ? html`<div class="import-course" role="status"><progress max="1" value=${this.share ?? 0}></progress> ${text("import.sending", { percent: Math.round(100 * (this.share ?? 0)) })}</div>` : nothing}
      <p class="import-deeds">
        <button type="submit" class="primary-button" ?disabled=${!this.file || isSending}>${text("import.check")}</button>
        ${isSending ? html`<button type="button" class="button" @click=${() => this.#request.abort()}>${text("action.cancel")}</button>` : nothing}
        <span class="muted">${text("import.checkHint")}</span>
      </p>
    </form>`
  }

  /** @param {DragEvent} event */
  #over(event) {
    event.preventDefault()
    this.isOver = true
  }

  /** @param {DragEvent} event */
  #drop(event) {
    event.preventDefault()
    this.isOver = false
    this.#take(event.dataTransfer?.files)
  }

  /** @param {Event} event */
  #choose(event) {
    this.#take(/** @type {HTMLInputElement} */ (event.target).files)
  }

  /** @param {FileList | null | undefined} files */
  #take(files) {
    const file = files?.[0]
    if (!file || this.share !== null) return
    const fault = faultOf(file, this.kinds.files)
    this.fault = fault && text(fault.key, fault.values)
    this.file = fault ? null : file
  }

  /** @param {Event} event */
  async #send(event) {
    event.preventDefault()
    if (!this.file) return
    const form = new FormData(/** @type {HTMLFormElement} */ (event.target))
    form.delete("file")
    const said = Object.fromEntries([...form].map(([name, value]) => [name, String(value).trim()]))
    this.fault = null
    this.share = 0
    const { signal } = (this.#request = new AbortController())
    try {
      const upload = await sendFile(this.file, said, { signal, onPart: share => (this.share = share) })
      this.tell("sent", upload)
    } catch (problem) {
      if (!isAbort(problem)) this.fault = problemText(problem)
    }
    this.share = null
  }

  #request = new AbortController()
}

customElements.define("riskmap-new-import", NewImport)
