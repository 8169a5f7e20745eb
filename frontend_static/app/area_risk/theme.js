/** What the map is about: the grid, enterprises, coloured areas or one sector; by itself it goes by how near one is. */

import { ZONES_FROM } from "../maps/layer_parts.js"

/** @import {District} from "../jurisdictions/district.js" */
/** @import {State} from "../shell/state.js" */

/** In the order of the chooser; the first is the map's own choice. */
export const THEMES = Object.freeze(/** @type {const} */ (["auto", "grid", "enterprises", "areas", "sector"]))

/** @typedef {typeof THEMES[number]} Theme */

/** The map pane of a usual office screen, in CSS pixels: by it a district has a zoom that it fills. */
const SCREEN_PX = { width: 880, height: 640 }
const TILE_PX = 512

/** A district that takes up less than some sixty per cent of the screen's width is looked at from afar. */
const FAR_STEPS = 0.75

/**
 * The zoom below which single enterprises would cover each other and squares tell more.
 * @param {Pick<District, "bounds">} district
 */
export function farBelow({ bounds }) {
  if (!bounds) return 0
  const [west, south, east, north] = bounds
  const width = (east - west) / 360
  const height = (mercator(north) - mercator(south)) / (2 * Math.PI)
  const fits = Math.min(SCREEN_PX.width / (width * TILE_PX), SCREEN_PX.height / (height * TILE_PX))
  return Number.isFinite(fits) ? Math.log2(fits) - FAR_STEPS : 0
}

/**
 * From which zoom enterprises are drawn: never together with what tells of them as a whole.
 * @param {{theme: Theme}} state
 * @param {Pick<District, "bounds">} district
 */
export function enterprisesFrom({ theme }, district) {
  if (theme === "auto") return farBelow(district)
  return theme === "grid" || theme === "areas" ? ZONES_FROM : 0
}

/**
 * Up to which zoom the grid is drawn; 0 is not at all.
 * @param {{theme: Theme}} state
 * @param {Pick<District, "bounds">} district
 */
export function gridBelow({ theme }, district) {
  if (theme === "auto") return farBelow(district)
  return theme === "grid" ? 24 : 0
}

/** @param {Pick<State, "theme">} state */
export function hasColouredAreas({ theme }) {
  return theme === "areas" || theme === "sector"
}

/**
 * The sector that the map is limited to; null for all.
 * @param {Pick<State, "theme" | "sector">} state
 */
export function onlySector({ theme, sector }) {
  return theme === "sector" ? sector : null
}

/** The classes of corridors that a sector answers for; the others' grades are not its business. */
const CORRIDORS_OF = /** @type {Readonly<Record<string, readonly string[]>>} */ ({
  road_transport: ["motorway", "trunk", "primary", "secondary", "tertiary"],
  hazardous_chemicals: ["pipeline"],
  chemical: ["pipeline"],
})

/**
 * The corridor classes whose grades are shown; null for all.
 * @param {Pick<State, "theme" | "sector">} state
 */
export function onlyCorridors(state) {
  const sector = onlySector(state)
  return sector === null ? null : (CORRIDORS_OF[sector] ?? [])
}

/** @param {number} degrees */
function mercator(degrees) {
  return Math.log(Math.tan(Math.PI / 4 + (degrees * Math.PI) / 360))
}
