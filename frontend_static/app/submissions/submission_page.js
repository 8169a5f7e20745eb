/** One submission: to its own people while it is open an editor, to all others and afterwards what it changes. */

import { html, nothing } from "lit"
import { getJson, sendJson } from "../api/client.js"
import { Problem } from "../api/problem.js"
import { Answer } from "../forms/answer.js"
import { confirmed } from "../forms/confirm.js"
import { formatMoment } from "../language/format.js"
import { icon } from "../shell/icons.js"
import { PageElement } from "../shell/page_element.js"
import { redrawOn, store, text } from "../shell/page_store.js"
import { changeList } from "./change_list.js"
import "./dossier_editor.js"
import { keyed } from "./keyed.js"
import { gradeWord } from "./outcome.js"
import { waitingText } from "./waiting.js"

/** @import {PropertyValues} from "lit" */
/** @import {DossierRow, Submission} from "./submission.js" */
/** @import {Tables} from "./tables.js" */

/** @typedef {{submission: Submission, dossier: DossierRow[], tables: Tables}} Read */

export class SubmissionPage extends PageElement {
  static properties = { submissionId: { attribute: false }, tab: { attribute: false } }

  /** @type {Answer<Read>} */
  #read = new Answer(this, signal => readSubmission(this.submissionId, signal))

  constructor() {
    super()
    this.submissionId = ""
    this.tab = "submissions"
    redrawOn(this, "session")
  }

  /** @param {PropertyValues<this>} changed */
  updated(changed) {
    if (!changed.has("submissionId")) return
    this.#read.value = null
    this.#read.load()
  }

  render() {
    return this.#read.show(read => html`${read.submission.may.includes("edit") ? this.#editor(read) : this.#view(read)}`)
  }

  /** @param {Read} read */
  #editor({ submission, dossier, tables }) {
    return keyed(`${submission.id}`, html`<riskmap-dossier-editor .submission=${submission} .dossier=${dossier} .tables=${tables}></riskmap-dossier-editor>`)
  }

  /** @param {Read} read */
  #view({ submission, dossier, tables }) {
    return html`<article class="page-wide submission-view">
      ${submissionHead(submission, this.tab)}
      <div class="submission-deeds">
        ${submission.may.includes("withdraw") ? html`<button type="button" class="button" @click=${() => this.#withdraw(submission)}>${text("submission.withdraw")}</button>` : nothing}
        ${submission.may.includes("review") ? html`<a class="primary-button" href="#review?id=${submission.id}">${text("submission.toReview")}</a>` : nothing}
      </div>
      ${decidedLowerings(submission)}
      ${changeList({ submission, dossier, tables, at: -1 })}
    </article>`
  }

  /** @param {Submission} submission */
  async #withdraw({ id, version, title }) {
    const done = await confirmed({
      heading: text("submission.withdrawHeading", { title }),
      sentence: text("submission.withdrawSentence"),
      action: text("submission.withdraw"),
      act: () => sendJson("POST", `/api/v1/submissions/${id}/withdraw`, undefined, { ifMatch: version }),
    })
    if (done) this.#read.load()
  }
}

/**
 * A submission with the dossier that it is about and the words to tell it; a new enterprise has no dossier.
 * @param {string} id
 * @param {AbortSignal} signal
 * @returns {Promise<Read>}
 */
export async function readSubmission(id, signal) {
  const [submission, tables] = await Promise.all([
    /** @type {Promise<Submission>} */ (getJson(`/api/v1/submissions/${id}`, { signal })),
    readTables(),
  ])
  return { submission, tables, dossier: await readDossier(submission, signal) }
}

/**
 * @param {Submission} submission
 * @param {AbortSignal} signal
 * @returns {Promise<DossierRow[]>}
 */
async function readDossier({ enterprise, is_new }, signal) {
  if (is_new) return []
  try {
    const { rows } = /** @type {{rows: DossierRow[]}} */ (await getJson(`/api/v1/enterprises/${enterprise.id}/dossier`, { signal }))
    return rows
  } catch (problem) {
    // Who may see a submission and edit nothing sees it without what lies around it.
    if (problem instanceof Problem && problem.status === 403) return []
    throw problem
  }
}

/** @type {Promise<Tables> | null} */
let tables = null

/** Read once for all: it outlives whoever has asked for it. */
export function readTables() {
  tables ??= getJson("/api/v1/submissions/vocabulary")
  tables.catch(() => (tables = null))
  return /** @type {Promise<Tables>} */ (tables)
}

/**
 * @param {Submission} submission
 * @param {string} tab
 */
export function submissionHead(submission, tab) {
  const { language } = store.state
  const { enterprise, title, number, state, authors, submitted_at, decided_at, decided_by, comment, is_new, reason } = submission
  return html`<header class="submission-head">
    <a class="button" href="#${tab}">${icon("back")} ${text("submission.back")}</a>
    <div>
      <h2>${enterprise.name} ${is_new ? html`<span class="tag">${text("submission.isNew")}</span>` : nothing}</h2>
      <p>${title} <span class="muted">#${number}</span> <span class="tag" data-state=${state.code}>${state[language]}</span></p>
      <p class="muted">
        ${text("submission.by", { who: authors.join(", ") })}${submitted_at ? ` · ${text("submission.submittedAt", { when: formatMoment(submitted_at, language) })}` : nothing}
        ${decided_at ? ` · ${text("submission.decidedAt", { who: decided_by ?? "", when: formatMoment(decided_at, language) })}` : nothing}
        ${state.code === "submitted" ? ` · ${waitingText(submission)}` : nothing}
      </p>
      ${comment ? html`<p class="remark-box">${comment}</p>` : nothing}
      ${reason ? html`<p class="remark-box"><b>${text("lowering.reason")}</b> ${reason}</p>` : nothing}
    </div>
  </header>`
}

/** What it lowered, or asked to. @param {Submission} submission */
function decidedLowerings({ lowered }) {
  const { language } = store.state
  if (lowered.length === 0) return nothing
  return html`<section class="form-section">
    <h3>${text("workTab.downgrades")}</h3>
    <ul class="lowered-list">
      ${lowered.map(each => html`<li><b>${each.zone?.name ?? text("lowering.enterprise")}</b> ${each.way[language]} ${gradeWord(each.from_grade)} → ${each.to_grade === null && each.way.code === "deletion" ? text("lowering.gone") : gradeWord(each.to_grade)} <span class="tag" data-state=${each.state.code}>${each.state[language]}</span> ${each.evidence ? html`<span class="muted">${each.evidence}</span>` : nothing}</li>`)}
    </ul>
  </section>`
}

customElements.define("riskmap-submission", SubmissionPage)
