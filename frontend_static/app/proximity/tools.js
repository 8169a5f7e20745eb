/** The tools of the proximity panel: which is open, and what a click on the map means to it. */

import { store } from "../shell/page_store.js"
import { withCorner } from "./draft.js"

/** @import {State} from "../shell/state.js" */
/** @import {Tool} from "./tool_names.js" */

/**
 * Two panels would leave little of the map, so the legend makes room; its button brings it back.
 * @param {Tool} tool
 */
export function openTool(tool) {
  const past = OF_THE_PAST.includes(tool) ? {} : { at: null, comparison: null }
  store.set({ tool, isLegendOpen: false, ...(tool === store.state.tool ? {} : NOTHING_DRAWN), ...past, around: null, draft: null })
}

export function closeTool() {
  store.set({ tool: null, isLegendOpen: isWide(), ...NOTHING_DRAWN, around: null, draft: null })
}

/** On a narrow screen the legend would lie over the map. */
export function isWide() {
  return !matchMedia("(max-width: 820px)").matches
}

/** The others tell of now alone, and so must the map beside them. @type {readonly Tool[]} */
const OF_THE_PAST = ["analysis", "saved"]

/** @type {Pick<State, "nearPairs" | "pair" | "pairUnder">} */
const NOTHING_DRAWN = Object.freeze({ nearPairs: [], pair: null, pairUnder: null })

/**
 * Whether the next click on the map is a place for the open tool.
 * @param {Pick<State, "tool" | "around" | "draft">} state
 */
export function isTakingPlace({ tool, around, draft }) {
  return (tool === "emergency" && around === null) || (tool === "planned" && draft !== null && !draft.isDone)
}

/**
 * Give a place to the open tool.
 * @param {number} lon Degrees.
 * @param {number} lat Degrees.
 * @returns {boolean} Whether it took it; otherwise the click is about what lies there.
 */
export function takePlace(lon, lat) {
  const { state } = store
  if (!isTakingPlace(state)) return false
  if (state.tool === "emergency") store.set({ around: { lon, lat } })
  else if (state.draft) store.set({ draft: withCorner(state.draft, [lon, lat]) })
  return true
}
