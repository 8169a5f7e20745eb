/** Major hazard installations: a diamond with its level in ink, for a level is no grade and has none of its colours. */

import { LABEL_FONT, byZoom, shownWith } from "../maps/layer_parts.js"

/** @import {LayerSpecification} from "maplibre-gl" */
/** @import {StyleContext} from "../maps/style.js" */

const INSTALLATIONS = { source: "risk", "source-layer": "major_hazard_installations" }
const NAMES_FROM = 15.5

/**
 * @param {StyleContext} context
 * @returns {LayerSpecification[]}
 */
export function hazardSymbols(context) {
  const { palette } = context
  return [
    {
      id: "hazard-symbol",
      type: "symbol",
      ...INSTALLATIONS,
      layout: {
        ...shownWith(context, "major_hazard_installations"),
        "icon-image": ["concat", "hazard:", ["to-string", ["coalesce", ["get", "level"], 0]]],
        "icon-size": byZoom([8, 0.7], [12, 0.9], [15, 1.1]),
        "icon-allow-overlap": true,
        // The first level is the worst and lies on top.
        "symbol-sort-key": ["-", 9, ["coalesce", ["get", "level"], 9]],
        "text-field": ["step", ["zoom"], "", NAMES_FROM, ["get", "name"]],
        "text-font": LABEL_FONT,
        "text-size": 11,
        "text-anchor": "top",
        "text-offset": [0, 1.1],
        "text-optional": true,
      },
      paint: { "text-color": palette.ink, "text-halo-color": palette.halo, "text-halo-width": 1.5 },
    },
  ]
}
