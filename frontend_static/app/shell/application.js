/** The frame of the page: head, legend, map, details and status, and the commands that concern several of them. */

import { html, nothing } from "lit"
import { getJson } from "../api/client.js"
import { followAreaRisk } from "../area_risk/loader.js"
import "../area_risk/theme_chooser.js"
import { closeDetails, hasDetails } from "../details/details_panel.js"
import { followSelection } from "../details/loader.js"
import "../history/change_list.js"
import { followComparison } from "../history/changes_loader.js"
import { backToNow, isAway } from "../history/moment_banner.js"
import "../history/time_control.js"
import { outlineMessage } from "../jurisdictions/district.js"
import { isEmpty } from "../legend/counts.js"
import { nextGrades } from "../legend/legend.js"
import "../maps/map_view.js"
import { alarmButton } from "../proximity/alarm_button.js"
import { followAlarms } from "../proximity/alarm_count.js"
import "../proximity/panel.js"
import { toolButtons } from "../proximity/tool_buttons.js"
import { closeTool, isTakingPlace, isWide, openTool } from "../proximity/tools.js"
import "../search/search_box.js"
import { enter, leaveForSignIn } from "../session/gate.js"
import { mayWork, signInPath } from "../session/session.js"
import "./header.js"
import { icon } from "./icons.js"
import "./key_sheet.js"
import { cannotStart, noData, starting } from "./notices.js"
import { PageElement } from "./page_element.js"
import { domain, followAddress, redrawOn, store, text } from "./page_store.js"
import { commandOf, isWriting } from "./shortcuts.js"
import { GRADES } from "./state.js"
import "./status_bar.js"

/** @import {Vocabulary} from "../grades/vocabulary.js" */
/** @import {District} from "../jurisdictions/district.js" */
/** @import {Counts} from "../legend/counts.js" */
/** @import {MapView} from "../maps/map_view.js" */
/** @import {SearchBox} from "../search/search_box.js" */
/** @import {TimeControl} from "../history/time_control.js" */
/** @import {KeySheet} from "./key_sheet.js" */
/** @import {Command} from "./shortcuts.js" */
/** @import {Bounds} from "./state.js" */

export class Application extends PageElement {
  constructor() {
    super()
    /** @type {unknown} */
    this.problem = null
    this.hasNoData = false
    redrawOn(this, "domain", "selection", "choices", "area", "areaRisk", "theme", "isLegendOpen", "at", "comparison", "tool", "around", "draft", "session", "openAlarms")
  }

  connectedCallback() {
    super.connectedCallback()
    // What stood here in the HTML was for the moment before this script ran.
    this.replaceChildren()
    followAddress()
    store.set({ isLegendOpen: isWide() && store.state.tool === null })
    addEventListener("keydown", event => this.#press(event))
    this.addEventListener("show-place", event => this.#map?.showPlace(detailOf(/** @type {Event} */ (event))))
    this.addEventListener("result-opened", () => this.#focusDetails())
    this.addEventListener("focus-lost", () => this.#focusDetails())
    this.addEventListener("reload-tiles", () => this.#map?.reloadTiles())
    this.addEventListener("sign-in-required", leaveForSignIn)
    this.addEventListener("sign-in", () => location.assign(signInPath(`/${location.hash}`)))
    this.addEventListener("counted", event => this.#noticeEmptiness(detailOf(/** @type {Event} */ (event))))
    this.#start()
  }

  render() {
    document.documentElement.lang = store.state.language === "zh" ? "zh-CN" : "en"
    if (this.problem) return cannotStart(this.problem, () => this.#start())
    if (!store.state.domain) return starting()
    document.title = [text("product.name"), store.state.domain.district.name].filter(Boolean).join(" · ")
    const { isLegendOpen, tool } = store.state
    return html`
      <a class="skip-link" href="#map" @click=${this.#skipToMap}>${text("start.skip")}</a>
      <riskmap-header .middle=${html`<riskmap-search></riskmap-search>`} .end=${html`${alarmButton()} ${this.#keysButton()}`}></riskmap-header>
      <riskmap-moment></riskmap-moment>
      <main class="page-body" ?data-away=${isAway()}>
        <aside id="near-panel" class="near-panel" aria-label=${text("near.title")} ?hidden=${tool === null}>
          ${tool ? html`<riskmap-near-panel></riskmap-near-panel>` : nothing}
        </aside>
        <aside id="legend" class="legend-panel" aria-label=${text("legend.title")} ?hidden=${!isLegendOpen}>
          ${store.state.comparison ? html`<riskmap-changes></riskmap-changes>` : nothing}
          <riskmap-theme></riskmap-theme>
          <riskmap-legend></riskmap-legend>
          ${this.#remarks()}
        </aside>
        <div class="map-pane">
          <riskmap-map id="map" ?data-takes-place=${isTakingPlace(store.state)}></riskmap-map>
          <button
            type="button"
            class="map-control legend-toggle"
            aria-expanded=${isLegendOpen}
            aria-controls="legend"
            title=${text("legend.toggle")}
            aria-label=${text("legend.toggle")}
            @click=${toggleLegend}
          >
            ${icon("layers")}
          </button>
          <div class="map-tools"><riskmap-time></riskmap-time>${toolButtons()}</div>
          ${this.hasNoData ? noData(() => this.#noticeData(), Boolean(store.state.at)) : nothing}
        </div>
        <aside class="details-panel" tabindex="-1" aria-label=${text("details.title")} ?hidden=${!hasDetails(store.state)}>
          <riskmap-details></riskmap-details>
        </aside>
      </main>
      <riskmap-status></riskmap-status>
      <riskmap-keys></riskmap-keys>
    `
  }

  /** Closing the panel that had the keyboard would leave it nowhere. */
  updated() {
    const { tool } = store.state
    if (this.#hadTool && !tool && document.activeElement === document.body) {
      const button = /** @type {HTMLElement | null} */ (this.querySelector(".near-button"))
      button?.focus()
    }
    this.#hadTool = tool !== null
  }

  async #start() {
    this.problem = null
    this.requestUpdate()
    try {
      if (!(await enter("map"))) return
      const [vocabulary, district] = await Promise.all([
        /** @type {Promise<Vocabulary>} */ (getJson("/api/v1/vocabulary")),
        /** @type {Promise<District>} */ (getJson("/api/v1/district")),
      ])
      store.set({ domain: { vocabulary, district } })
      followSelection()
      followComparison()
      followAreaRisk()
      if (mayWork(store.state.session)) followAlarms()
    } catch (problem) {
      this.problem = problem
      this.requestUpdate()
    }
  }

  #keysButton() {
    const label = text("keys.button")
    return html`<button type="button" class="icon-button" title=${label} aria-label=${label} @click=${() => this.#keys?.toggle()}>
      ${icon("keyboard")}
    </button>`
  }

  #remarks() {
    const { district } = domain()
    const { is_demo } = district
    const key = outlineMessage(district)
    if (!key && !is_demo) return nothing
    return html`<footer class="legend-remarks">
      ${key ? html`<p>${icon("warning")} ${text(key)}</p>` : nothing}
      ${is_demo ? html`<p>${icon("warning")} ${text("demo.title")}</p>` : nothing}
    </footer>`
  }

  /** @param {Counts} counts */
  #noticeEmptiness(counts) {
    this.hasNoData = isEmpty(counts)
    this.requestUpdate()
  }

  #noticeData() {
    this.hasNoData = false
    this.requestUpdate()
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    const command = commandOf(event)
    if (command === null || (command !== "close" && isWriting(event.target))) return
    if (!store.state.domain || (this.#keys?.isOpen && command !== "help")) return
    event.preventDefault()
    if (typeof command === "object") store.set({ grades: nextGrades(command.grade, command.isAlone) })
    else this.#commands[command]()
  }

  /** @type {Record<Command, () => void>} */
  #commands = {
    search: () => /** @type {SearchBox} */ (this.querySelector("riskmap-search")).focusInput(),
    help: () => this.#keys?.toggle(),
    close: () => this.#close(),
    legend: toggleLegend,
    time: () => this.#time?.toggle(),
    proximity: () => openTool("analysis"),
    emergency: () => openTool("emergency"),
    home: () => this.#map?.showHome(),
    north: () => this.#map?.map?.resetNorth(),
    hatch: () => store.set({ hatch: !store.state.hatch }),
    all: () => store.set({ grades: GRADES }),
    zoomIn: () => this.#map?.map?.zoomIn(),
    zoomOut: () => this.#map?.map?.zoomOut(),
  }

  /** What lies on top first, the past last. Hiding the panel would leave the keyboard nowhere. */
  #close() {
    if (!hasDetails(store.state)) return store.state.tool ? closeTool() : backToNow()
    const wasInside = this.querySelector(".details-panel")?.contains(document.activeElement)
    closeDetails()
    if (wasInside) this.#focusDetails()
  }

  /** From the search box on to what was found: letters are commands again, Tab goes through the facts. */
  async #focusDetails() {
    await this.updateComplete
    const panel = /** @type {HTMLElement} */ (this.querySelector(".details-panel"))
    if (panel.hidden) this.#map?.map?.getCanvas().focus()
    else panel.focus()
  }

  /** @param {Event} event */
  #skipToMap(event) {
    event.preventDefault()
    this.#map?.map?.getCanvas().focus()
  }

  #hadTool = false

  get #map() {
    return /** @type {MapView | null} */ (this.querySelector("riskmap-map"))
  }

  get #time() {
    return /** @type {TimeControl | null} */ (this.querySelector("riskmap-time"))
  }

  get #keys() {
    return /** @type {KeySheet | null} */ (this.querySelector("riskmap-keys"))
  }
}

function toggleLegend() {
  store.set({ isLegendOpen: !store.state.isLegendOpen })
}

/**
 * @param {Event} event
 * @returns {any} The listener knows what the event's name promises.
 */
function detailOf(event) {
  return /** @type {CustomEvent<Bounds | Counts>} */ (event).detail
}

customElements.define("riskmap-application", Application)
