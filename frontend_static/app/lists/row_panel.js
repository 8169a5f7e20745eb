/** The side panel of a list: one row explained, and the ways from it to the map, to its parts and to a submission. */

import { html, nothing } from "lit"
import { factsPath } from "../details/facts.js"
import { getJson } from "../api/client.js"
import "../explanation/explanation_section.js"
import { eventCard } from "../explanation/event_card.js"
import { Answer } from "../forms/answer.js"
import { gradeBadge } from "../grades/badge.js"
import { gradeOf } from "../grades/vocabulary.js"
import { mayAny } from "../session/session.js"
import { icon } from "../shell/icons.js"
import { PageElement } from "../shell/page_element.js"
import { domain, redrawOn, store, text } from "../shell/page_store.js"
import { writeAddress } from "../work/address.js"
import { goTo } from "../work/place.js"
import { beginAbout } from "./begin.js"
import { mapLink } from "./map_link.js"

/** @import {PropertyValues} from "lit" */
/** @import {EnterpriseFacts, Facts, ZoneFacts} from "../details/facts.js" */
/** @import {RiskEvent} from "../explanation/explanation.js" */
/** @import {FeatureLayer} from "../shell/state.js" */
/** @import {ListCode} from "./query.js" */

/**
 * @typedef {{id: string | null, name: string}} Named
 * @typedef {RiskEvent & {zone: Named, enterprise: Named}} WholeEvent
 *
 * @typedef {object} Told What the panel knows of a row.
 * @property {string} id
 * @property {string} name
 * @property {number | null} grade
 * @property {number} version
 * @property {Named} enterprise
 * @property {Named | null} zone
 * @property {{layer: FeatureLayer, facts: Facts}} site What the map shows of it.
 * @property {WholeEvent | null} event
 */

export class RowPanel extends PageElement {
  static properties = { list: { attribute: false }, key: { attribute: false } }

  /** @type {Answer<Told>} */
  #told = new Answer(this, signal => tellRow(this.list, this.key, signal))

  constructor() {
    super()
    /** @type {ListCode} */
    this.list = "zones"
    /** The id of the row. */
    this.key = ""
    redrawOn(this, "session")
  }

  /** @param {PropertyValues<this>} changed */
  willUpdate(changed) {
    if (!changed.has("key") && !changed.has("list")) return
    this.#told.value = null
    this.#told.load()
  }

  render() {
    const told = this.#told.value
    return html`
      <header class="panel-head">
        <div class="panel-kind">
          <span>${text(`lists.one.${this.list}`)}</span>
          <button type="button" class="icon-button panel-close" aria-label=${text("action.close")} title=${text("action.close")} @click=${() => this.tell("row-close")}>${icon("close")}</button>
        </div>
        ${told ? html`<h2>${told.name}</h2>${this.#grade(told.grade)}` : nothing}
      </header>
      ${told ? this.#actions(told) : nothing}
      <div class="row-panel-body">${this.#told.show(each => this.#body(each))}</div>
    `
  }

  /** @param {number | null} code */
  #grade(code) {
    const grade = gradeOf(domain().vocabulary, code)[store.state.language]
    return html`<p class="panel-grade">${gradeBadge(domain().vocabulary, code)} <b>${code === null ? grade : text("details.grade", { grade })}</b></p>`
  }

  /** @param {Told} told */
  #actions({ enterprise, site }) {
    const path = mapLink(site.layer, site.facts, store.state.language)
    const { id, name } = enterprise
    return html`<div class="panel-actions">
      ${path ? html`<a href=${path}>${icon("target")} ${text("lists.onMap")}</a>` : html`<span class="muted">${icon("warning")} ${text("lists.notOnMap")}</span>`}
      ${id && mayAny(store.state.session, "edit") ? html`<button type="button" @click=${() => this.#begin({ id, name })}>${icon("plus")} ${text("lists.submit")}</button>` : nothing}
    </div>`
  }

  /** @param {Told} told */
  #body({ id, version, enterprise, zone, event }) {
    return html`
      <dl class="facts row-belongs">
        ${this.list === "enterprises" ? nothing : html`<dt>${text("lists.one.enterprises")}</dt><dd>${this.#link("enterprises", enterprise)}</dd>`}
        ${zone ? html`<dt>${text("lists.one.zones")}</dt><dd>${this.#link("zones", zone)}</dd>` : nothing}
        ${this.list !== "enterprises" || !enterprise.id
          ? nothing
          : html`<dt>${text("lists.parts")}</dt>
              <dd>
                <a href=${writeAddress("risks", { enterprise: enterprise.id })}>${text("lists.itsZones")}</a>
                <a href=${writeAddress("risks", { list: "events", enterprise: enterprise.id })}>${text("lists.itsEvents")}</a>
              </dd>`}
      </dl>
      ${event ? html`<section class="explanation"><div class="chain">${eventCard(event, true)}</div></section>` : html`<riskmap-explanation .layer=${this.list} .key=${id} .version=${version}></riskmap-explanation>`}
    `
  }

  /**
   * @param {ListCode} list
   * @param {Named} named
   */
  #link(list, { id, name }) {
    if (!id) return name
    return html`<a href=${writeAddress("risks", { list: list === "zones" ? "" : list, enterprise: list === "enterprises" ? id : "", sel: id })}>${name}</a>`
  }

  /** @param {{id: string, name: string}} enterprise */
  async #begin(enterprise) {
    const id = await beginAbout(enterprise)
    if (id) goTo("submissions", { id })
  }
}

/**
 * @param {ListCode} list
 * @param {string} id
 * @param {AbortSignal} signal
 * @returns {Promise<Told>}
 */
async function tellRow(list, id, signal) {
  if (list === "events") {
    const event = /** @type {WholeEvent} */ (await getJson(`/api/v1/events/${id}`, { signal }))
    const facts = /** @type {ZoneFacts} */ (await getJson(factsPath({ layer: "zones", id: String(event.zone.id) }), { signal }))
    return { id, name: event.name, grade: event.grade, version: 0, enterprise: event.enterprise, zone: event.zone, site: { layer: "zones", facts }, event }
  }
  const facts = /** @type {EnterpriseFacts | ZoneFacts} */ (await getJson(factsPath({ layer: list, id }), { signal }))
  const enterprise = "enterprise" in facts ? facts.enterprise : { id: facts.id, name: facts.name }
  return { id, name: facts.name, grade: facts.grade ?? null, version: facts.version, enterprise, zone: null, site: { layer: list, facts }, event: null }
}

customElements.define("riskmap-list-row", RowPanel)
