/** Marks the selected feature in the tiles by feature state, so that selecting loads and parses nothing. */

import { selectedNumber } from "../shell/state.js"

/** @import {Map as MapLibreMap} from "maplibre-gl" */
/** @import {FeatureLayer, State} from "../shell/state.js" */

/** Where a layer's features are found: source, then layers of its tiles. @type {Record<FeatureLayer, [string, string[]]>} */
const HOMES = {
  enterprises: ["risk", ["enterprises", "enterprise_outlines"]],
  zones: ["risk", ["zones"]],
  receptors: ["surroundings", ["receptors"]],
  corridors: ["surroundings", ["corridors"]],
}

/**
 * @param {MapLibreMap} map With its style loaded.
 * @param {State} state
 */
export function markSelection(map, state) {
  for (const [source, layers] of Object.values(HOMES)) {
    for (const sourceLayer of layers) map.removeFeatureState({ source, sourceLayer })
  }
  const number = selectedNumber(state)
  if (!state.selection || number === null) return
  const [source, layers] = HOMES[state.selection.layer]
  for (const sourceLayer of layers) map.setFeatureState({ source, sourceLayer, id: number }, { selected: true })
}
