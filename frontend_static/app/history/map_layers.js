/**
 * What changed, on top of the map: outlines by kind in ink on white, for hue belongs to the grades below.
 *
 * The outlines are those of the tiles, picked by number: of the moment on the map for what is there, and of the
 * earlier moment for what was elsewhere or is gone.
 */

import { LABEL_FONT, ZONES_FROM } from "../maps/layer_parts.js"
import { SIGNS, shownChanges } from "./changes.js"
import { asOf } from "./moment.js"

/** @import {Feature} from "geojson" */
/** @import {FilterSpecification, LayerSpecification, LineLayerSpecification, SourceSpecification} from "maplibre-gl" */
/** @import {StyleContext} from "../maps/style.js" */
/** @import {FeatureLayer} from "../shell/state.js" */
/** @import {ChangeKind, Shown} from "./changes.js" */

/** How an outline looks by kind. Dashed is what was. @type {Record<ChangeKind, LineLayerSpecification["paint"]>} */
const OUTLINES = {
  new_red: { "line-width": 2, "line-gap-width": 3 },
  raised: { "line-width": 4 },
  lowered: { "line-width": 2.5, "line-dasharray": [5, 1.2, 1, 1.2] },
  moved: { "line-width": 2 },
  appeared: { "line-width": 3, "line-dasharray": [0.1, 1.8] },
  gone: { "line-width": 2, "line-dasharray": [2.5, 2] },
  changed: { "line-width": 1.5 },
}

/** Where the outlines of a layer lie: source of the map, then layers of its tiles. @type {Record<FeatureLayer, [string, string[]]>} */
const HOMES = {
  enterprises: ["risk", ["enterprise_outlines"]],
  zones: ["risk", ["zones"]],
  receptors: ["surroundings", ["receptors"]],
  corridors: ["surroundings", ["corridors"]],
}

/** Layers with points, which get a ring. @type {readonly FeatureLayer[]} */
const WITH_POINTS = ["enterprises", "receptors"]

/** Layers of small areas. */
const CLOSE_UP = ["zones", "enterprise_outlines"]

const BEFORE_TILES = ["enterprises", "enterprise_outlines", "zones", "receptors", "corridors"]

/**
 * @param {StyleContext} context
 * @returns {Record<string, SourceSpecification>}
 */
export function changeSources({ state }) {
  const { changes, hiddenChanges } = state
  if (!changes) return {}
  const features = shownChanges(changes, hiddenChanges).flatMap(sign)
  return {
    changes: { type: "geojson", data: { type: "FeatureCollection", features } },
    before: { type: "vector", url: asOf(`/tiles/${BEFORE_TILES.join(",")}.json`, changes.comparison.from) },
  }
}

/**
 * @param {Shown} shown
 * @returns {Feature[]}
 */
function sign({ kind, change: { lon, lat, number } }) {
  if (lon === null || lat === null) return []
  return [{ type: "Feature", id: number, properties: { kind, sign: SIGNS[kind] }, geometry: { type: "Point", coordinates: [lon, lat] } }]
}

/**
 * @param {StyleContext} context
 * @returns {LayerSpecification[]}
 */
export function changedFeatures({ palette, state }) {
  const { changes, hiddenChanges } = state
  if (!changes) return []
  const groups = grouped(shownChanges(changes, hiddenChanges))
  return [
    ...groups.flatMap(group => outlines(group, palette)),
    ...groups.filter(({ layer }) => WITH_POINTS.includes(layer)).flatMap(group => rings(group, palette)),
    {
      id: "change-sign-ground",
      type: "circle",
      source: "changes",
      paint: {
        "circle-radius": 8,
        "circle-color": palette.ink,
        "circle-stroke-color": palette.halo,
        "circle-stroke-width": 1.5,
        "circle-translate": [13, -13],
      },
    },
    {
      id: "change-sign",
      type: "symbol",
      source: "changes",
      layout: {
        "text-field": ["get", "sign"],
        "text-font": LABEL_FONT,
        "text-size": 12,
        "text-allow-overlap": true,
        "text-ignore-placement": true,
      },
      paint: { "text-color": palette.halo, "text-translate": [13, -13] },
    },
  ]
}

/** @typedef {{kind: ChangeKind, layer: FeatureLayer, numbers: number[], elsewhere: number[]}} Group `elsewhere`: who were. */

/**
 * @param {readonly Shown[]} shown
 * @returns {Group[]}
 */
function grouped(shown) {
  /** @type {Map<string, Group>} */
  const groups = new Map()
  for (const { kind, change } of shown) {
    const key = `${kind}/${change.layer}`
    const group = groups.get(key) ?? { kind, layer: change.layer, numbers: [], elsewhere: [] }
    group.numbers.push(change.number)
    // A row that was raised may have moved as well.
    if (change.kinds.includes("moved") || kind === "gone") group.elsewhere.push(change.number)
    groups.set(key, group)
  }
  return [...groups.values()]
}

/**
 * @param {Group} group
 * @param {StyleContext["palette"]} palette
 * @returns {LayerSpecification[]}
 */
function outlines({ kind, layer, numbers, elsewhere }, palette) {
  const [source, tileLayers] = HOMES[layer]
  return tileLayers.flatMap(tileLayer => {
    /** @type {(id: string, source: string, paint: LineLayerSpecification["paint"], who: number[]) => LayerSpecification[]} */
    const drawn = (id, from, paint, who) => {
      // Further out an outline is smaller than its own line; the sign tells of it there.
      const minzoom = CLOSE_UP.includes(tileLayer) ? ZONES_FROM : 0
      const parts = { type: /** @type {const} */ ("line"), source: from, "source-layer": tileLayer, minzoom, filter: among(who) }
      const isDotted = kind === "appeared"
      return [
        {
          ...parts,
          id: `${id}-halo`,
          layout: { "line-join": "round", "line-cap": "round" },
          paint: { "line-color": palette.halo, "line-width": 8, "line-opacity": 0.9 },
        },
        {
          ...parts,
          id,
          layout: { "line-join": "round", "line-cap": isDotted ? "round" : "butt" },
          paint: { "line-color": palette.ink, ...paint },
        },
      ]
    }
    const was = elsewhere.length > 0 ? drawn(`change-was-${kind}-${tileLayer}`, "before", OUTLINES.gone, elsewhere) : []
    return kind === "gone" ? was : [...was, ...drawn(`change-${kind}-${tileLayer}`, source, OUTLINES[kind], numbers)]
  })
}

/**
 * @param {Group} group
 * @param {StyleContext["palette"]} palette
 * @returns {LayerSpecification[]}
 */
function rings({ kind, layer, numbers, elsewhere }, palette) {
  /** @type {(id: string, source: string, who: number[], width: number, opacity: number) => LayerSpecification} */
  const ring = (id, source, who, width, opacity) => ({
    id,
    type: "circle",
    source,
    "source-layer": layer,
    filter: ["all", ["==", ["geometry-type"], "Point"], among(who)],
    paint: {
      "circle-radius": 14,
      "circle-opacity": 0,
      "circle-stroke-color": palette.ink,
      "circle-stroke-width": width,
      "circle-stroke-opacity": opacity,
    },
  })
  const was = elsewhere.length > 0 ? [ring(`change-was-ring-${kind}-${layer}`, "before", elsewhere, 1.5, 0.6)] : []
  return kind === "gone" ? was : [...was, ring(`change-ring-${kind}-${layer}`, HOMES[layer][0], numbers, 2.5, 1)]
}

/**
 * @param {number[]} numbers
 * @returns {FilterSpecification & any}
 */
function among(numbers) {
  return ["in", ["id"], ["literal", numbers]]
}
