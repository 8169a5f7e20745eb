/** The imports: a new one, those of the last days, and one of them in full. */

import { html, nothing } from "lit"
import { getJson } from "../api/client.js"
import { Answer } from "../forms/answer.js"
import { formatCount, formatMoment } from "../language/format.js"
import { PageElement } from "../shell/page_element.js"
import { redrawOn, store, text } from "../shell/page_store.js"
import { pages } from "../submissions/list_parts.js"
import { openRow } from "../submissions/submissions_tab.js"
import { writeAddress } from "../work/address.js"
import { filters, goTo, narrow, onPlace } from "../work/place.js"
import "./new_import.js"
import "./upload_view.js"

/** @import {Brief, Kinds, Mapping, Upload} from "./upload.js" */

/** @typedef {{items: Brief[], total: number, page: number, limit: number}} Uploads */

export class ImportTab extends PageElement {
  /** @type {Answer<{kinds: Kinds, mappings: Mapping[]}>} */
  #start = new Answer(this, async signal => {
    const [kinds, mappings] = await Promise.all([
      /** @type {Promise<Kinds>} */ (getJson("/api/v1/imports/kinds", { signal })),
      /** @type {Promise<{items: Mapping[]}>} */ (getJson("/api/v1/import-mappings", { signal })),
    ])
    return { kinds, mappings: mappings.items }
  })
  /** @type {Answer<Uploads>} */
  #list = new Answer(this, signal => getJson(`/api/v1/imports?page=${Number(filters().page) || 1}`, { signal }))
  #asked = ""

  constructor() {
    super()
    redrawOn(this, "session")
    onPlace(this, () => this.#follow())
  }

  connectedCallback() {
    super.connectedCallback()
    this.#asked = ""
    this.#follow()
  }

  render() {
    const { id } = filters()
    return html`<div class="page-wide">
      ${this.#start.show(({ kinds, mappings }) =>
        id
          ? html`<riskmap-upload .uploadId=${id} .kinds=${kinds}></riskmap-upload>`
          : html`<riskmap-new-import .kinds=${kinds} .mappings=${mappings} @sent=${(/** @type {CustomEvent<Upload>} */ event) => goTo("import", { id: event.detail.id })}></riskmap-new-import>`,
      )}
      ${id ? nothing : html`<section class="import-history"><h2>${text("import.history")}</h2>${this.#list.show(list => this.#table(list))}</section>`}
    </div>`
  }

  /** @param {Uploads} list */
  #table(list) {
    if (list.total === 0) return html`<p class="nothing" role="status">${text("import.none")}</p>`
    return html`
      <table class="table imports-table">
        <thead><tr>
          <th scope="col">${text("import.file")}</th><th scope="col">${text("import.kind")}</th><th scope="col">${text("import.stateTitle")}</th>
          <th scope="col" class="number">${text("import.count.new")}</th><th scope="col" class="number">${text("import.count.changed")}</th><th scope="col" class="number">${text("import.count.quarantined")}</th>
          <th scope="col">${text("import.author")}</th><th scope="col">${text("import.when")}</th>
        </tr></thead>
        <tbody>${list.items.map(brief => this.#row(brief))}</tbody>
      </table>
      ${pages(list, page => narrow({ page }))}
      <p class="muted">${text("import.kept")}</p>
    `
  }

  /** @param {Brief} brief */
  #row(brief) {
    const { language } = store.state
    const count = (/** @type {number | null} */ value) => (value === null ? "" : formatCount(value, language))
    return html`<tr class="linked-row" @click=${(/** @type {Event} */ event) => openRow(event)}>
      <th scope="row"><a href=${writeAddress("import", { id: brief.id })}>${brief.file_name}</a></th>
      <td>${brief.kind_label}</td>
      <td><span class="tag" data-state=${brief.state}>${text(`import.state.${brief.state}`)}</span></td>
      <td class="number">${count(brief.new)}</td><td class="number">${count(brief.changed)}</td><td class="number">${count(brief.quarantined)}</td>
      <td>${brief.author}</td><td class="moment">${formatMoment(brief.created_at, language)}</td>
    </tr>`
  }

  #follow() {
    this.requestUpdate()
    const { id = "", page = "" } = filters()
    const asked = `${id} ${page}`
    if (asked === this.#asked) return
    this.#asked = asked
    this.#start.load()
    if (!id) this.#list.load()
  }
}

customElements.define("import-tab", ImportTab)
