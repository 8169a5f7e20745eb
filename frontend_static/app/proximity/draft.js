/** A shape that is being drawn by clicks, corner by corner. */

/**
 * @typedef {"point" | "rectangle" | "polygon"} Shape
 * @typedef {{shape: Shape, corners: readonly [number, number][], isDone: boolean}} Draft What is being drawn.
 */

/** Corners that finish a shape by themselves; a polygon is finished by its button. */
const ENOUGH = { point: 1, rectangle: 2, polygon: Infinity }

/**
 * @param {Draft} draft
 * @param {[number, number]} corner
 * @returns {Draft}
 */
export function withCorner({ shape, corners }, corner) {
  const all = [...corners, corner]
  return { shape, corners: all, isDone: all.length >= ENOUGH[shape] }
}

/**
 * What has been drawn so far.
 * @param {Draft} draft
 * @returns {GeoJSON.Point | GeoJSON.LineString | GeoJSON.Polygon | null} A polygon once there are three corners.
 */
export function geometryOf({ shape, corners }) {
  if (corners.length === 0) return null
  const [first, second] = corners
  if (corners.length === 1) return { type: "Point", coordinates: first }
  if (shape === "rectangle") {
    const [[x1, y1], [x2, y2]] = [first, second]
    return { type: "Polygon", coordinates: [[[x1, y1], [x2, y1], [x2, y2], [x1, y2], [x1, y1]]] }
  }
  if (corners.length === 2) return { type: "LineString", coordinates: [first, second] }
  return { type: "Polygon", coordinates: [[...corners, first]] }
}
