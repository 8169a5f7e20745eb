/** The form of one row: every fact with its name, its unit, what was changed, and what is wrong with it. */

import { html, nothing } from "lit"
import { dayField } from "../forms/day_field.js"
import { keyed } from "./keyed.js"
import { gradeBadge } from "../grades/badge.js"
import { isOverdue } from "../history/moment.js"
import { icon } from "../shell/icons.js"
import { PageElement } from "../shell/page_element.js"
import { domain, redrawOn, store, text } from "../shell/page_store.js"
import { mayAny } from "../session/session.js"
import "./assessment_field.js"
import { CHILDREN, isChanged, keyOf } from "./draft.js"
import { faultsAt } from "./faults.js"
import { SECTIONS } from "./fields.js"
import "./place_field.js"
import { rowGrade } from "./row_tree.js"
import "./substances_field.js"
import { choices, missingLevels } from "./tables.js"
import { valueText } from "./values.js"

/** @import {TemplateResult} from "lit" */
/** @import {Row} from "./draft.js" */
/** @import {Fault} from "./faults.js" */
/** @import {Field} from "./fields.js" */
/** @import {Shape} from "./map_shapes.js" */
/** @import {Kind} from "./submission.js" */
/** @import {Tables} from "./tables.js" */

export class RowForm extends PageElement {
  static properties = { row: { attribute: false }, rows: { attribute: false }, tables: { attribute: false }, faults: { attribute: false }, isOfNew: { attribute: false } }

  constructor() {
    super()
    /** @type {Row | null} */
    this.row = null
    /** @type {readonly Row[]} */
    this.rows = []
    /** @type {Tables | null} */
    this.tables = null
    /** @type {readonly Fault[]} */
    this.faults = []
    /** Whether the enterprise is a new one. */
    this.isOfNew = false
    /** Places that do not read as such yet, by row and fact. @type {Map<string, string>} */
    this.texts = new Map()
    redrawOn(this, "session")
  }

  render() {
    const { row } = this
    if (!row || !this.tables) return nothing
    const isGone = row.state === "deleted" || row.state === "gone"
    return html`
      ${this.#head(row)}
      ${this.#remarks(row)}
      ${isGone ? nothing : keyed(row.key, html`<div class="row-form">${SECTIONS[row.kind].map(({ title, fields }) => this.#section(row, title, fields))}</div>`)}
      ${isGone ? nothing : this.#below(row)}
    `
  }

  /** @param {Row} row */
  #head(row) {
    const path = this.#pathOf(row)
    const isGone = row.state === "deleted" || row.state === "gone"
    return html`<header class="row-head">
      <nav class="row-path" aria-label=${text("row.path")}>
        ${path.map(above => html`<button type="button" class="text-button" @click=${() => this.tell("row-chosen", above.key)}>${above.name || text(`kind.${above.kind}`)}</button><span aria-hidden="true">›</span>`)}
      </nav>
      <div class="row-title">
        <h2>${row.name || text("tree.unnamed", { kind: text(`kind.${row.kind}`) })}</h2>
        <span class="tag">${text(`kind.${row.kind}`)}</span>
        ${row.state === "same" ? nothing : html`<span class="tag is-marked">${text(`rowState.${row.state}`)}</span>`}
        ${row.base && (row.kind === "enterprise" || row.kind === "zone")
          ? html`<span class="row-grades">${text("row.published")} ${gradeBadge(domain().vocabulary, row.base.grade)} <span class="muted">${text("row.residual")}</span> ${gradeBadge(domain().vocabulary, row.base.residual_grade)}</span>`
          : nothing}
        <span class="toolbar-gap"></span>
        ${row.change && row.state !== "new" && row.state !== "gone"
          ? html`<button type="button" class="button" @click=${() => this.tell("row-undone", row)}>${text(row.state === "deleted" ? "row.restore" : "row.undo")}</button>`
          : nothing}
        ${isGone || row.kind === "enterprise" || row.kind === "zone" ? nothing : html`<button type="button" class="button" @click=${() => this.tell("row-copied", row)}>${icon("copy")} ${text("row.copy")}</button>`}
        ${isGone || row.kind === "enterprise" ? nothing : html`<button type="button" class="button" @click=${() => this.tell("row-deleted", row)}>${text("row.delete")}</button>`}
      </div>
    </header>`
  }

  /** @param {Row} row */
  #remarks(row) {
    const general = this.faults.filter(({ key, path }) => key === row.key && path.length === 0)
    const missing = this.#missing(row)
    return html`
      ${row.isOutdated
        ? html`<div class="remark-box strong-box" role="alert">
            <p>${text("row.outdated")}</p>
            <p>${this.#presently(row)}</p>
            <button type="button" class="button" @click=${() => this.tell("row-renewed", row)}>${text("row.renew")}</button>
            <button type="button" class="button" @click=${() => this.tell("row-undone", row)}>${text("row.undo")}</button>
          </div>`
        : nothing}
      ${row.state === "deleted" ? html`<p class="remark-box">${text("row.isDeleted")}</p>` : nothing}
      ${row.state === "gone" ? html`<p class="remark-box">${text("row.isGone")}</p>` : nothing}
      ${general.map(({ reason, hint }) => html`<p class="form-problem" role="alert">${reason}${hint ? html` <span class="muted">${hint}</span>` : nothing}</p>`)}
      ${isOverdue(row.facts.review_due, Date.now()) ? html`<p class="remark-box"><b>${text("review.overdue")}</b> ${text("review.overdueSince", { day: this.#told(/** @type {Field} */ ({ name: "review_due", label: "", type: "day" }), row.facts.review_due) ?? "" })}</p>` : nothing}
      ${missing.length > 0 ? html`<p class="remark-box">${text("row.missingLevels", { levels: missing.map(level => level[store.state.language]).join(store.state.language === "zh" ? "\u3001" : ", ") })}</p>` : nothing}
    `
  }

  /** What the register says now of the facts that were changed here. @param {Row} row */
  #presently(row) {
    const names = Object.keys(row.change?.facts ?? {})
    const fields = SECTIONS[row.kind].flatMap(({ fields }) => fields).filter(({ name }) => names.includes(name))
    return fields.map(field => html`<span class="presently"><span>${text(field.label)} ${text("conflict.now")} <b>${this.#told(field, row.base?.facts[field.name]) ?? "\u2014"}</b></span></span>`)
  }

  /** @param {Row} row */
  #missing(row) {
    if ((row.kind !== "zone" && row.kind !== "enterprise") || row.state === "deleted" || row.state === "gone") return []
    const zoneKey = row.kind === "zone" ? row.key : null
    const isOver = (/** @type {Row} */ person) => person.parent === zoneKey || person.parent === keyOf("enterprise", this.#enterprise()?.id ?? "")
    const people = this.rows.filter(each => each.kind === "person" && each.state !== "deleted" && each.state !== "gone" && isOver(each))
    return missingLevels(/** @type {Tables} */ (this.tables), this.#enterprise()?.facts ?? {}, row.base?.grade ?? null, people.map(({ facts }) => facts.duty))
  }

  /**
   * @param {Row} row
   * @param {string} title
   * @param {readonly Field[]} fields
   */
  #section(row, title, fields) {
    const isSideBySide = fields.some(({ type }) => type === "assessment")
    return html`<section class="form-section" data-side-by-side=${isSideBySide || nothing}>
      <h3>${text(title)}</h3>
      <div class="form-grid">${fields.map(field => this.#field(row, field))}</div>
    </section>`
  }

  /**
   * @param {Row} row
   * @param {Field} field
   */
  #field(row, field) {
    const id = `field-${field.name}`
    const faults = faultsAt(this.faults, row.key, field.name)
    const isLocked = this.#isLocked(row, field)
    const hint = isLocked ? text(field.isFor === "bureau" && !this.isOfNew ? "field.forBureau" : "field.forOffices") : field.hint ? text(field.hint) : ""
    const ownHint = field.type === "point" || field.type === "area" ? "" : hint
    const hasOwnFaults = field.type === "point" || field.type === "area" || field.type === "assessment" || field.type === "substances"
    return html`<div class="field ${field.isWide || field.type === "area" ? "is-wide" : ""}" data-changed=${isChanged(row, field.name) || nothing} data-type=${field.type}>
      <div class="field-label">
        <label for=${id}>${text(field.label)}${field.isRequired ? html`<span class="required" title=${text("form.required")}>*</span>` : nothing}${field.unit ? html` <span class="muted">(${text(field.unit)})</span>` : nothing}</label>
        ${isChanged(row, field.name)
          ? html`<span class="was" title=${this.#told(field, row.base?.facts[field.name]) ?? "\u2014"}>${text("field.was")} ${this.#told(field, row.base?.facts[field.name]) ?? "\u2014"}</span>
              <button type="button" class="text-button" @click=${() => this.tell("fact-undone", { row, name: field.name })}>${text("field.undo")}</button>`
          : nothing}
      </div>
      ${this.#input(row, field, id, { isLocked, isInvalid: faults.length > 0, faults })}
      <p class="field-hint" id="${hasOwnFaults ? `${id}-note` : `${id}-hint`}" ?hidden=${!ownHint}>${ownHint}</p>
      ${hasOwnFaults
        ? nothing
        : html`<p class="field-fault" id="${id}-fault" aria-live="polite">${faults.map(({ reason, hint }) => html`${reason}${hint ? html` <span class="muted">${hint}</span>` : nothing}`)}</p>`}
    </div>`
  }

  /**
   * @param {Row} row
   * @param {Field} field
   * @param {string} id
   * @param {{isLocked: boolean, isInvalid: boolean, faults: readonly Fault[]}} state
   * @returns {TemplateResult}
   */
  #input(row, field, id, { isLocked, isInvalid, faults }) {
    const value = row.facts[field.name]
    /** @param {unknown} said @param {string | null} [at] */
    const write = (said, at = null) => this.tell("fact-written", { row, name: field.name, value: said, at })
    const typed = (/** @type {Event} */ event) => /** @type {HTMLInputElement} */ (event.target).value
    const invalid = isInvalid ? "true" : nothing
    switch (field.type) {
      case "choice":
      case "grade":
      case "yesno":
      case "row": {
        const options = this.#options(row, field)
        const parse = { choice: (/** @type {string} */ said) => said, row: (/** @type {string} */ said) => said, grade: Number, yesno: (/** @type {string} */ said) => said === "true" }[field.type]
        const isKnown = options.some(option => option.value === String(value ?? ""))
        return html`<select id=${id} name=${field.name} ?disabled=${isLocked} aria-invalid=${invalid} aria-describedby="${id}-hint ${id}-fault" @change=${(/** @type {Event} */ event) => write(typed(event) === "" ? null : parse(typed(event)))}>
          ${field.isRequired && value ? nothing : html`<option value="" .selected=${(value ?? "") === ""}>${field.isRequired ? text("form.choose") : "\u2014"}</option>`}
          ${isKnown || value === null || value === undefined ? nothing : html`<option value=${String(value)} .selected=${true}>${this.#told(field, value)}</option>`}
          ${options.map(option => html`<option value=${option.value} .selected=${option.value === String(value ?? "")}>${option.words}</option>`)}
        </select>`
      }
      case "text":
        return html`<textarea id=${id} name=${field.name} rows="3" maxlength=${field.maxlength ?? nothing} ?disabled=${isLocked} aria-invalid=${invalid} aria-describedby="${id}-hint ${id}-fault" .value=${value ?? ""} @input=${(/** @type {Event} */ event) => write(typed(event).replace(/\r?\n/g, " "), field.name)}></textarea>`
      case "point":
      case "area":
        return html`<riskmap-place
          .name=${field.name}
          .label=${text(field.label)}
          .kind=${field.type}
          .value=${value ?? null}
          .old=${row.base?.facts[field.name] ?? null}
          .grade=${row.kind === "zone" ? (row.base?.grade ?? null) : null}
          .around=${this.#around(row, field)}
          .faults=${faults}
          .isDisabled=${isLocked}
          .kept=${this.texts.get(`${row.key}/${field.name}`) ?? null}
          @unreadable=${(/** @type {CustomEvent<string | null>} */ event) => this.#keep(row, field.name, event.detail)}
          @placed=${(/** @type {CustomEvent} */ event) => write(event.detail, field.name)}
        ></riskmap-place>`
      case "assessment":
        return html`<riskmap-assessment
          .name=${field.name}
          .value=${value ?? null}
          .other=${row.facts[field.name === "inherent" ? "residual" : "inherent"] ?? null}
          .tables=${this.tables}
          .faults=${faults}
          .isDisabled=${isLocked}
          @assessed-as=${(/** @type {CustomEvent} */ event) => write(event.detail.value, event.detail.at)}
        ></riskmap-assessment>`
      case "substances":
        return html`<riskmap-substances .value=${value ?? []} .faults=${faults} .isDisabled=${isLocked} @listed=${(/** @type {CustomEvent} */ event) => this.#list(row, event.detail)}></riskmap-substances>`
      case "whole":
        return html`<input id=${id} name=${field.name} inputmode="numeric" autocomplete="off" maxlength="9" ?disabled=${isLocked} aria-invalid=${invalid} aria-describedby="${id}-hint ${id}-fault" .value=${String(value ?? "")} @input=${(/** @type {Event} */ event) => this.#whole(row, field.name, typed(event))} />`
      case "day":
        return dayField({ id, name: field.name, value: String(value ?? ""), isDisabled: isLocked, isInvalid, describedBy: `${id}-hint ${id}-fault`, onInput: said => write(said, field.name) })
      default:
        return html`<input
          id=${id}
          name=${field.name}
          type="text"
          class=${field.type === "code" ? "code" : ""}
          maxlength=${field.maxlength ?? nothing}
          autocomplete="off"
          spellcheck="false"
          ?disabled=${isLocked}
          aria-invalid=${invalid}
          aria-describedby="${id}-hint ${id}-fault"
          .value=${String(value ?? "")}
          @input=${(/** @type {Event} */ event) => write(typed(event), field.name)}
          @change=${(/** @type {Event} */ event) => write(typed(event).trim(), field.name)}
        />`
    }
  }

  /**
   * What does not read as a place is no fact yet; it must not be lost with the row that is left.
   * @param {Row} row
   * @param {string} name
   * @param {string | null} typed
   */
  #keep(row, name, typed) {
    if (typed === null) this.texts.delete(`${row.key}/${name}`)
    else this.texts.set(`${row.key}/${name}`, typed)
  }

  /**
   * Written as it is until it is a number: the check says what is wrong with it.
   * @param {Row} row
   * @param {string} name
   * @param {string} typed
   */
  #whole(row, name, typed) {
    const value = /^\d+$/.test(typed.trim()) ? Number(typed) : typed.trim()
    // The number of people decides about an installation's level together with its substances.
    const together = row.kind === "installation" && name === "people_500m" && row.facts.substances ? { substances: row.facts.substances } : {}
    this.tell("fact-written", { row, name, value, at: name, together })
  }

  /**
   * @param {Row} row
   * @param {unknown} substances
   */
  #list(row, substances) {
    this.tell("fact-written", { row, name: "substances", value: substances, at: "substances" })
  }

  /**
   * @param {Row} row
   * @param {Field} field
   */
  #options(row, field) {
    const { language } = store.state
    if (field.type === "yesno") return ["true", "false"].map(value => ({ value, words: text(value === "true" ? "value.yes" : "value.no") }))
    if (field.type === "grade") return domain().vocabulary.grades.map(grade => ({ value: String(grade.code), words: grade[language] }))
    if (field.type === "row") {
      const isThere = (/** @type {Row} */ { kind, state }) => kind === field.of && state !== "deleted" && state !== "gone"
      return this.rows.filter(isThere).map(each => ({ value: each.id, words: each.name || text("tree.unnamed", { kind: text(`kind.${each.kind}`) }) }))
    }
    return choices(field.words ?? "", this.#words(), row.facts, this.#enterprise()?.facts).map(word => ({
      value: word.code,
      words: field.words === "classes_1" || field.words === "classes_2" ? `${word.code} ${word[language]}` : word[language],
    }))
  }

  /**
   * The other areas that a place is drawn among.
   * @param {Row} row
   * @param {Field} field
   * @returns {Shape[]}
   */
  #around(row, field) {
    const enterprise = this.#enterprise()
    const outline = field.name === "outline" ? null : enterprise?.facts.outline
    const zones = this.rows.filter(each => each.kind === "zone" && each.key !== row.key && each.state !== "deleted" && each.state !== "gone" && each.facts.boundary?.type)
    return [
      ...(outline ? [{ role: /** @type {const} */ ("outline"), geometry: outline }] : []),
      ...zones.map(zone => ({ role: /** @type {const} */ ("other"), geometry: zone.facts.boundary, grade: zone.base?.grade ?? null, name: zone.name })),
    ]
  }

  /**
   * @param {Row} row
   * @param {Field} field
   */
  #isLocked(row, field) {
    const { session } = store.state
    if (!field.isFor || row.kind !== "enterprise") return false
    if (!mayAny(session, "review")) return true
    return field.isFor === "bureau" && !this.isOfNew && session?.actor?.scope.kind !== "everything"
  }

  /** @param {Row} row */
  #below(row) {
    const kinds = CHILDREN[row.kind]
    if (kinds.length === 0) return nothing
    const children = this.rows.filter(({ parent }) => parent === row.key)
    return html`<section class="form-section row-children">
      <h3>${text("row.below")}</h3>
      ${kinds.map(kind => {
        const mine = children.filter(each => each.kind === kind)
        return html`<div class="child-kind">
          <h4>${text(`kind.${kind}`)} <span class="muted">${mine.length}</span></h4>
          <ul>
            ${mine.map(
              child => html`<li data-state=${child.state}>
                <button type="button" class="child-link" @click=${() => this.tell("row-chosen", child.key)}>
                  ${kind === "zone" || kind === "risk_event" ? rowGrade(child) : nothing}
                  <span>${this.#childText(child)}</span>
                  ${isOverdue(child.facts.review_due, Date.now()) ? html`<span class="tag is-marked">${text("review.overdue")}</span>` : nothing}
                  ${child.state === "same" ? nothing : html`<span class="tree-state">${text(`rowState.${child.state}`)}</span>`}
                </button>
              </li>`,
            )}
          </ul>
          <button type="button" class="button" data-add=${kind} @click=${() => this.tell("row-added", { kind, parent: row })}>${icon("plus")} ${text(`add.${kind}`)}</button>
        </div>`
      })}
    </section>`
  }

  /** @param {Row} child */
  #childText(child) {
    const name = child.name || text("tree.unnamed", { kind: text(`kind.${child.kind}`) })
    const duty = child.kind === "person" ? this.#told(/** @type {Field} */ ({ name: "duty", label: "", type: "choice", words: "duties_and_contacts" }), child.facts.duty) : null
    const kind = child.kind === "measure" ? this.#told(/** @type {Field} */ ({ name: "kind", label: "", type: "choice", words: "measure_kinds" }), child.facts.kind) : null
    return [kind, duty, name].filter(Boolean).join(" · ")
  }

  /**
   * @param {Field} field
   * @param {unknown} value
   */
  #told(field, value) {
    return valueText(field, value, {
      words: this.#words(),
      language: store.state.language,
      text,
      facts: this.row?.base?.facts ?? {},
      enterprise: this.#enterprise()?.facts,
      nameOf: id => this.rows.find(row => row.id === id)?.name ?? null,
    })
  }

  #words() {
    return { tables: /** @type {Tables} */ (this.tables), ...domain() }
  }

  #enterprise() {
    return this.rows.find(({ kind }) => kind === "enterprise")
  }

  /** @param {Row} row */
  #pathOf(row) {
    /** @type {Row[]} */
    const path = []
    for (let above = this.#parentOf(row); above; above = this.#parentOf(above)) path.unshift(above)
    return path
  }

  /** @param {Row} row */
  #parentOf(row) {
    return this.rows.find(({ key }) => key === row.parent)
  }

  /**
   * Focus the field that a path into the facts names.
   * @param {readonly string[]} path
   * @returns {HTMLElement | null} the field, if it is there: the parts of a form draw themselves after it.
   */
  focusOn(path) {
    const [name, ...inner] = path
    const names = [...inner.keys()].map(count => [name, ...inner.slice(0, inner.length - count)].join("."))
    const field = [...names, name].map(each => this.querySelector(`[name="${each}"]`)).find(Boolean) ?? this.querySelector(`#field-${name}`)
    if (!(field instanceof HTMLElement)) return null
    field.scrollIntoView({ block: "center" })
    field.focus()
    return field
  }

  /** Focus the first field, where what is named has none of its own. */
  focusFirst() {
    const field = this.querySelector(".row-form [name]")
    if (field instanceof HTMLElement) field.focus()
  }
}

/** @typedef {{row: Row, name: string, value: unknown, at: string | null, together?: Record<string, unknown>}} Written */
/** @typedef {{kind: Kind, parent: Row}} Adding */

customElements.define("riskmap-row-form", RowForm)
