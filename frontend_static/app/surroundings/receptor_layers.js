/** Receptors on the map: small neutral pictograms, for what is to be protected must not look like a risk. */

import { LABELS_FROM, LABEL_FONT, byZoom, shownWith, whenSelected } from "../maps/layer_parts.js"

/** @import {ExpressionSpecification, LayerSpecification} from "maplibre-gl" */
/** @import {StyleContext} from "../maps/style.js" */

const RECEPTORS = { source: "surroundings", "source-layer": "receptors" }

/** Pictograms need this much room; farther out a receptor is a dot. */
const PICTOGRAMS_FROM = 12.5

/** After those of enterprises and zones, which matter more. */
const NAMES_FROM = LABELS_FROM + 0.5

/** @type {ExpressionSpecification} */
const isArea = ["in", ["geometry-type"], ["literal", ["Polygon", "MultiPolygon"]]]

/** @type {ExpressionSpecification} */
const isPoint = ["in", ["geometry-type"], ["literal", ["Point", "MultiPoint"]]]

/**
 * @param {StyleContext} context
 * @returns {LayerSpecification[]}
 */
export function receptorAreas(context) {
  const { palette } = context
  const filter = /** @type {ExpressionSpecification} */ (["all", isArea, ofKinds(context)])
  const common = { ...RECEPTORS, filter }
  const layout = shownWith(context, "receptors")
  return [
    {
      id: "receptor-area",
      type: "fill",
      ...common,
      layout,
      paint: {
        // A reservoir is a receptor, too, and should look like water.
        "fill-color": ["match", ["get", "kind"], "water_source", palette.water, palette["receptor-fill"]],
        "fill-opacity": 0.75,
      },
    },
    {
      id: "receptor-area-line",
      type: "line",
      ...common,
      minzoom: PICTOGRAMS_FROM,
      layout,
      paint: { "line-color": palette.receptor, "line-width": 0.8, "line-opacity": 0.6 },
    },
    {
      id: "receptor-area-selected",
      type: "line",
      ...common,
      layout,
      paint: { "line-color": palette.ink, "line-width": 2.5, "line-opacity": whenSelected() },
    },
  ]
}

/**
 * @param {StyleContext} context
 * @returns {LayerSpecification[]}
 */
export function receptorSymbols(context) {
  const { palette } = context
  const layout = shownWith(context, "receptors")
  return [
    {
      id: "receptor-dot",
      type: "circle",
      ...RECEPTORS,
      maxzoom: PICTOGRAMS_FROM,
      filter: ["all", isPoint, ofKinds(context)],
      layout,
      paint: {
        "circle-radius": byZoom([10, 1.4], [12.5, 2.4]),
        "circle-color": palette.receptor,
        "circle-opacity": 0.7,
        "circle-stroke-color": palette.halo,
        "circle-stroke-width": 0.6,
      },
    },
    {
      id: "receptor-selected",
      type: "circle",
      ...RECEPTORS,
      filter: ["all", isPoint, ofKinds(context)],
      layout,
      paint: {
        "circle-radius": byZoom([10, 7], [14, 15]),
        "circle-color": palette.halo,
        "circle-opacity": whenSelected(0.9),
        "circle-stroke-color": palette.ink,
        "circle-stroke-width": 2,
        "circle-stroke-opacity": whenSelected(),
      },
    },
    {
      id: "receptor-symbol",
      type: "symbol",
      ...RECEPTORS,
      minzoom: PICTOGRAMS_FROM,
      filter: ofKinds(context),
      layout: {
        ...layout,
        "icon-image": ["concat", "receptor:", ["get", "kind"]],
        "icon-size": byZoom([12.5, 0.75], [15, 1]),
        "icon-padding": 0,
        "text-field": ["step", ["zoom"], "", NAMES_FROM, ["get", "name"]],
        "text-font": LABEL_FONT,
        "text-size": 11,
        "text-anchor": "top",
        "text-offset": [0, 1.1],
        "text-max-width": 8,
        "text-optional": true,
      },
      paint: { "text-color": palette.receptor, "text-halo-color": palette.halo, "text-halo-width": 1.4 },
    },
  ]
}

/**
 * @param {StyleContext} context
 * @returns {ExpressionSpecification}
 */
function ofKinds({ state }) {
  return ["!", ["in", ["get", "kind"], ["literal", [...state.hiddenKinds]]]]
}
