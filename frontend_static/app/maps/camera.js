/** Where the camera goes: after the page has settled, with room around, and only when it is not there yet. */

/** @import {LngLatLike, Map as MapLibreMap} from "maplibre-gl" */
/** @import {Bounds, View} from "../shell/state.js" */

/** Room around a framed place. */
export const PADDING_PX = 40

const FLIGHT_MS = 700

/** Close enough to see the zones of one enterprise together. */
const CLOSEST_FRAME = 17

/**
 * Two frames on, elements have drawn themselves and the map has taken its new size.
 * @param {() => void} act
 */
export function afterLayout(act) {
  requestAnimationFrame(() => requestAnimationFrame(act))
}

/**
 * Height of the lower part of the map that the details lie over: none unless the screen is narrow.
 * @param {DOMRect} map
 * @param {DOMRect | undefined} panel
 */
export function coveredBelow(map, panel) {
  const liesOver = panel !== undefined && panel.width > 0 && panel.left < map.right - 1
  return liesOver ? Math.max(0, map.bottom - panel.top) : 0
}

/**
 * How far to pan so that a point comes out from under the panels. A point in sight moves nothing: whoever clicked
 * on something wants to go on looking at where it is.
 * @param {{x: number, y: number}} point CSS pixels from the map's corner.
 * @param {{width: number, height: number}} clear The part of the map that no panel covers, from the same corner.
 * @returns {[x: number, y: number]}
 */
export function panIntoSight({ x, y }, { width, height }) {
  return [x > width ? x - width + PADDING_PX : 0, y > height ? y - height + PADDING_PX : 0]
}

/**
 * Keep a place in sight once the panels have taken their room, with the least movement that does it.
 * @param {MapLibreMap} map
 * @param {LngLatLike} place
 */
export function keepInSight(map, place) {
  afterLayout(() => {
    const box = map.getContainer().getBoundingClientRect()
    const height = box.height - coveredBelow(box, panelBox())
    const [x, y] = panIntoSight(map.project(place), { width: box.width, height })
    if (x || y) map.panBy([x, y])
  })
}

/**
 * Frame a place once the panels beside the map have taken their room.
 * @param {MapLibreMap} map
 * @param {Bounds} bounds
 */
export function frame(map, [xmin, ymin, xmax, ymax]) {
  afterLayout(() => {
    const covered = coveredBelow(map.getContainer().getBoundingClientRect(), panelBox())
    const padding = { top: PADDING_PX, left: PADDING_PX, right: PADDING_PX, bottom: PADDING_PX + covered }
    map.fitBounds([xmin, ymin, xmax, ymax], { padding, maxZoom: CLOSEST_FRAME, duration: FLIGHT_MS })
  })
}

function panelBox() {
  return document.querySelector(".details-panel")?.getBoundingClientRect()
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
