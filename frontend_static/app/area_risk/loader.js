/** The colours of the townships, asked for when the map is to show them. */

import { getJson, isAbort } from "../api/client.js"
import { asOf } from "../history/moment.js"
import { store } from "../shell/page_store.js"
import { hasColouredAreas, onlySector } from "./theme.js"

/** @import {Language} from "../language/format.js" */
/** @import {State} from "../shell/state.js" */
/** @import {Word} from "../grades/vocabulary.js" */

/**
 * @typedef {Record<string, number>} ByGrade Grade code as text ("null": not graded) → number.
 * @typedef {object} AreaColour
 * @property {string} code
 * @property {string} name
 * @property {boolean} is_told False where not all of the area is the reader's; then all that follows is null.
 * @property {number | null} grade
 * @property {number | null} value The number that the rule cuts into grades; null where the worst grade decides.
 * @property {Record<Language, string> | null} formula How the colour came about, with the numbers put in.
 * @property {number | null} area_km2
 * @property {ByGrade | null} units
 * @property {ByGrade | null} cells
 * @property {number | null} ungraded_share
 *
 * @typedef {object} AreaRule
 * @property {string} id
 * @property {string} edition
 * @property {string} zh
 * @property {string} en
 * @property {Record<Language, string>} plain What the rule does, in one sentence.
 * @property {Record<Language, string>} formula
 * @property {"units" | "cells"} counts
 * @property {boolean} verified
 * @property {string} source
 *
 * @typedef {object} AreaRisk The answer of `GET /api/v1/area-risk`.
 * @property {Word} view
 * @property {AreaRule} rule
 * @property {Word | null} sector
 * @property {string | null} data_as_of
 * @property {number} unassigned
 * @property {AreaColour[]} areas
 */

/**
 * The question that the map's state asks; null where it shows no coloured areas.
 * @param {Pick<State, "theme" | "rule" | "sector">} state
 */
export function areaRiskPath(state) {
  if (!hasColouredAreas(state)) return null
  const words = new URLSearchParams({ level: "township" })
  if (state.rule) words.set("rule", state.rule)
  const sector = onlySector(state)
  if (sector) words.set("sector", sector)
  return `/api/v1/area-risk?${words}`
}

/** Follow the state from now on. */
export function followAreaRisk() {
  let request = new AbortController()
  /** @type {string | null} */
  let asked = null

  async function ask() {
    const question = areaRiskPath(store.state)
    const path = question && asOf(question, store.state.at)
    if (path === asked) return
    asked = path
    request.abort()
    const mine = (request = new AbortController())
    store.set({ areaRisk: null, areaRiskProblem: null })
    if (!path) return
    try {
      store.set({ areaRisk: await getJson(path, { signal: mine.signal }) })
    } catch (problem) {
      if (isAbort(problem)) return
      asked = null
      store.set({ areaRiskProblem: problem })
    }
  }
  store.subscribe((_, changed) => {
    if (changed.has("theme") || changed.has("rule") || changed.has("sector") || changed.has("at")) ask()
  })
  ask()
  return ask
}
