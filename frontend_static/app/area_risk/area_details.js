/** What the panel says of a coloured township: how many of which grade, how the colour came about, and the way to the rows. */

import { html, nothing } from "lit"
import { gradeBadge } from "../grades/badge.js"
import { allGrades, codeOf, gradeOf, wordFor } from "../grades/vocabulary.js"
import { formatCount } from "../language/format.js"
import { domain, store, text } from "../shell/page_store.js"
import { mayAny } from "../session/session.js"
import { writeAddress } from "../work/address.js"
import { hasColouredAreas, onlySector } from "./theme.js"

/** @import {Grade} from "../grades/vocabulary.js" */
/** @import {State} from "../shell/state.js" */
/** @import {AreaColour, AreaRule, ByGrade} from "./loader.js" */

/** @param {string} code Of a township. */
export function showArea(code) {
  store.set({ area: code, selection: null, choices: [] })
}

/**
 * The coloured township that is told of: it is one of those on the map, and nothing else was chosen since.
 * @param {Pick<State, "area" | "areaRisk" | "selection" | "choices" | "theme">} state
 * @returns {AreaColour | null}
 */
export function areaOf({ area, areaRisk, selection, choices, theme }) {
  if (area === null || selection !== null || choices.length > 1 || !hasColouredAreas({ theme })) return null
  return areaRisk?.areas.find(({ code }) => code === area) ?? null
}

/** @param {AreaColour} area */
export function areaDetails(area) {
  const rule = store.state.areaRisk?.rule
  if (!rule || !area.is_told || !area.units) return html`<p class="panel-wait">${text("area.notTold")}</p>`
  return html`
    ${onlySector(store.state) ? html`<p class="area-remark">${text("area.ofSector", { sector: wordFor(domain().vocabulary.sectors, store.state.sector ?? "", store.state.language) ?? "" })}</p>` : nothing}
    ${tally(area.units, "area.units")}
    ${rule.counts === "cells" && area.cells ? tally(area.cells, "area.cells") : nothing}
    ${reasons(area, rule)}
    ${mayAny(store.state.session, "look") ? ways(area.code) : nothing}
  `
}

/** @param {AreaColour} area */
export function areaSign({ grade }) {
  const { vocabulary } = domain()
  const { [store.state.language]: word } = gradeOf(vocabulary, grade)
  return html`<p class="panel-grade">${gradeBadge(vocabulary, grade)} <b>${word}</b></p>`
}

/**
 * Counts by grade, the worst first; what is nought is left out.
 * @param {ByGrade} counts
 * @returns {{grade: Grade, count: number}[]}
 */
export function byGrade(counts) {
  return allGrades(domain().vocabulary)
    .map(grade => ({ grade, count: counts[grade.code === null ? "null" : String(codeOf(grade))] ?? 0 }))
    .filter(({ count }) => count > 0)
}

/**
 * @param {ByGrade} counts
 * @param {"area.units" | "area.cells"} key What is counted.
 */
function tally(counts, key) {
  const { language } = store.state
  const all = byGrade(counts)
  const total = all.reduce((sum, { count }) => sum + count, 0)
  return html`<section class="area-tally">
    <h3>${text(key, { count: formatCount(total, language) })}</h3>
    ${all.map(
      ({ grade, count }) => html`<p class="area-tally-row">${gradeBadge(domain().vocabulary, grade.code)} <span>${grade[language]}</span> <b>${formatCount(count, language)}</b></p>`,
    )}
  </section>`
}

/**
 * @param {AreaColour} area
 * @param {AreaRule} rule
 */
function reasons({ formula, ungraded_share }, rule) {
  const { language } = store.state
  return html`<section class="area-reasons">
    <h3>${text("area.why")}</h3>
    <p>${rule.plain[language]}</p>
    <p class="area-sum">${formula?.[language]}</p>
    ${ungraded_share ? html`<p class="muted">${text("theme.ungraded", { percent: Math.round(ungraded_share * 100) })}</p>` : nothing}
    <details>
      <summary>${text("theme.formula")}</summary>
      <p>${rule[language]}</p>
      <p>${rule.formula[language]}</p>
      ${rule.verified ? nothing : html`<p>${text("theme.unverified")}</p>`}
    </details>
  </section>`
}

/** @param {string} township */
function ways(township) {
  const sector = onlySector(store.state)
  const to = (/** @type {string} */ list) => `/work${writeAddress("risks", { list, township, sector })}`
  return html`<p class="area-ways">
    <a href=${to("")}>${text("area.zones")}</a>
    <a href=${to("enterprises")}>${text("area.enterprises")}</a>
  </p>`
}
