/** The alarms tab: what has come too near to each other, and what each side has said of it. */

import { html, nothing } from "lit"
import { getJson, sendJson } from "../api/client.js"
import { Answer } from "../forms/answer.js"
import { gradeBadge } from "../grades/badge.js"
import { formatCount, formatLength, formatMoment } from "../language/format.js"
import { mayAny } from "../session/session.js"
import { icon } from "../shell/icons.js"
import { PageElement } from "../shell/page_element.js"
import { domain, redrawOn, store, text } from "../shell/page_store.js"
import { problemText } from "../shell/problem_text.js"
import { countAlarms } from "./alarm_count.js"
import { boundsOfEnds, keyOf } from "./pairs.js"

/** @import {Word} from "../grades/vocabulary.js" */
/** @import {Report} from "./pairs.js" */

/**
 * @typedef {"site" | "receptor"} Side
 * @typedef {"open" | "answered" | "ended" | "standing"} AlarmState
 * @typedef {{at: string, by: string, reason: string}} Said
 * @typedef {object} Alarm
 * @property {string} id
 * @property {number} number
 * @property {Word} start
 * @property {string | null} site_id Null where the site is somebody else's.
 * @property {string | null} site_name
 * @property {string | null} enterprise_id
 * @property {string} enterprise_name
 * @property {number | null} grade
 * @property {string} receptor_id
 * @property {string} receptor_name
 * @property {Word} receptor_kind
 * @property {number} distance_m
 * @property {number} limit_m
 * @property {Word} cause
 * @property {string} found_at
 * @property {string | null} ended_at
 * @property {Side[]} mine
 * @property {Said | null} site
 * @property {Said | null} receptor
 *
 * @typedef {{items: Alarm[], total: number, states: Record<AlarmState, number>}} Alarms
 */

/** @type {readonly AlarmState[]} */
const STATES = ["open", "answered", "ended", "standing"]
/** @type {readonly Side[]} */
const SIDES = ["site", "receptor"]
const MOST_ALARMS = 200

export class AlarmList extends PageElement {
  static properties = { state: { state: true }, problem: { state: true }, sending: { state: true } }

  constructor() {
    super()
    /** @type {AlarmState} */
    this.state = "open"
    /** Why something was not done, and to which alarm. @type {{alarm: string, why: unknown} | null} */
    this.problem = null
    /** What is being answered. @type {string | null} */
    this.sending = null
    redrawOn(this, "session", "selection")
  }

  connectedCallback() {
    super.connectedCallback()
    this.#list.load()
  }

  disconnectedCallback() {
    super.disconnectedCallback()
    store.set({ nearPairs: [], pair: null })
  }

  render() {
    return this.#list.show(
      ({ items, total, states }) => html`
        <div class="near-filters alarm-states" role="group" aria-label=${text("alarms.states")}>
          ${STATES.map(
            each => html`<button type="button" class="near-chip" aria-pressed=${each === this.state} @click=${() => this.#show(each)}>
              ${text(`alarms.state.${each}`)} <b>${formatCount(states[each], store.state.language)}</b>
            </button>`,
          )}
        </div>
        <p class="near-none">${text(`alarms.about.${this.state}`)}</p>
        ${total > items.length ? html`<p class="near-cut">${text("alarms.cut", { shown: items.length, total })}</p>` : nothing}
        ${items.length === 0 ? html`<p class="near-none" role="status">${text("alarms.none")}</p>` : nothing}
        <ul class="near-list">${items.map(alarm => html`<li class="near-run" data-alarm=${alarm.id}>${this.#alarm(alarm)}</li>`)}</ul>
      `,
    )
  }

  /** @param {Alarm} alarm */
  #alarm(alarm) {
    const { language } = store.state
    const about = [alarm.receptor_kind[language], alarm.cause[language], formatMoment(alarm.found_at, language)]
    return html`
      <button type="button" class="near-line" @click=${() => this.#go(alarm)}>
        ${gradeBadge(domain().vocabulary, alarm.grade)}
        <span class="row-name">
          ${alarm.site_name ? `${alarm.enterprise_name} ${alarm.site_name}` : alarm.enterprise_name}
          <span class="near-to" aria-hidden="true">→</span> ${alarm.receptor_name}
          <span class="near-about">${about.join(" · ")}</span>
        </span>
        <span class="near-figures"><b>${formatLength(alarm.distance_m, language)}</b> <span class="near-verdict">&lt; ${formatLength(alarm.limit_m, language)}</span></span>
      </button>
      ${this.problem?.alarm === alarm.id ? html`<p class="near-fault near-none" role="alert">${icon("warning")} ${problemText(this.problem.why)}</p>` : nothing}
      ${SIDES.map(side => this.#side(alarm, side))}
    `
  }

  /**
   * @param {Alarm} alarm
   * @param {Side} side
   */
  #side(alarm, side) {
    const said = alarm[side]
    if (said) {
      const about = text("alarms.said", { by: said.by, at: formatMoment(said.at, store.state.language) })
      return html`<p class="near-contact"><span class="muted">${text(`alarms.side.${side}`)}</span> <b>${said.reason}</b> <span class="muted">${about}</span></p>`
    }
    if (alarm.ended_at || this.state === "standing") return nothing
    const isMine = alarm.mine.includes(side) && mayAny(store.state.session, "edit")
    if (!isMine) return html`<p class="near-contact muted">${text(`alarms.side.${side}`)} ${text("alarms.silent")}</p>`
    return html`<details class="alarm-side" data-side=${side}>
      <summary>${text("alarms.toSay", { side: text(`alarms.side.${side}`) })}</summary>
      <form class="near-row-form" @submit=${(/** @type {SubmitEvent} */ event) => this.#answer(event, alarm, side)}>
        <input type="text" name="reason" required maxlength="2000" autocomplete="off" aria-label=${text("alarms.reason")} placeholder=${text("alarms.reason")} />
        <button type="submit" ?disabled=${this.sending !== null}>${text("alarms.answer")}</button>
      </form>
    </details>`
  }

  /**
   * @param {SubmitEvent} event
   * @param {Alarm} alarm
   * @param {Side} side
   */
  async #answer(event, { id }, side) {
    event.preventDefault()
    const reason = String(new FormData(/** @type {HTMLFormElement} */ (event.target)).get("reason")).trim()
    if (!reason) return
    this.sending = id
    this.problem = null
    try {
      await sendJson("POST", `/api/v1/alarms/${id}/answer`, { side, reason })
      await Promise.all([this.#list.load(), countAlarms()])
    } catch (why) {
      this.problem = { alarm: id, why }
    }
    this.sending = null
  }

  /** Show both ends and the line between; of somebody else's site only the receptor may be shown. @param {Alarm} alarm */
  async #go(alarm) {
    this.problem = null
    store.set({ selection: { layer: "receptors", id: alarm.receptor_id }, choices: [], nearPairs: [], pair: null })
    if (!alarm.site_id) return
    try {
      const { pairs } = /** @type {Report} */ (await getJson(linePath(alarm)))
      store.set({ nearPairs: pairs, pair: pairs.length > 0 ? keyOf(pairs[0]) : null })
      if (pairs.length > 0) this.tell("show-place", boundsOfEnds(pairs[0]))
    } catch (why) {
      this.problem = { alarm: alarm.id, why }
    }
  }

  /** @param {AlarmState} state */
  #show(state) {
    this.state = state
    this.problem = null
    this.#list.load()
  }

  /** @type {Answer<Alarms>} */
  #list = new Answer(this, signal => getJson(`/api/v1/alarms?state=${this.state}&limit=${MOST_ALARMS}`, { signal }))
}

/**
 * The one pair of an alarm, measured now.
 * @param {Pick<Alarm, "start" | "site_id" | "receptor_id" | "limit_m">} alarm
 */
export function linePath({ start, site_id, receptor_id, limit_m }) {
  const words = { start: start.code, site: String(site_id), target: receptor_id, receptor: "all", distance_m: String(limit_m) }
  const grades = ["1", "2", "3", "4"].map(code => /** @type {[string, string]} */ (["grade", code]))
  return `/api/v1/proximity/report?${new URLSearchParams([...Object.entries(words), ...grades])}`
}

customElements.define("riskmap-near-alarms", AlarmList)
