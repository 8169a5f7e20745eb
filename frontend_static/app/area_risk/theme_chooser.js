/** The chooser of what the map is about, and what its colours then mean: rule, edition, whose view, and the counts. */

import { html, nothing } from "lit"
import { gradeBadge } from "../grades/badge.js"
import { PageElement } from "../shell/page_element.js"
import { domain, redrawOn, store, text } from "../shell/page_store.js"
import { problemText } from "../shell/problem_text.js"
import { byGrade, showArea } from "./area_details.js"
import { THEMES, farBelow, hasColouredAreas } from "./theme.js"

/** @import {Theme} from "./theme.js" */
/** @import {AreaColour, AreaRisk} from "./loader.js" */

export class ThemeChooser extends PageElement {
  constructor() {
    super()
    redrawOn(this, "theme", "rule", "sector", "area", "areaRisk", "areaRiskProblem", "view")
  }

  render() {
    return html`
      <section aria-labelledby="theme-title">
        <h2 id="theme-title">${text("theme.title")}</h2>
        <div class="theme-choices" role="group" aria-labelledby="theme-title">${THEMES.map(choice)}</div>
        <p class="theme-note">${text(note())}</p>
        ${hasColouredAreas(store.state) ? this.#areas() : nothing}
      </section>
    `
  }

  #areas() {
    const { areaRisk, areaRiskProblem } = store.state
    return html`
      ${store.state.theme === "sector" ? sectorField() : nothing} ${ruleField()}
      ${areaRiskProblem ? html`<p class="theme-note" role="alert">${problemText(areaRiskProblem)}</p>` : nothing}
      ${areaRisk ? answer(areaRisk) : nothing}
    `
  }
}

/** @param {Theme} theme */
function choice(theme) {
  const choose = () => store.set(theme === "sector" ? { theme, sector: store.state.sector ?? firstSector() } : { theme })
  return html`<button type="button" data-theme=${theme} aria-pressed=${store.state.theme === theme} @click=${choose}>
    ${text(`theme.${theme}`)}
  </button>`
}

/** What the map shows at this moment. */
function note() {
  const { theme, view } = store.state
  if (theme !== "auto") return `theme.about.${theme}`
  return view && view.zoom < farBelow(domain().district) ? "theme.autoFar" : "theme.about.auto"
}

function firstSector() {
  return domain().vocabulary.sectors[0]?.code ?? null
}

function sectorField() {
  const { language, sector } = store.state
  return html`<label class="theme-field">
    <span>${text("theme.sectorField")}</span>
    <select data-field="sector" @change=${(/** @type {Event} */ event) => store.set({ sector: valueOf(event) || null })}>
      <option value="" ?selected=${sector === null}>${text("theme.anySector")}</option>
      ${domain().vocabulary.sectors.map(
        ({ code, [language]: word }) => html`<option value=${code} ?selected=${code === sector}>${word}</option>`,
      )}
    </select>
  </label>`
}

function ruleField() {
  const { language, rule } = store.state
  const rules = domain().vocabulary.area_rules
  const chosen = rules.find(({ id }) => id === rule) ?? rules[0]
  return html`<label class="theme-field">
    <span>${text("theme.ruleField")}</span>
    <select data-field="rule" @change=${(/** @type {Event} */ event) => store.set({ rule: valueOf(event) })}>
      ${rules.map(({ id, [language]: word }) => html`<option value=${id} ?selected=${id === chosen.id}>${word}</option>`)}
    </select>
  </label>`
}

/** @param {AreaRisk} answer */
function answer({ rule, view, areas, unassigned }) {
  const { language } = store.state
  return html`
    <p class="theme-rule">${rule.plain[language]}</p>
    <details class="theme-formula">
      <summary>${text("theme.formula")}</summary>
      <p>${rule.formula[language]}</p>
      <p>${text("theme.edition", { edition: rule.edition, view: view[language] })}
        ${rule.verified ? nothing : html`<span title=${language === "zh" ? rule.source : nothing}>${text("theme.unverified")}</span>`}</p>
    </details>
    <div class="area-list" role="group" aria-label=${text("theme.areas")}>${[...areas].sort(worstFirst).map(areaRow)}</div>
    ${unassigned > 0 ? html`<p class="theme-note">${text("theme.unassigned", { count: unassigned })}</p>` : nothing}
  `
}

/** @param {AreaColour} area */
function areaRow({ code, name, grade, is_told, units }) {
  const { vocabulary } = domain()
  if (!is_told) {
    return html`<p class="area-row">${gradeBadge(vocabulary, null)} <span>${name}</span>
      <span class="layer-hint">${text("theme.notTold")}</span></p>`
  }
  const isEmpty = Object.values(units ?? {}).every(count => count === 0)
  return html`<button type="button" class="area-row" data-area=${code} aria-pressed=${store.state.area === code} @click=${(/** @type {Event} */ event) => chooseArea(event, code)}>
    ${gradeBadge(vocabulary, grade)} <span>${name}</span>
    ${isEmpty ? html`<span class="layer-hint">${text("theme.noData")}</span>` : counts(units ?? {})}
  </button>`
}

/**
 * What is chosen from a list must not stay out of sight.
 * @param {Event} event
 * @param {string} code
 */
function chooseArea(event, code) {
  showArea(code)
  const bounds = domain().district.townships.find(each => each.code === code)?.bounds
  const chooser = /** @type {ThemeChooser | null} */ (/** @type {HTMLElement} */ (event.currentTarget).closest("riskmap-theme"))
  if (bounds) chooser?.tell("show-place", bounds)
}

/**
 * How many of each grade, the worst first; what is nought is left out.
 * @param {Record<string, number>} units
 */
function counts(units) {
  const { language } = store.state
  return html`<span class="area-counts">
    ${byGrade(units).map(
      ({ grade, count }) => html`<span title="${grade[language]} ${count}"><i style="background:${grade.colour};border-color:${grade.stroke}"></i>${count}</span>`,
    )}
  </span>`
}

/**
 * @param {AreaColour} a
 * @param {AreaColour} b
 */
function worstFirst(a, b) {
  return rank(a) - rank(b)
}

/** @param {AreaColour} area */
function rank({ grade, is_told }) {
  return grade ?? (is_told ? 8 : 9)
}

/** @param {Event} event */
function valueOf(event) {
  return /** @type {HTMLSelectElement} */ (event.target).value
}

customElements.define("riskmap-theme", ThemeChooser)
