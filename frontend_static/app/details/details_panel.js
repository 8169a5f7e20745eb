/** The panel on the right: the facts of what is selected, or the list of what lay under one click. */

import { html, nothing } from "lit"
import { areaDetails, areaOf, areaSign } from "../area_risk/area_details.js"
import { EXPLAINED } from "../explanation/explanation.js"
import "../explanation/explanation_section.js"
import { enterpriseDetails } from "../enterprises/enterprise_details.js"
import { gradeBadge } from "../grades/badge.js"
import { gradeOf } from "../grades/vocabulary.js"
import { missingThen } from "../history/missing.js"
import { formatLonLat } from "../language/format.js"
import { copyText } from "../shell/clipboard.js"
import { icon } from "../shell/icons.js"
import { PageElement } from "../shell/page_element.js"
import { domain, redrawOn, store, text } from "../shell/page_store.js"
import { problemText } from "../shell/problem_text.js"
import { receptorIcon } from "../surroundings/receptor_icon.js"
import { corridorDetails, receptorDetails } from "../surroundings/surroundings_details.js"
import { zoneDetails } from "../zones/zone_details.js"
import { chooser } from "./chooser.js"
import { origin } from "./fact_list.js"
import { placeOf } from "./facts.js"
import { load } from "./loader.js"

/** @import {TemplateResult} from "lit" */
/** @import {FeatureLayer, Selection, State} from "../shell/state.js" */
/** @import {Facts} from "./facts.js" */

/** The body of the panel for each layer. @type {Record<FeatureLayer, (facts: any) => TemplateResult>} */
const BODIES = {
  enterprises: enterpriseDetails,
  zones: zoneDetails,
  receptors: receptorDetails,
  corridors: corridorDetails,
}

/** Layers whose rows always have a grade or lack one; others may carry one. */
const ALWAYS_GRADED = ["enterprises", "zones"]

/**
 * Whether there is anything to show.
 * @param {State} state
 */
export function hasDetails(state) {
  return state.selection !== null || state.choices.length > 1 || areaOf(state) !== null
}

export function closeDetails() {
  store.set({ selection: null, choices: [], area: null })
}

export class DetailsPanel extends PageElement {
  constructor() {
    super()
    this.hadFocus = false
    redrawOn(this, "selection", "details", "choices", "area", "areaRisk", "theme")
  }

  /** The button that was pressed may be gone with the next drawing, and the keyboard with it. */
  willUpdate() {
    this.hadFocus = this.contains(document.activeElement)
  }

  updated() {
    if (this.hadFocus && !this.contains(document.activeElement)) this.tell("focus-lost")
  }

  render() {
    const { selection, details, choices } = store.state
    if (!selection && choices.length > 1) return chooser(choices, closeButton())
    if (!selection) return this.#area()
    if (details?.status === "failed") return this.#failed(selection, details.problem)
    if (details?.status === "ready" && details.facts) return this.#ready(details.selection.layer, details.facts)
    return html`
      ${panelHead(text(`layer.one.${selection.layer}`), "")}
      <p class="panel-wait" role="status">${text("details.loading")}</p>
    `
  }

  #area() {
    const area = areaOf(store.state)
    if (!area) return nothing
    const bounds = domain().district.townships.find(({ code }) => code === area.code)?.bounds
    return html`
      ${panelHead(text("area.one"), area.name, areaSign(area))}
      <div class="panel-actions">
        <button type="button" ?disabled=${!bounds} @click=${() => bounds && this.tell("show-place", bounds)}>${icon("target")} ${text("action.show")}</button>
        <button type="button" @click=${() => copy(location.href, "notice.linkCopied")}>${icon("link")} ${text("action.copyLink")}</button>
      </div>
      <div class="panel-body">${areaDetails(area)}</div>
    `
  }

  /**
   * @param {FeatureLayer} layer
   * @param {Facts} facts
   */
  #ready(layer, facts) {
    return html`
      ${panelHead(text(`layer.one.${layer}`), facts.name, sign(layer, facts))}
      ${facts.is_demo ? html`<p class="demo-remark">${text("details.demo")}</p>` : nothing}
      ${this.#actions(facts)}
      <div class="panel-body">${explanation(layer, facts)} ${BODIES[layer](facts)} ${origin(facts)}</div>
    `
  }

  /** @param {Facts} facts */
  #actions(facts) {
    const place = placeOf(facts)
    const { lon, lat } = facts
    return html`
      <div class="panel-actions">
        <button type="button" ?disabled=${!place} @click=${() => place && this.tell("show-place", place)}>
          ${icon("target")} ${text("action.show")}
        </button>
        <button
          type="button"
          ?disabled=${lon === null || lat === null}
          @click=${() => lon !== null && lat !== null && copy(formatLonLat(lon, lat), "notice.coordinatesCopied")}
        >
          ${icon("copy")} ${text("action.copyCoordinates")}
        </button>
        <button type="button" @click=${() => copy(location.href, "notice.linkCopied")}>
          ${icon("link")} ${text("action.copyLink")}
        </button>
      </div>
    `
  }

  /**
   * @param {Selection} selection
   * @param {unknown} problem
   */
  #failed(selection, problem) {
    return html`
      ${panelHead(text(`layer.one.${selection.layer}`), "")}
      <div class="panel-problem" role="alert">
        <p>${icon("warning")} ${missingThen(problem) ?? problemText(problem)}</p>
        <button type="button" @click=${() => load(selection)}>${text("action.retry")}</button>
      </div>
    `
  }
}

/**
 * @param {string} kind
 * @param {string} name
 * @param {unknown} [beside]
 */
function panelHead(kind, name, beside = nothing) {
  return html`
    <header class="panel-head">
      <div class="panel-kind">${backButton()}<span>${kind}</span>${closeButton()}</div>
      ${name ? html`<h2>${name}</h2>` : nothing} ${beside}
    </header>
  `
}

/** Back to the list of what lay under the click. */
function backButton() {
  if (store.state.choices.length < 2) return nothing
  const back = () => store.set({ selection: null })
  return html`<button type="button" class="icon-button" aria-label=${text("action.back")} title=${text("action.back")} @click=${back}>
    ${icon("back")}
  </button>`
}

function closeButton() {
  return html`<button type="button" class="icon-button panel-close" aria-label=${text("action.close")} title=${text("action.close")} @click=${closeDetails}>
    ${icon("close")}
  </button>`
}

/**
 * @param {FeatureLayer} layer
 * @param {Facts} facts
 */
function sign(layer, facts) {
  const { vocabulary } = domain()
  const { language } = store.state
  if (ALWAYS_GRADED.includes(layer) || facts.grade) {
    const grade = gradeOf(vocabulary, facts.grade)
    const words = grade.code === null ? grade[language] : text("details.grade", { grade: grade[language] })
    return html`<p class="panel-grade">${gradeBadge(vocabulary, facts.grade)} <b>${words}</b></p>`
  }
  if (layer === "receptors" && "kind" in facts && facts.kind && typeof facts.kind === "object") {
    return html`<p class="panel-grade">${receptorIcon(facts.kind.code)} <b>${facts.kind[language]}</b></p>`
  }
  return nothing
}

/**
 * @param {FeatureLayer} layer
 * @param {Facts} facts
 */
function explanation(layer, { id, version }) {
  if (!EXPLAINED.includes(layer)) return nothing
  return html`<riskmap-explanation .layer=${layer} .key=${id} .version=${version}></riskmap-explanation>`
}

/**
 * @param {string} words
 * @param {string} key What to say when it worked.
 */
async function copy(words, key) {
  store.set({ notice: { key: (await copyText(words)) ? key : "notice.copyFailed" } })
}

customElements.define("riskmap-details", DetailsPanel)
