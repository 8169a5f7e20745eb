/** Which of the file's columns is which field: chosen where the headings do not tell. */

import { html, nothing } from "lit"
import { selectField, textField } from "../forms/fields.js"
import { text } from "../shell/page_store.js"
import { BY_CONTENT, readingOf } from "./upload.js"

/** @import {Kinds, Upload} from "./upload.js" */

/**
 * @param {object} form
 * @param {Upload} form.upload
 * @param {Kinds} form.kinds
 * @param {boolean} form.isSending
 * @param {(reading: ReturnType<typeof readingOf>) => void} form.onRead
 */
export function mappingForm({ upload, kinds, isSending, onRead }) {
  const kind = kinds.kinds.find(({ name }) => name === upload.kind)
  if (!kind) return html``
  const { reading, report, problem } = upload
  const columns = report?.columns ?? []
  const none = { value: "", words: text("import.columnNone") }
  const named = columns.map(column => ({ value: column, words: column }))
  const missing = new Set(problem?.fields ?? [])
  const datums = [{ value: "", words: text("import.datumNone") }, ...kinds.datums.map(name => ({ value: name, words: name }))]
  const column = (/** @type {string} */ name, /** @type {string} */ label, /** @type {string} */ value, /** @type {string | null} */ fault = null) =>
    selectField({ name, label, value, options: [none, ...named], fault })
  /** @param {Event} event */
  const send = event => {
    event.preventDefault()
    onRead(readingOf(new FormData(/** @type {HTMLFormElement} */ (event.target)), kind, reading))
  }
  return html`<form class="import-mapping form" novalidate @submit=${send}>
    <div class="import-options">
      ${textField({ name: "sheet", label: text("import.sheet"), value: reading.layer ?? "", maxlength: 200, optionalWord: text("import.optional") })}
      ${textField({ name: "source", label: text("import.source"), value: reading.source ?? "", maxlength: 200, optionalWord: text("import.optional") })}
      ${kind.has_place ? selectField({ name: "datum", label: text("import.datum"), value: reading.datum ?? "", options: datums, fault: problem?.code === "missing_datum" ? text("import.choose") : null }) : nothing}
      ${kind.has_official_code
        ? nothing
        : selectField({
            name: "id_column",
            label: text("import.idColumn"),
            value: reading.id_column ?? report?.id_column ?? "",
            options: [none, ...named, { value: BY_CONTENT, words: text("import.byContent") }],
            fault: problem?.code === "missing_key" ? text("import.choose") : null,
          })}
    </div>
    ${columns.length === 0
      ? nothing
      : html`<fieldset class="import-columns">
          <legend>${text("import.columns", { count: columns.length })}</legend>
          ${kind.fields.map(({ name, label, is_required }) =>
            column(`column-${name}`, `${label}${is_required ? " *" : ""}`, reading.columns?.[name] ?? report?.mapped[name] ?? "", missing.has(label) ? text("import.choose") : null),
          )}
          ${kind.has_place ? html`${column("lon", text("import.lon"), reading.lon ?? "")} ${column("lat", text("import.lat"), reading.lat ?? "")}` : nothing}
        </fieldset>`}
    <p class="import-deeds"><button type="submit" class="button" ?disabled=${isSending}>${text("import.checkAgain")}</button></p>
  </form>`
}
