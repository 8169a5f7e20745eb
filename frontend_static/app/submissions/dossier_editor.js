/** The editor of one draft: the tree of the enterprise, the form of one row, and what publishing would do. */

import { html, nothing } from "lit"
import { getJson, sendJson } from "../api/client.js"
import { confirmed } from "../forms/confirm.js"
import { formatMoment } from "../language/format.js"
import { icon } from "../shell/icons.js"
import { PageElement } from "../shell/page_element.js"
import { redrawOn, store, text } from "../shell/page_store.js"
import { problemText } from "../shell/problem_text.js"
import { filters, goTo, narrow } from "../work/place.js"
import { Autosave } from "./autosave.js"
import { clashBox } from "./clash_box.js"
import { added, below, copied, deleted, isSame, keyOf, put, renewed, rowsOf, undone, undoneFact } from "./draft.js"
import { draftOutcome } from "./draft_outcome.js"
import { faultsOf, unreadableFault, whileWriting } from "./faults.js"
import { atFirst } from "./fields.js"
import { begun, done, redo, undo } from "./history.js"
import { merged } from "./merge.js"
import "./row_form.js"
import "./row_tree.js"
import { changeOf, newId } from "./submission.js"

/** @import {Content, Side} from "./merge.js" */
/** @import {History} from "./history.js" */
/** @import {LocalCopy} from "./autosave.js" */
/** @import {Row} from "./draft.js" */
/** @import {Fault} from "./faults.js" */
/** @import {Adding, RowForm, Written} from "./row_form.js" */
/** @import {RowTree} from "./row_tree.js" */
/** @import {Change, DossierRow, Outcome, Submission} from "./submission.js" */
/** @import {Tables} from "./tables.js" */

// How often the field of a fault is looked for: each time takes two frames.
const MOST_TRIES = 30

/** @typedef {{base: Content, mine: Content, theirs: Content, version: number}} Clashing */

/** How long after a save the draft is checked by itself, and up to how many changes: a check tries them all. */
const CHECK_MS = 700
const MOST_CHECKED = 300

export class DossierEditor extends PageElement {
  static properties = {
    submission: { attribute: false },
    dossier: { attribute: false },
    tables: { attribute: false },
    history: { state: true },
    outcome: { state: true },
    isChecking: { state: true },
    isOutcomeOpen: { state: true },
    problem: { state: true },
    remark: { state: true },
  }

  constructor() {
    super()
    /** @type {Submission} */
    this.submission = /** @type {any} */ (null)
    /** @type {readonly DossierRow[]} */
    this.dossier = []
    /** @type {Tables} */
    this.tables = /** @type {any} */ (null)
    /** @type {History<Content>} */
    this.history = /** @type {any} */ (null)
    /** @type {{outcome: Outcome, changes: readonly Change[], isAsked: boolean} | null} */
    this.outcome = null
    this.isChecking = false
    this.isOutcomeOpen = false
    /** @type {unknown} */
    this.problem = null
    /** Key of what is to be told. @type {string | null} */
    this.remark = null
    redrawOn(this, "session")
  }

  connectedCallback() {
    super.connectedCallback()
    addEventListener("beforeunload", this.#beforeLeaving)
    addEventListener("keydown", this.#press)
    addEventListener("online", this.#online)
    addEventListener("hashchange", this.#follow)
    document.addEventListener("visibilitychange", this.#hide)
  }

  disconnectedCallback() {
    super.disconnectedCallback()
    removeEventListener("beforeunload", this.#beforeLeaving)
    removeEventListener("keydown", this.#press)
    removeEventListener("online", this.#online)
    removeEventListener("hashchange", this.#follow)
    document.removeEventListener("visibilitychange", this.#hide)
    clearTimeout(this.#checkTimer)
    // Going to another tab of the page is no reason to wait.
    if (this.#saving?.state === "waiting") this.#saving.flush()
    else this.#saving?.stop()
  }

  willUpdate() {
    if (this.#saving) return
    const content = contentOf(this.submission)
    const { id, version } = this.submission
    this.#saving = new Autosave({
      key: `riskmap.draft.${store.state.session?.actor?.username ?? ""}.${id}`,
      content,
      version,
      shelf: shelf(),
      send: ({ title, reason, changes }, seen) => {
        // What is blank is not to be kept: the server would refuse it, and everything else with it.
        const said = { title: title.trim() || undefined, reason: reason?.trim() || null, changes }
        return sendJson("PATCH", `/api/v1/submissions/${id}`, said, { ifMatch: seen })
      },
      onChange: () => this.#saved(),
    })
    const copy = this.#saving.copy
    if (copy && !isSame(copy.content, content)) this.#copy = copy
    else if (copy) this.#saving.dropCopy()
    this.history = begun(content)
  }

  render() {
    const { changes } = this.#content
    const rows = this.#rows()
    const row = rows.find(({ key }) => key === this.#openKey()) ?? rows[0]
    const faults = this.#faults()
    return html`
      ${this.#bar()}
      ${this.#notices()}
      ${this.isOutcomeOpen && this.outcome ? this.#outcome(rows, faults) : nothing}
      <div class="editor-body">
        <aside class="editor-tree" aria-label=${text("tree.label")}>
          <riskmap-row-tree
            .rows=${rows}
            .open=${row?.key ?? ""}
            .faulty=${new Set(faults.map(({ key }) => key ?? ""))}
            @row-chosen=${(/** @type {CustomEvent<string>} */ event) => this.#open(event.detail)}
          ></riskmap-row-tree>
          <p class="tree-foot muted">${text("tree.count", { rows: rows.length, changes: changes.length })}</p>
        </aside>
        <section class="editor-form" aria-label=${text("row.form")}>
          <riskmap-row-form
            .row=${row ?? null}
            .rows=${rows}
            .tables=${this.tables}
            .faults=${faults}
            .isOfNew=${this.submission.is_new}
            @row-chosen=${(/** @type {CustomEvent<string>} */ event) => this.#open(event.detail)}
            @fact-written=${(/** @type {CustomEvent<Written>} */ event) => this.#write(event.detail)}
            @fact-undone=${(/** @type {CustomEvent<{row: Row, name: string}>} */ event) => this.#become(undoneFact(changes, event.detail.row, event.detail.name))}
            @row-undone=${(/** @type {CustomEvent<Row>} */ event) => this.#become(undone(changes, rows, event.detail))}
            @row-renewed=${(/** @type {CustomEvent<Row>} */ event) => this.#become(renewed(changes, event.detail))}
            @row-deleted=${(/** @type {CustomEvent<Row>} */ event) => this.#delete(rows, event.detail)}
            @row-copied=${(/** @type {CustomEvent<Row>} */ event) => this.#copyRow(event.detail)}
            @row-added=${(/** @type {CustomEvent<Adding>} */ event) => this.#add(event.detail)}
          ></riskmap-row-form>
        </section>
      </div>
    `
  }

  #bar() {
    const { enterprise, number, state } = this.submission
    const { past, future } = this.history
    return html`<header class="editor-bar">
      <a class="button" href="#submissions" title=${text("editor.back")}>${icon("back")} ${text("workTab.submissions")}</a>
      <div class="editor-title">
        <input
          name="title"
          aria-label=${text("submission.title")}
          maxlength="200"
          autocomplete="off"
          .value=${this.#content.title}
          @input=${(/** @type {Event} */ event) => this.#set({ title: /** @type {HTMLInputElement} */ (event.target).value }, "title")}
        />
        <p class="muted"><span class="editor-enterprise">${this.#rows()[0]?.name || enterprise.name}</span> · #${number} <span class="tag" data-state=${state.code}>${state[store.state.language]}</span></p>
      </div>
      <p class="saving" role="status" data-state=${this.#saving?.state}>${this.#savingText()}</p>
      <div class="editor-deeds">
        <button type="button" class="icon-button" title=${text("editor.undo")} aria-label=${text("editor.undo")} ?disabled=${past.length === 0} @click=${() => this.#go(undo)}>↶</button>
        <button type="button" class="icon-button" title=${text("editor.redo")} aria-label=${text("editor.redo")} ?disabled=${future.length === 0} @click=${() => this.#go(redo)}>↷</button>
        <button type="button" class="button" @click=${this.#discard}>${text("editor.discard")}</button>
        <button type="button" class="button" ?disabled=${this.isChecking} @click=${() => this.#check({ isAsked: true })}>${this.isChecking ? text("editor.checking") : text("editor.check")}</button>
        <button type="button" class="primary-button" ?disabled=${this.#isSubmitting} @click=${this.#submit}>${text("editor.submit")}</button>
      </div>
    </header>`
  }

  #savingText() {
    const saving = this.#saving
    const { language } = store.state
    if (!saving) return nothing
    const at = saving.savedAt ?? Date.parse(this.submission.updated_at)
    const time = new Intl.DateTimeFormat(language === "zh" ? "zh-CN" : "en-GB", { hour: "2-digit", minute: "2-digit", timeZone: "Asia/Shanghai" }).format(at)
    if (saving.state === "failed") return html`<b>${text("saving.failed")}</b> ${problemText(saving.problem)} <button type="button" class="text-button" @click=${() => saving.flush()}>${text("action.retry")}</button>`
    return text(`saving.${saving.state}`, { time })
  }

  #notices() {
    const { comment, decided_by, decided_at, state } = this.submission
    return html`
      ${state.code === "returned" && comment
        ? html`<div class="editor-notice strong-box" role="note">
            <b>${text("editor.returned", { who: decided_by ?? "", when: decided_at ? formatMoment(decided_at, store.state.language) : "" })}</b>
            <p class="returned-reason">${comment}</p>
          </div>`
        : nothing}
      ${this.#copy ? this.#copyOffered(this.#copy) : nothing}
      ${this.#saving?.state === "conflict" ? this.#conflict() : nothing}
      ${this.remark ? html`<p class="editor-notice strong-box" role="alert">${text(this.remark)}</p>` : nothing}
      ${this.problem ? html`<div class="editor-notice form-problem" role="alert">${problemText(this.problem)} <button type="button" class="text-button" @click=${() => (this.problem = null)}>${text("action.close")}</button></div>` : nothing}
    `
  }

  /** @param {LocalCopy} copy */
  #copyOffered(copy) {
    return html`<div class="editor-notice strong-box" role="alert">
      <b>${text("localCopy.title", { when: formatMoment(new Date(copy.at).toISOString(), store.state.language) })}</b>
      <p>${text("localCopy.lead")}</p>
      <p class="button-line">
        <button type="button" class="primary-button" @click=${() => this.#takeCopy(copy)}>${text("localCopy.take")}</button>
        <button type="button" class="button" @click=${this.#dropCopy}>${text("localCopy.drop")}</button>
      </p>
    </div>`
  }

  /** What was written here goes on top of what the server has by now; where both differ, somebody decides. @param {LocalCopy} copy */
  #takeCopy(copy) {
    const theirs = this.#saving?.sent ?? copy.base
    const { content, clashes } = merged(copy.base, copy.content, theirs)
    this.#copy = null
    if (clashes.length === 0) return this.#set(content)
    this.#clash = { base: copy.base, mine: copy.content, theirs, version: this.#saving?.version ?? copy.version }
    if (this.#saving) this.#saving.state = "conflict"
    this.requestUpdate()
  }

  #dropCopy() {
    this.#copy = null
    this.#saving?.dropCopy()
    this.requestUpdate()
  }

  #conflict() {
    const clash = this.#clash
    if (!clash) return html`<p class="editor-notice strong-box" role="alert">${text("clash.reading")}</p>`
    const { clashes, content } = merged(clash.base, clash.mine, clash.theirs, this.#chosen)
    return clashBox({
      clashes,
      chosen: this.#chosen,
      rows: rowsOf(this.dossier, content.changes, this.submission.enterprise.id),
      tables: this.tables,
      choose: (id, side) => this.#chooseSide(id, side),
      settle: () => this.#settle(content),
    })
  }

  /**
   * @param {string} id
   * @param {Side} side
   */
  #chooseSide(id, side) {
    this.#chosen = { ...this.#chosen, [id]: side }
    this.requestUpdate()
  }

  /** @param {Content} content */
  async #settle(content) {
    const { theirs, version } = /** @type {Clashing} */ (this.#clash)
    this.#clash = null
    this.#chosen = {}
    this.history = done(this.history, content)
    await this.#saving?.settle(theirs, version, content)
    this.requestUpdate()
  }

  /**
   * @param {Row[]} rows
   * @param {Fault[]} faults
   */
  #outcome(rows, faults) {
    const { outcome, changes } = /** @type {NonNullable<typeof this.outcome>} */ (this.outcome)
    const { reason } = this.#content
    return draftOutcome({
      outcome,
      rows,
      faults,
      notices: faultsOf(outcome.notices, changes),
      isStale: changes !== this.#content.changes,
      reason,
      isReasonMissing: this.#needsReason && !reason,
      write: said => this.#set({ reason: said }, "reason"),
      open: fault => this.#openFault(fault),
      close: () => (this.isOutcomeOpen = false),
    })
  }

  /** @param {Fault} fault */
  async #openFault({ key, path }) {
    if (key === null) {
      const field = this.querySelector(`#field-${path[0]}`)
      if (field instanceof HTMLElement) field.focus()
      return
    }
    this.#open(key)
    await this.updateComplete
    const form = /** @type {RowForm | null} */ (this.querySelector("riskmap-row-form"))
    await form?.updateComplete
    // A form is drawn part after part, and a field that is drawn anew loses the focus.
    for (let tries = 0; tries < MOST_TRIES; tries += 1) {
      const field = form?.focusOn(path)
      await new Promise(requestAnimationFrame)
      await new Promise(requestAnimationFrame)
      if (field && field === document.activeElement) return
    }
    form?.focusFirst()
  }

  // ------------------------------------------------------------- writing

  get #content() {
    return this.history.present
  }

  #rows() {
    const { changes } = this.#content
    if (this.#rowsOf !== changes) {
      this.#rowsOf = changes
      this.#rowsMade = rowsOf(this.dossier, changes, this.submission.enterprise.id)
    }
    return this.#rowsMade
  }

  #openKey() {
    return filters().row ?? keyOf("enterprise", this.submission.enterprise.id)
  }

  /** @param {string} key */
  #open(key) {
    narrow({ row: key })
    this.requestUpdate()
    this.updateComplete.then(() => {
      /** @type {RowTree | null} */ (this.querySelector("riskmap-row-tree"))?.reveal()
      this.querySelector(".editor-form")?.scrollTo({ top: 0 })
    })
  }

  /** @param {Written} written */
  #write({ row, name, value, at, together }) {
    const fresh = this.#rows().find(({ key }) => key === row.key) ?? row
    const editionOf = name === "accident_edition" ? { accident_code: null } : {}
    const classOf = name === "class_1" ? { class_2: null } : {}
    this.#become(put(this.#content.changes, fresh, { ...editionOf, ...classOf, ...together, [name]: value }), at && `${row.key}/${at}`)
  }

  /** @param {Adding} adding */
  #add({ kind, parent }) {
    const id = newId()
    this.#become(added(this.#content.changes, kind, id, parent, atFirst(kind, this.tables)))
    this.#begin(keyOf(kind, id))
  }

  /** @param {Row} row */
  #copyRow(row) {
    const id = newId()
    this.#become(copied(this.#content.changes, row, id))
    this.#begin(keyOf(row.kind, id))
  }

  /** Open a new row with the focus in its first field. @param {string} key */
  #begin(key) {
    this.#openFault({ key, kind: null, path: ["name"], reason: "", hint: null, location: null })
  }

  /**
   * @param {Row[]} rows
   * @param {Row} row
   */
  async #delete(rows, row) {
    const lost = below(rows, row).filter(({ state }) => state !== "deleted" && state !== "gone")
    const counted = new Map()
    for (const { kind } of lost) counted.set(kind, (counted.get(kind) ?? 0) + 1)
    const list = [...counted].map(([kind, count]) => text("row.counted", { count, kind: text(`kind.${kind}`) }))
    const parent = row.parent
    const remove = async () => {
      this.#become(deleted(this.#content.changes, this.#rows(), row))
      if (!row.base && parent) this.#open(parent)
    }
    const name = row.name || text("tree.unnamed", { kind: text(`kind.${row.kind}`) })
    if (lost.length === 0 && !row.base) return remove()
    await confirmed({
      heading: text("row.deleteHeading", { kind: text(`kind.${row.kind}`), name }),
      sentence: lost.length > 0 ? text("row.deleteWith", { list: list.join(store.state.language === "zh" ? "\u3001" : ", ") }) : text("row.deleteAlone"),
      action: text("row.delete"),
      act: remove,
    })
  }

  /**
   * @param {Change[]} changes
   * @param {string | null} [at]
   */
  #become(changes, at = null) {
    this.#set({ changes }, at)
  }

  /**
   * @param {Partial<Content>} said
   * @param {string | null} [at]
   */
  #set(said, at = null) {
    const content = { ...this.#content, ...said }
    if (isSame(content, this.#content)) return
    this.remark = null
    this.history = done(this.history, content, at)
    this.#saving?.write(content)
  }

  /** @param {(history: History<Content>) => History<Content>} step */
  #go(step) {
    const history = step(this.history)
    if (history === this.history) return
    this.history = history
    this.#saving?.write(this.#content)
  }

  // ------------------------------------------------------------- saving and checking

  #saved() {
    this.requestUpdate()
    const saving = this.#saving
    if (saving?.state === "conflict") this.#readTheirs()
    clearTimeout(this.#checkTimer)
    const isSmall = this.#content.changes.length > 0 && this.#content.changes.length <= MOST_CHECKED
    if (saving?.state === "saved" && isSmall && this.isConnected) {
      this.#checkTimer = setTimeout(() => this.#check({ isAsked: false }), CHECK_MS)
    }
  }

  async #readTheirs() {
    try {
      const theirs = /** @type {Submission} */ (await getJson(`/api/v1/submissions/${this.submission.id}`))
      if (!theirs.may.includes("edit")) return goTo("submissions", { id: this.submission.id, closed: theirs.state.code })
      const saving = /** @type {Autosave} */ (this.#saving)
      this.#clash = { base: saving.sent, mine: this.#content, theirs: contentOf(theirs), version: theirs.version }
      const { clashes, content } = merged(this.#clash.base, this.#clash.mine, this.#clash.theirs)
      // What does not touch goes together by itself.
      if (clashes.length === 0) return this.#settle(content)
    } catch (problem) {
      this.problem = problem
    }
    this.requestUpdate()
  }

  /**
   * @param {{isAsked: boolean}} how By itself a check tells only what is wrong with what is there.
   * @returns {Promise<Outcome | null>}
   */
  async #check({ isAsked }) {
    if (isAsked) {
      this.isChecking = true
      if (!(await this.#saving?.flush())) {
        this.isChecking = false
        return null
      }
    }
    clearTimeout(this.#checkTimer)
    const changes = this.#content.changes
    try {
      const outcome = /** @type {Outcome} */ (await sendJson("POST", `/api/v1/submissions/${this.submission.id}/check`))
      const wasAsked = this.outcome?.isAsked && this.isOutcomeOpen
      this.outcome = { outcome, changes, isAsked: isAsked || Boolean(wasAsked) }
      if (isAsked) {
        this.isOutcomeOpen = true
        this.problem = null
        await this.updateComplete
        if (!this.#isSubmitting) /** @type {HTMLElement | null} */ (this.querySelector(".outcome"))?.focus()
      }
      return outcome
    } catch (problem) {
      if (isAsked) this.problem = problem
      return null
    } finally {
      this.isChecking = false
    }
  }

  #faults() {
    if (!this.outcome) return []
    const { outcome, changes, isAsked } = this.outcome
    const faults = faultsOf(outcome.faults, changes)
    return isAsked ? [...faults.filter(each => !this.#isUnreadable(each)), ...this.#unreadable()] : whileWriting(faults, changes)
  }

  /** A place that was written and does not read as one is not missing. @param {Fault} fault */
  #isUnreadable({ key, path }) {
    return this.#unreadable().some(each => each.key === key && each.path[0] === path[0])
  }

  #submit = async () => {
    if (this.#content.changes.length === 0 && this.#unreadable().length === 0) return void (this.remark = "editor.nothingChanged")
    const from = document.activeElement
    this.#isSubmitting = true
    this.requestUpdate()
    try {
      const outcome = await this.#check({ isAsked: true })
      if (!outcome || this.#faults().length > 0) return this.#toOutcome(from)
      this.#needsReason = outcome.lowered.length > 0
      if (this.#needsReason && !this.#content.reason) return this.#toReason()
      const { id, enterprise } = this.submission
      const submitted = await confirmed({
        heading: text("editor.submitHeading", { name: enterprise.name }),
        sentence: text(outcome.lowered.length > 0 ? "editor.submitLowering" : "editor.submitSentence", { count: this.#content.changes.length }),
        action: text("editor.submit"),
        act: () => sendJson("POST", `/api/v1/submissions/${id}/submit`, undefined, { ifMatch: this.#saving?.version }),
      })
      if (submitted) this.tell("submission-done", { key: "submissions.submitted", values: { name: enterprise.name } })
    } finally {
      this.#isSubmitting = false
      this.requestUpdate()
    }
  }

  /** Places that are written and do not read as one: they are in no change, so the server would not miss them. */
  #unreadable() {
    const texts = /** @type {RowForm | null} */ (this.querySelector("riskmap-row-form"))?.texts ?? new Map()
    return [...texts.keys()].map(at => unreadableFault(at, text("editor.unreadable")))
  }

  /**
   * Lead to the first fault, unless somebody has gone on meanwhile: whoever writes in a field stays there.
   * @param {Element | null} from What had the focus when it was asked.
   */
  async #toOutcome(from) {
    await this.updateComplete
    const now = document.activeElement
    if (now && now !== document.body && now !== from) return
    const first = this.querySelector(".fault-link")
    if (first instanceof HTMLElement) first.focus()
  }

  async #toReason() {
    this.isOutcomeOpen = true
    this.requestUpdate()
    await this.updateComplete
    const field = this.querySelector("#field-reason")
    if (!(field instanceof HTMLElement)) return
    field.scrollIntoView({ block: "center" })
    field.focus()
  }

  #discard = async () => {
    const { id, enterprise } = this.submission
    const discarded = await confirmed({
      heading: text("editor.discardHeading", { title: this.#content.title }),
      sentence: text("editor.discardSentence"),
      action: text("editor.discard"),
      act: async () => {
        await this.#saving?.flush()
        return sendJson("POST", `/api/v1/submissions/${id}/discard`, undefined, { ifMatch: this.#saving?.version })
      },
    })
    if (!discarded) return
    this.#saving?.dropCopy()
    this.tell("submission-done", { key: "submissions.discarded", values: { name: enterprise.name } })
  }

  // ------------------------------------------------------------- the page around it

  #beforeLeaving = (/** @type {BeforeUnloadEvent} */ event) => {
    if (this.#saving?.isUnsent || this.#unreadable().length > 0) event.preventDefault()
  }

  #press = (/** @type {KeyboardEvent} */ event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || document.querySelector("dialog[open]")) return
    const key = event.key.toLowerCase()
    if (key === "z" && !event.shiftKey) this.#go(undo)
    else if (key === "y" || (key === "z" && event.shiftKey)) this.#go(redo)
    else if (key === "s") this.#saving?.flush()
    else return
    event.preventDefault()
  }

  #online = () => this.#saving?.flush()

  #follow = () => this.requestUpdate()

  /** A tab that is hidden may be closed next. */
  #hide = () => {
    if (document.visibilityState === "hidden") this.#saving?.flush()
  }

  /** @type {Autosave | null} */
  #saving = null
  /** @type {LocalCopy | null} */
  #copy = null
  /** @type {Clashing | null} */
  #clash = null
  /** @type {Record<string, Side>} */
  #chosen = {}
  /** @type {readonly Change[] | null} */
  #rowsOf = null
  /** @type {Row[]} */
  #rowsMade = []
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #checkTimer
  #isSubmitting = false
  #needsReason = false
}

/** @param {Submission} submission @returns {Content} */
function contentOf({ title, reason, items }) {
  return { title, reason, changes: items.map(changeOf) }
}

/** What this browser keeps, if it keeps anything. */
function shelf() {
  try {
    return localStorage
  } catch {
    return null
  }
}

customElements.define("riskmap-dossier-editor", DossierEditor)
