/** Where the camera goes: after the page has settled, with room around, and only when it is not there yet. */

/** @import {Map as MapLibreMap} from "maplibre-gl" */
/** @import {View} from "../shell/state.js" */

/** Room around a framed place. */
export const PADDING_PX = 40

/**
 * Two frames on, elements have drawn themselves and the map has taken its new size.
 * @param {() => void} act
 */
export function afterLayout(act) {
  requestAnimationFrame(() => requestAnimationFrame(act))
}

/**
 * Room to leave around a framed place; on a narrow screen the details lie over the lower part of the map.
 * @param {DOMRect} map
 * @param {Element | null} panel
 */
export function paddingBeside(map, panel) {
  const { left = map.right, top = map.bottom, width = 0 } = panel?.getBoundingClientRect() ?? {}
  const covered = width > 0 && left < map.right - 1 ? Math.max(0, map.bottom - top) : 0
  return { top: PADDING_PX, left: PADDING_PX, right: PADDING_PX, bottom: PADDING_PX + covered }
}

/**
 * Whether the map stands where the address says, within what the address can express.
 * @param {MapLibreMap} map
 * @param {View} view
 */
export function isAt(map, { zoom, lat, lon }) {
  const centre = map.getCenter()
  const isNear = Math.abs(centre.lat - lat) < 1e-5 && Math.abs(centre.lng - lon) < 1e-5
  return isNear && Math.abs(map.getZoom() - zoom) < 0.01
}
