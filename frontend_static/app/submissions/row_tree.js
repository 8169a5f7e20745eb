/** The tree of a dossier: enterprise, zones, points, events and measures, each with what has become of it. */

import { html, nothing } from "lit"
import { repeat } from "lit/directives/repeat.js"
import { gradeBadge } from "../grades/badge.js"
import { isOverdue } from "../history/moment.js"
import { icon } from "../shell/icons.js"
import { PageElement } from "../shell/page_element.js"
import { domain, redrawOn, text } from "../shell/page_store.js"
import { isChanged } from "./draft.js"
import { ungraded } from "./event_grade.js"
import { shownRows } from "./tree.js"

/** @import {Row} from "./draft.js" */

export class RowTree extends PageElement {
  static properties = {
    rows: { attribute: false },
    open: { attribute: false },
    faulty: { attribute: false },
    folded: { state: true },
    words: { state: true },
    onlyChanged: { state: true },
  }

  constructor() {
    super()
    /** @type {readonly Row[]} */
    this.rows = []
    /** Key of the row in the form. */
    this.open = ""
    /** Keys of rows with faults. @type {ReadonlySet<string>} */
    this.faulty = new Set()
    /** Keys that were folded or unfolded by hand. @type {ReadonlyMap<string, boolean>} */
    this.folded = new Map()
    this.words = ""
    this.onlyChanged = false
    redrawOn(this)
  }

  render() {
    const shown = shownRows(this.rows, { folded: this.folded, open: this.open, words: this.words, onlyChanged: this.onlyChanged })
    const focus = shown.some(({ row }) => row.key === this.open) ? this.open : shown[0]?.row.key
    return html`
      <div class="tree-tools">
        <label class="filter-search">${icon("search")}
          <input
            type="search"
            placeholder=${text("tree.search")}
            aria-label=${text("tree.search")}
            .value=${this.words}
            @input=${(/** @type {Event} */ event) => (this.words = /** @type {HTMLInputElement} */ (event.target).value)}
          />
        </label>
        <label class="check"><input type="checkbox" .checked=${this.onlyChanged} @change=${(/** @type {Event} */ event) => (this.onlyChanged = /** @type {HTMLInputElement} */ (event.target).checked)} /> <span>${text("tree.onlyChanged")}</span></label>
      </div>
      <ul class="tree" role="tree" aria-label=${text("tree.label")} @keydown=${this.#press}>
        ${repeat(shown, ({ row }) => row.key, ({ row, isFolded }) => this.#line(row, isFolded, focus))}
      </ul>
      ${shown.length === 0 ? html`<p class="muted tree-nothing">${text("tree.nothing")}</p>` : nothing}
    `
  }

  /** Bring the open row into sight. */
  reveal() {
    this.updateComplete.then(() => this.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: "nearest" }))
  }

  /**
   * @param {Row} row
   * @param {boolean | null} isFolded Null where there is nothing below.
   * @param {string | undefined} focus
   */
  #line(row, isFolded, focus) {
    const isGraded = row.kind === "enterprise" || row.kind === "zone" || row.kind === "risk_event"
    const overdue = isOverdue(row.facts.review_due, Date.now())
    return html`<li
      role="treeitem"
      class="tree-row"
      data-key=${row.key}
      data-state=${row.state}
      data-kind=${row.kind}
      style="--depth:${row.depth}"
      aria-level=${row.depth + 1}
      aria-selected=${row.key === this.open}
      aria-expanded=${isFolded === null ? nothing : !isFolded}
      tabindex=${row.key === focus ? 0 : -1}
      @click=${() => this.tell("row-chosen", row.key)}
    >
      ${isFolded === null
        ? html`<span class="tree-fold"></span>`
        : html`<span class="tree-fold" data-folded=${isFolded} @click=${(/** @type {Event} */ event) => this.#fold(event, row.key, !isFolded)}>${icon("down")}</span>`}
      ${isGraded ? rowGrade(row) : html`<span class="tree-kind">${text(`kindSign.${row.kind}`)}</span>`}
      <span class="tree-name" title=${row.name || text(`kind.${row.kind}`)}>${row.name || html`<i class="muted">${text("tree.unnamed", { kind: text(`kind.${row.kind}`) })}</i>`}</span>
      ${overdue ? html`<span class="tag is-marked">${text("review.overdue")}</span>` : nothing}
      ${this.faulty.has(row.key) ? html`<span class="tree-fault" title=${text("tree.faulty")}>!</span>` : nothing}
      ${row.isOutdated ? html`<span class="tree-fault" title=${text("row.outdatedTitle")}>↻</span>` : nothing}
      ${row.state === "same" ? nothing : html`<span class="tree-state">${text(`rowState.${row.state}`)}</span>`}
    </li>`
  }

  /**
   * @param {Event} event
   * @param {string} key
   * @param {boolean} isFolded
   */
  #fold(event, key, isFolded) {
    event.stopPropagation()
    this.folded = new Map([...this.folded, [key, isFolded]])
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    const lines = [.../** @type {NodeListOf<HTMLElement>} */ (this.querySelectorAll(".tree-row"))]
    const at = lines.indexOf(/** @type {HTMLElement} */ (document.activeElement))
    if (at < 0) return
    const key = lines[at].dataset.key ?? ""
    const expanded = lines[at].getAttribute("aria-expanded")
    const step = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: lines.length - 1 }[event.key]
    if (step !== undefined) this.#focus(lines[Math.max(0, Math.min(lines.length - 1, step))])
    else if (event.key === "ArrowRight" && expanded === "false") this.#fold(event, key, false)
    else if (event.key === "ArrowLeft" && expanded === "true") this.#fold(event, key, true)
    else if (event.key === "Enter" || event.key === " ") this.tell("row-chosen", key)
    else return
    event.preventDefault()
  }

  /** @param {HTMLElement} line */
  #focus(line) {
    for (const each of this.querySelectorAll(".tree-row")) each.setAttribute("tabindex", "-1")
    line.setAttribute("tabindex", "0")
    line.focus()
  }
}

/**
 * The grade that a row has, or will have: of an event what its assessment comes to, of all else the published one.
 * @param {Row} row
 */
export function rowGrade(row) {
  const isAssessed = row.kind === "risk_event" && row.state !== "deleted" && row.state !== "gone"
  if (isAssessed && (row.state === "new" || isChanged(row, "inherent"))) return html`<riskmap-event-grade .given=${row.facts.inherent ?? null}></riskmap-event-grade>`
  return row.base?.grade ? gradeBadge(domain().vocabulary, row.base.grade) : ungraded()
}

customElements.define("riskmap-row-tree", RowTree)
