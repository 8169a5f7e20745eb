/** One assessment, before the measures or with them: the method, its scale and factors, the clauses, and what it comes to. */

import { html, nothing } from "lit"
import { gradeBadge } from "../grades/badge.js"
import { PageElement } from "../shell/page_element.js"
import { domain, redrawOn, store, text } from "../shell/page_store.js"
import "./assessment_sum.js"

/** @import {Fault} from "./faults.js" */
/** @import {Scale, Tables} from "./tables.js" */

/** @typedef {{method?: string, scale?: string, factors?: Record<string, number>, clauses?: string[], grade?: number, source?: string}} Given */

const BY_SCALE = ["lec", "ls"]

export class AssessmentField extends PageElement {
  static properties = {
    name: { attribute: false },
    value: { attribute: false },
    other: { attribute: false },
    tables: { attribute: false },
    faults: { attribute: false },
    isDisabled: { attribute: false },
  }

  constructor() {
    super()
    this.name = ""
    /** @type {Given | null} */
    this.value = null
    /** The assessment beside it, to begin from. @type {Given | null} */
    this.other = null
    /** @type {Tables | null} */
    this.tables = null
    /** @type {readonly Fault[]} */
    this.faults = []
    this.isDisabled = false
    redrawOn(this)
  }

  render() {
    if (!this.tables) return nothing
    const { language } = store.state
    const { method = "" } = this.value ?? {}
    return html`
      <fieldset class="assessment" ?disabled=${this.isDisabled}>
        <legend class="visually-hidden">${text(`eventFact.${this.name}`)}</legend>
        ${this.#choice({
          path: ["method"],
          label: text("assessment.method"),
          value: method,
          options: [{ value: "", words: text("assessment.notAssessed") }, ...this.tables.methods.map(each => ({ value: each.id, words: each[language] }))],
          act: value => this.#setMethod(value),
        })}
        ${method === "" && this.other?.method
          ? html`<button type="button" class="text-button" @click=${() => this.#tell(structuredClone(this.other))}>${text("assessment.asOther")}</button>`
          : nothing}
        ${BY_SCALE.includes(method) ? this.#byScale(method) : nothing}
        ${method === "declared" ? this.#declared() : nothing}
        ${method !== "" ? this.#clauses(method) : nothing}
        ${this.#generalFaults()}
        <riskmap-assessment-sum .given=${this.value}></riskmap-assessment-sum>
      </fieldset>
    `
  }

  /** @param {string} method */
  #byScale(method) {
    const { language } = store.state
    const scales = this.#scales(method)
    const scale = scales.find(({ id }) => id === this.value?.scale)
    return html`
      ${this.#choice({
        path: ["scale"],
        label: text("assessment.scale"),
        value: this.value?.scale ?? "",
        options: [
          ...(scale ? [] : [{ value: "", words: text("form.choose") }]),
          ...scales.map(each => ({ value: each.id, words: `${each[language]} · ${each.standard} (${each.edition})` })),
        ],
        act: value => this.#tell({ ...this.value, scale: value || undefined, factors: this.#fitting(value) }),
      })}
      ${scale && !scale.verified
        ? html`<p class="field-hint sureness"><b>${text("assessment.unverified")}</b> ${language === "zh" ? scale.source : nothing}</p>`
        : scale
          ? html`<p class="field-hint">${text("assessment.verified")} ${language === "zh" ? scale.source : nothing}</p>`
          : nothing}
      ${scale?.factors.map(factor =>
        this.#choice({
          path: ["factors", factor.key],
          label: `${factor.key} · ${factor[language]}`,
          value: String(this.value?.factors?.[factor.key] ?? ""),
          options: [
            { value: "", words: text("form.choose") },
            ...factor.scores.map(score => ({ value: String(score.score), words: `${score.score} \u2014 ${score[language]}` })),
          ],
          act: value => this.#setFactor(factor.key, value),
        }),
      )}
    `
  }

  #declared() {
    const { language } = store.state
    const id = `field-${this.name}-source`
    return html`
      ${this.#choice({
        path: ["grade"],
        label: text("assessment.declaredGrade"),
        value: String(this.value?.grade ?? ""),
        options: [{ value: "", words: text("form.choose") }, ...domain().vocabulary.grades.map(each => ({ value: String(each.code), words: each[language] }))],
        act: value => this.#tell({ ...this.value, grade: value ? Number(value) : undefined }),
      })}
      <div class="field">
        <label for=${id}>${text("assessment.source")}</label>
        <input
          id=${id}
          name="${this.name}.source"
          maxlength="200"
          autocomplete="off"
          .value=${this.value?.source ?? ""}
          aria-invalid=${this.#fault(["source"]) ? "true" : nothing}
          aria-describedby="${id}-fault"
          @input=${(/** @type {Event} */ event) => this.#tell({ ...this.value, source: /** @type {HTMLInputElement} */ (event.target).value || undefined }, "source")}
        />
        ${this.#faultLine(id, ["source"])}
      </div>
    `
  }

  /** @param {string} method */
  #clauses(method) {
    const { language } = store.state
    const { vocabulary } = domain()
    const clauses = this.tables?.clauses ?? []
    const chosen = this.value?.clauses ?? []
    const [rule] = clauses
    return html`<details class="clauses" ?open=${method === "direct" || chosen.length > 0}>
      <summary>${text("assessment.clauses", { count: chosen.length })}</summary>
      <p class="field-hint">${text("assessment.clausesHint")}</p>
      ${clauses.map(
        clause => html`<label class="check clause">
          <input
            type="checkbox"
            name="${this.name}.clauses"
            value=${clause.id}
            .checked=${chosen.includes(clause.id)}
            @change=${(/** @type {Event} */ event) => this.#setClause(clause.id, /** @type {HTMLInputElement} */ (event.target).checked)}
          />
          ${gradeBadge(vocabulary, clause.grade)}
          <span>${clause[language]} <span class="muted">${text("assessment.citation", { standard: clause.standard, edition: clause.edition, number: clause.number })}</span></span>
        </label>`,
      )}
      ${rule && !rule.verified ? html`<p class="field-hint sureness"><b>${text("assessment.unverified")}</b> ${language === "zh" ? rule.source : nothing}</p>` : nothing}
    </details>`
  }

  /**
   * @param {object} field
   * @param {string[]} field.path
   * @param {string} field.label
   * @param {string} field.value
   * @param {{value: string, words: string}[]} field.options
   * @param {(value: string) => void} field.act
   */
  #choice({ path, label, value, options, act }) {
    const id = `field-${this.name}-${path.join("-")}`
    return html`<div class="field">
      <label for=${id}>${label}</label>
      <select
        id=${id}
        name="${this.name}.${path.join(".")}"
        aria-invalid=${this.#fault(path) ? "true" : nothing}
        aria-describedby="${id}-fault"
        @change=${(/** @type {Event} */ event) => act(/** @type {HTMLSelectElement} */ (event.target).value)}
      >
        ${options.map(option => html`<option value=${option.value} .selected=${option.value === value}>${option.words}</option>`)}
      </select>
      ${this.#faultLine(id, path)}
    </div>`
  }

  /** @param {string[]} path */
  #fault(path) {
    return this.faults.find(fault => fault.path.slice(1).join("/") === path.join("/"))
  }

  /**
   * @param {string} id
   * @param {string[]} path
   */
  #faultLine(id, path) {
    const fault = this.#fault(path)
    return html`<p class="field-fault" id="${id}-fault" aria-live="polite">${fault ? `${fault.reason}` : nothing}</p>`
  }

  /** What is about no field that is shown. */
  #generalFaults() {
    const shown = [["method"], ["scale"], ["grade"], ["source"], ...Object.keys(this.value?.factors ?? {}).map(key => ["factors", key])]
    const isShown = (/** @type {Fault} */ fault) =>
      shown.some(path => path.join("/") === fault.path.slice(1).join("/")) || fault.path[1] === "factors"
    return this.faults.filter(fault => !isShown(fault)).map(({ reason, hint }) => html`<p class="field-fault">${reason} ${hint ? html`<span class="muted">${hint}</span>` : nothing}</p>`)
  }

  /** @param {string} method */
  #scales(method) {
    return this.tables?.scales.filter(scale => scale.method === method) ?? []
  }

  /** What belongs to another method would be refused, so it goes. @param {string} method */
  #setMethod(method) {
    if (method === "") return this.#tell(null)
    const clauses = this.value?.clauses
    if (!BY_SCALE.includes(method)) return this.#tell({ method, clauses })
    const [scale] = this.#scales(method)
    this.#tell({ method, scale: scale?.id, factors: this.#fitting(scale?.id), clauses })
  }

  /**
   * Those of the scores in hand that another scale has, too.
   * @param {string | undefined} id
   */
  #fitting(id) {
    const scale = /** @type {Scale | undefined} */ (this.tables?.scales.find(each => each.id === id))
    const factors = scale?.factors ?? []
    const kept = factors.flatMap(({ key, scores }) => {
      const score = this.value?.factors?.[key]
      return score !== undefined && scores.some(each => each.score === score) ? [[key, score]] : []
    })
    return Object.fromEntries(kept)
  }

  /**
   * @param {string} key
   * @param {string} value
   */
  #setFactor(key, value) {
    const others = Object.entries(this.value?.factors ?? {}).filter(([name]) => name !== key)
    const factors = Object.fromEntries(value === "" ? others : [...others, [key, Number(value)]])
    this.#tell({ ...this.value, factors })
  }

  /**
   * @param {string} id
   * @param {boolean} isChosen
   */
  #setClause(id, isChosen) {
    const others = (this.value?.clauses ?? []).filter(each => each !== id)
    const clauses = isChosen ? [...others, id] : others
    this.#tell({ ...this.value, clauses: clauses.length > 0 ? clauses : undefined })
  }

  /**
   * @param {Given | null} value
   * @param {string} [at] The field that is being written in.
   */
  #tell(value, at) {
    const said = value && Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined))
    this.tell("assessed-as", { value: said, at: at ? `${this.name}.${at}` : null })
  }
}

customElements.define("riskmap-assessment", AssessmentField)
