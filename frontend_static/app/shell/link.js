/**
 * The address of what is on screen: `#map=11.25/33.70000/113.30000&layers=…&grades=1,2&sel=zones/<id>&lang=en`.
 *
 * Whatever equals the default is left out, so that a link stays short; whatever cannot be read is passed over,
 * because a link cut by a chat program should still open the map.
 */

import { THEMES } from "../area_risk/theme.js"
import { readComparison, writeComparison } from "../history/comparison.js"
import { readMoment } from "../history/moment.js"
import { readQuestion, writeQuestion } from "../proximity/question.js"
import { TOOLS } from "../proximity/tool_names.js"
import { FEATURE_LAYERS, GRADES, LAYERS, initialState } from "./state.js"

/** @import {Language} from "../language/format.js" */
/** @import {Selection, State, View} from "./state.js" */

/** @typedef {Pick<State, "language" | "view" | "layers" | "grades" | "hiddenKinds" | "hatch" | "theme" | "rule" | "sector" | "area" | "selection" | "at" | "comparison" | "tool" | "question" | "around">} Linked */

/** The keys of the state that stand in the address. @type {readonly (keyof Linked)[]} */
export const LINKED = ["language", "view", "layers", "grades", "hiddenKinds", "hatch", "theme", "rule", "sector", "area", "selection", "at", "comparison", "tool", "question", "around"]

/**
 * @param {string} hash With or without the leading "#".
 * @param {Language} [language] Where the address says none: the reader's own.
 * @returns {Linked} Every key; the default where the address says nothing.
 */
export function readLink(hash, language = initialState().language) {
  const words = new URLSearchParams(hash.replace(/^#/, ""))
  const { layers, grades, hiddenKinds } = initialState()
  return {
    language: words.get("lang") === "en" ? "en" : language,
    view: readView(words.get("map")),
    layers: pick(words.get("layers"), LAYERS) ?? layers,
    grades: pick(words.get("grades"), GRADES) ?? grades,
    hiddenKinds: words.get("without")?.split(",").filter(kind => /^\w+$/.test(kind)) ?? hiddenKinds,
    hatch: words.get("hatch") !== "off",
    theme: THEMES.find(each => each === words.get("theme")) ?? "auto",
    rule: readCode(words.get("rule")),
    sector: readCode(words.get("sector")),
    area: readCode(words.get("area")),
    selection: readSelection(words.get("sel")),
    at: readMoment(words.get("at")),
    comparison: readComparison(words.get("compare")),
    tool: TOOLS.find(each => each === words.get("tool")) ?? null,
    question: readQuestion(words.get("near")),
    around: readPlace(words.get("around")),
  }
}

/**
 * @param {Linked} state
 * @returns {string} With the leading "#".
 */
export function writeLink({ language, view, layers, grades, hiddenKinds, hatch, theme, rule, sector, area, selection, at, comparison, tool, question, around }) {
  const words = [
    view && `map=${view.zoom.toFixed(2)}/${view.lat.toFixed(5)}/${view.lon.toFixed(5)}`,
    layers.length < LAYERS.length && `layers=${layers.join(",")}`,
    grades.length < GRADES.length && `grades=${grades.join(",")}`,
    hiddenKinds.length > 0 && `without=${hiddenKinds.join(",")}`,
    !hatch && "hatch=off",
    theme !== "auto" && `theme=${theme}`,
    rule && `rule=${rule}`,
    sector && `sector=${sector}`,
    area && `area=${area}`,
    selection && `sel=${selection.layer}/${selection.id}`,
    at && `at=${at}`,
    comparison && `compare=${writeComparison(comparison)}`,
    tool && `tool=${tool}`,
    question && `near=${writeQuestion(question)}`,
    around && `around=${around.lat.toFixed(6)}/${around.lon.toFixed(6)}`,
    language === "en" && "lang=en",
  ]
  return `#${words.filter(Boolean).join("&")}`
}

/** @param {string | null} text A code of the vocabulary, which may have changed since. */
function readCode(text) {
  return text && /^[\w-]+$/.test(text) ? text : null
}

/**
 * @param {string | null} text "zoom/lat/lon"
 * @returns {View | null}
 */
function readView(text) {
  const [, level, at] = text?.match(/^([^/]*)\/(.*)$/) ?? []
  const [zoom, place] = [readNumber(level), readPlace(at)]
  return place && zoom >= 0 && zoom <= 24 ? { zoom, ...place } : null
}

/**
 * @param {string | null | undefined} text "lat/lon"
 * @returns {{lat: number, lon: number} | null}
 */
function readPlace(text) {
  const [lat, lon, ...more] = text?.split("/").map(readNumber) ?? []
  return more.length === 0 && Math.abs(lat) <= 85 && Math.abs(lon) <= 180 ? { lat, lon } : null
}

/** @param {string | undefined} text */
function readNumber(text) {
  return text?.trim() ? Number(text) : NaN
}

/**
 * The members of `all` named in a comma list, in the order of `all`; null when there is no list.
 * @template {string | number} T
 * @param {string | null} text
 * @param {readonly T[]} all
 * @returns {T[] | null}
 */
function pick(text, all) {
  const named = text?.split(",")
  return named ? all.filter(each => named.includes(String(each))) : null
}

/**
 * @param {string | null} text "layer/id"
 * @returns {Selection | null}
 */
function readSelection(text) {
  const [, layer, id] = text?.match(/^(\w+)\/([0-9a-f-]{36}|\d+)$/) ?? []
  const known = FEATURE_LAYERS.find(each => each === layer)
  return known ? { layer: known, id } : null
}
