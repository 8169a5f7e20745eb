/** A geometry that was pasted as GeoJSON; what is wrong with its corners the server says, with the place. */

/** @import {Geometry} from "../submissions/geometry.js" */

/** @type {readonly string[]} */
const TYPES = ["Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon"]

/**
 * @param {string} words A geometry, a feature, or a collection of one feature; or nothing.
 * @returns {{geometry: Geometry | null, fault: string | null}}
 */
export function readDrawing(words) {
  if (!words.trim()) return { geometry: null, fault: null }
  try {
    const read = JSON.parse(words)
    const only = read?.type === "FeatureCollection" && read.features?.length === 1 ? read.features[0] : read
    const geometry = only?.type === "Feature" ? only.geometry : only
    const isFit = TYPES.includes(geometry?.type) && Array.isArray(geometry.coordinates)
    return isFit ? { geometry: { type: geometry.type, coordinates: geometry.coordinates }, fault: null } : { geometry: null, fault: "planned.fault.type" }
  } catch {
    return { geometry: null, fault: "place.jsonFault" }
  }
}
