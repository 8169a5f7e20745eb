/** The whole map style as a function of the state: sources, and the layers that each slice declares, bottom to top. */

import { hazardSymbols } from "../area_risk/hazard_layers.js"
import { areaLetters, colouredAreas, riskGrid } from "../area_risk/map_layers.js"
import { enterpriseLabels, enterpriseOutlines, enterpriseSymbols, worstSymbols } from "../enterprises/map_layers.js"
import { changeSources, changedFeatures } from "../history/map_layers.js"
import { asOf } from "../history/moment.js"
import { hasOutline } from "../jurisdictions/district.js"
import { areaLabels, areaLines, districtFill, townshipPoints } from "../jurisdictions/map_layers.js"
import { nearLayers, nearSources } from "../proximity/map_layers.js"
import { rasterLayers, rasterSources } from "../rasters/map_layers.js"
import { corridorLines, corridorRisk } from "../surroundings/corridor_layers.js"
import { receptorAreas, receptorSymbols } from "../surroundings/receptor_layers.js"
import { zoneAreas, zoneLabels, zoneSelection } from "../zones/map_layers.js"

/** @import {LayerSpecification, SourceSpecification, StyleSpecification} from "maplibre-gl" */
/** @import {District} from "../jurisdictions/district.js" */
/** @import {Vocabulary} from "../grades/vocabulary.js" */
/** @import {State} from "../shell/state.js" */
/** @import {Palette} from "./palette.js" */

/**
 * @typedef {object} StyleContext What a layer may depend on.
 * @property {Vocabulary} vocabulary
 * @property {District} district
 * @property {Palette} palette
 * @property {Pick<State, "at" | "changes" | "hiddenChanges" | "layers" | "rasters" | "grades" | "hiddenKinds" | "hatch" | "theme" | "sector" | "areaRisk" | "tool" | "nearPairs" | "pair" | "pairUnder" | "around" | "draft" | "language">} state
 */

/**
 * Layers that are read together travel together: one request per tile and source. Areas stop at zoom 14 and are
 * stretched from there, so they cannot share a source with layers that go on to 16.
 */
export const SOURCES = Object.freeze({
  areas: ["areas"],
  grid: ["risk_grid"],
  surroundings: ["corridors", "receptors"],
  risk: ["enterprises", "enterprise_outlines", "zones", "major_hazard_installations"],
})

/**
 * @param {StyleContext} context
 * @returns {StyleSpecification}
 */
export function mapStyle(context) {
  return {
    version: 8,
    name: "riskmap",
    sources: sources(context),
    layers: [
      background(context),
      ...districtFill(context),
      ...colouredAreas(context),
      ...rasterLayers(context),
      ...receptorAreas(context),
      ...corridorLines(context),
      // Above the roads, whose white casings would cut the squares to pieces.
      ...riskGrid(context),
      ...areaLines(context),
      ...enterpriseOutlines(context),
      ...zoneAreas(context),
      ...zoneSelection(context),
      ...corridorRisk(context),
      // Signs and names find their places from the last of these to the first.
      ...zoneLabels(context),
      ...receptorSymbols(context),
      ...enterpriseLabels(context),
      ...enterpriseSymbols(context),
      ...areaLabels(context),
      ...worstSymbols(context),
      ...hazardSymbols(context),
      ...changedFeatures(context),
      ...nearLayers(context),
    ],
  }
}

/**
 * @param {StyleContext} context
 * @returns {Record<string, SourceSpecification>}
 */
function sources(context) {
  const tiled = Object.entries(SOURCES).map(([name, layers]) => [
    name,
    { type: "vector", url: asOf(`/tiles/${layers.join(",")}.json`, context.state.at) },
  ])
  return {
    ...Object.fromEntries(tiled),
    ...rasterSources(context),
    ...changeSources(context),
    ...nearSources(context),
    townships: { type: "geojson", data: townshipPoints(context.district, areaLetters(context)) },
  }
}

/**
 * Outside the district the ground is a shade darker; without its outline nothing is outside.
 * @param {StyleContext} context
 * @returns {LayerSpecification}
 */
function background({ palette, district }) {
  const colour = hasOutline(district) ? palette.outside : palette.land
  return { id: "background", type: "background", paint: { "background-color": colour } }
}
