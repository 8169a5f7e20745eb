/** Small parts that the layer declarations of all slices share. */

/** @import {ExpressionSpecification} from "maplibre-gl" */
/** @import {StyleContext} from "./style.js" */

/** The first zoom at which zones are drawn; sooner, only their corners would stick out from under the signs. */
export const ZONES_FROM = 13.5

/** Names cost most of the drawing time, so they wait until few features are in view. */
export const LABELS_FROM = 14

/**
 * Font families of the viewer's own machine: a style without `glyphs` draws every letter locally, so nothing is
 * fetched and every Chinese character that the machine can write appears.
 */
export const LABEL_FONT = ["PingFang SC", "Microsoft YaHei", "Noto Sans SC", "Noto Sans CJK SC", "sans-serif"]

/**
 * @param {StyleContext} context
 * @param {string} layer
 * @returns {{visibility: "visible" | "none"}}
 */
export function shownWith({ state }, layer) {
  return { visibility: state.layers.includes(layer) ? "visible" : "none" }
}

/**
 * Opaque for the selected feature, invisible for all others: selecting then costs no new tiles.
 * @param {number} opacity
 * @returns {ExpressionSpecification}
 */
export function whenSelected(opacity = 1) {
  return ["case", ["boolean", ["feature-state", "selected"], false], opacity, 0]
}

/**
 * A value per zoom, straight lines between.
 * @param {...[zoom: number, value: unknown]} stops
 * @returns {ExpressionSpecification}
 */
export function byZoom(...stops) {
  return /** @type {ExpressionSpecification} */ (["interpolate", ["linear"], ["zoom"], ...stops.flat()])
}
