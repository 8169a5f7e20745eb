/** The list of what changed between two moments, by kind; it stands where the legend does. */

import { html, nothing } from "lit"
import { placeOf } from "../details/facts.js"
import { gradeBadge } from "../grades/badge.js"
import { gradeOf } from "../grades/vocabulary.js"
import { formatCount } from "../language/format.js"
import { mayAny } from "../session/session.js"
import { icon } from "../shell/icons.js"
import { PageElement } from "../shell/page_element.js"
import { domain, redrawOn, store, text } from "../shell/page_store.js"
import { problemText } from "../shell/problem_text.js"
import { toggled } from "../shell/state.js"
import { KINDS, SIGNS, fieldNames, shownChanges } from "./changes.js"
import { geojsonPath } from "./changes_api.js"
import { compare } from "./changes_loader.js"
import { spoken } from "./moment.js"
import { backToNow } from "./moment_banner.js"

/** @import {Grade} from "../grades/vocabulary.js" */
/** @import {Change, ChangeKind, Changes, Shown} from "./changes.js" */

/** Layers whose rows always have a grade or lack one. */
const GRADED = ["enterprises", "zones"]

/** Rows that are drawn at once; more of them nobody scrolls through before filtering. */
const STEP = 100

export class ChangeList extends PageElement {
  constructor() {
    super()
    this.shown = STEP
    redrawOn(this, "changes", "hiddenChanges", "comparison", "selection", "session")
  }

  render() {
    const { comparison, changes } = store.state
    if (!comparison) return nothing
    return html`
      <section class="changes" aria-labelledby="changes-title">
        <header class="panel-kind">
          <h2 id="changes-title">${text("changes.title")}</h2>
          <button type="button" class="icon-button panel-close" aria-label=${text("changes.end")} title=${text("changes.end")} @click=${backToNow}>
            ${icon("close")}
          </button>
        </header>
        <p class="changes-span">
          <b>${spoken(comparison.from)}</b> → <b>${comparison.to ? spoken(comparison.to) : text("moment.now")}</b>
        </p>
        ${this.#body(changes)}
      </section>
    `
  }

  /** @param {Changes | null} changes */
  #body(changes) {
    if (!changes || changes.status === "loading") return html`<p class="changes-wait" role="status">${text("changes.loading")}</p>`
    if (changes.status === "failed") {
      return html`<div class="panel-problem" role="alert">
        <p>${icon("warning")} ${problemText(changes.problem)}</p>
        <button type="button" @click=${() => compare(changes.comparison)}>${text("action.retry")}</button>
      </div>`
    }
    if (changes.total === 0) {
      return html`<p class="changes-none" role="status">${text("changes.none")}</p>`
    }
    const { comparison, counts, total } = changes
    const isAllNew = counts.appeared === total
    return html`
      ${isAllNew ? html`<p class="changes-note">${text("changes.allNew", { from: spoken(comparison.from) })}</p>` : nothing}
      ${this.#kinds(changes)} ${this.#foot(changes)} ${this.#rows(changes)}
    `
  }

  /** @param {Changes} changes */
  #kinds({ counts }) {
    const { hiddenChanges, language } = store.state
    return html`
      <div class="change-kinds" role="group" aria-label=${text("changes.kinds")}>
        ${KINDS.map(kind => {
          const isShown = !hiddenChanges.includes(kind)
          const toggle = () => {
            this.shown = STEP
            store.set({ hiddenChanges: toggled(hiddenChanges, kind, KINDS) })
          }
          return html`<button type="button" class="change-kind" data-kind=${kind} aria-pressed=${isShown} ?disabled=${!counts[kind]} @click=${toggle}>
            ${sign(kind)} <span>${text(`changes.kind.${kind}`)}</span>
            <b>${formatCount(counts[kind] ?? 0, language)}</b>
          </button>`
        })}
      </div>
    `
  }

  /** Taking data away is a right of its own; the file holds what the list is too short for. @param {Changes} changes */
  #foot({ layers, comparison, items, total }) {
    const { language, session } = store.state
    const isCut = items.length < total
    const counts = { shown: formatCount(items.length, language), total: formatCount(total, language) }
    return html`
      <p class="changes-foot">
        ${isCut ? html`<span>${text("changes.cut", counts)}</span>` : nothing}
        <span class="muted">${text("changes.old")}</span>
        ${mayAny(session, "export")
          ? html`<span>
              ${icon("download")} GeoJSON
              ${layers.map(
                layer => html`<a href=${geojsonPath(layer, comparison)} download data-layer=${layer} title=${text("changes.download")}>
                  ${text(`layer.${layer}`)}
                </a>`,
              )}
            </span>`
          : html`<span class="muted">${text("changes.noExport")}</span>`}
      </p>
    `
  }

  /** @param {Changes} changes */
  #rows(changes) {
    const rows = shownChanges(changes, store.state.hiddenChanges)
    if (rows.length === 0) return html`<p class="changes-none" role="status">${text("changes.noneShown")}</p>`
    const left = rows.length - this.shown
    const more = () => {
      this.shown += STEP
      this.requestUpdate()
    }
    return html`
      <ul class="change-list" aria-label=${text("changes.list")}>
        ${rows.slice(0, this.shown).map(change => this.#row(change))}
      </ul>
      ${left > 0
        ? html`<button type="button" class="text-button change-more" @click=${more}>
            ${text("changes.more", { count: formatCount(left, store.state.language) })}
          </button>`
        : nothing}
    `
  }

  /** @param {Shown} shown */
  #row({ kind, change }) {
    const { layer, id, name, kinds } = change
    const { selection } = store.state
    const isCurrent = selection?.layer === layer && selection.id === id
    const more = [kinds.includes("moved") && kind !== "moved" ? text("changes.kind.moved") : "", about(change)]
    return html`<li>
      <button type="button" class="row-button change" data-kind=${kind} aria-current=${isCurrent ? "true" : nothing} @click=${() => this.#go(change)}>
        ${sign(kind)}
        <span class="row-name">
          ${name || text("details.unnamed")}
          <span class="change-about">${[text(`layer.one.${layer}`), text(`changes.kind.${kind}`), ...more].filter(Boolean).join(" · ")}</span>
        </span>
        ${grades(change)}
      </button>
    </li>`
  }

  /** Fly to it; what is gone has no facts of the later moment. @param {Change} change */
  #go(change) {
    const { layer, id, kinds } = change
    store.set({ selection: kinds.includes("gone") ? null : { layer, id }, choices: [] })
    const place = placeOf(change)
    if (place) this.tell("show-place", place)
  }
}

/** @param {ChangeKind} kind */
function sign(kind) {
  return html`<span class="change-sign" aria-hidden="true">${SIGNS[kind]}</span>`
}

/** @param {Change} change */
function about({ lon, kinds, fields }) {
  if (lon === null) return text("changes.unplaced")
  return kinds.includes("changed") ? fieldNames(fields.map(({ field }) => field), store.state.language, text) : ""
}

/** @param {Change} change */
function grades({ layer, kinds, grade_before, grade_after }) {
  if (grade_before === null && grade_after === null && !GRADED.includes(layer)) return nothing
  const { vocabulary } = domain()
  const { language } = store.state
  const [was, is] = [gradeOf(vocabulary, grade_before), gradeOf(vocabulary, grade_after)]
  if (kinds.includes("appeared")) return one(is)
  if (kinds.includes("gone") || grade_before === grade_after) return one(was)
  const words = text("changes.grades", { before: was[language], after: is[language] })
  return html`<span class="change-grades" title=${words}>
    ${gradeBadge(vocabulary, grade_before)}→${gradeBadge(vocabulary, grade_after)}
    <span class="visually-hidden">${words}</span>
  </span>`
}

/** @param {Grade} grade */
function one(grade) {
  return html`<span class="change-grades" title=${grade[store.state.language]}>${gradeBadge(domain().vocabulary, grade.code)}</span>`
}

customElements.define("riskmap-changes", ChangeList)
