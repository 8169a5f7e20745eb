/** The address of the map with one row selected and in view. */

import { placeOf } from "../details/facts.js"
import { writeLink } from "../shell/link.js"
import { initialState } from "../shell/state.js"

/** @import {CommonFacts} from "../details/facts.js" */
/** @import {Language} from "../language/format.js" */
/** @import {FeatureLayer} from "../shell/state.js" */

/** A site by itself: its neighbours are in view. */
const CLOSE = 16
/** An outline fills about this much of the world's width at zoom 0, a tile of 512 px; a window shows two or three. */
const PART_OF_VIEW = 0.8

/**
 * @param {FeatureLayer} layer
 * @param {Pick<CommonFacts, "id" | "lon" | "lat" | "bounds">} facts
 * @param {Language} language
 * @returns {string | null} Null for what has no place yet.
 */
export function mapLink(layer, facts, language) {
  const place = placeOf(facts)
  if (!place) return null
  const [xmin, ymin, xmax, ymax] = place
  const view = { lon: (xmin + xmax) / 2, lat: (ymin + ymax) / 2, zoom: zoomFor(Math.max(xmax - xmin, ymax - ymin)) }
  return `/${writeLink({ ...initialState(), language, view, selection: { layer, id: facts.id } })}`
}

/** @param {number} degrees The longer side. */
export function zoomFor(degrees) {
  const fitting = degrees > 0 ? Math.log2((360 * PART_OF_VIEW) / degrees) : CLOSE
  return Math.min(Math.max(fitting, 10), 18)
}
