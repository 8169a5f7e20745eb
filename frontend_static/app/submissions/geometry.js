/** Places as text and as measures: what people paste, what the server wants, and how large it is. */

/**
 * @typedef {[number, number]} Place Longitude and latitude, degrees, CGCS2000.
 * @typedef {{type: string, coordinates: any}} Geometry
 * @typedef {{geometry: Geometry | null, fault: string | null, values?: Record<string, string | number>}} Read
 */

/** A number, then anything that is no part of one, then another. */
const PAIR = /^\s*([-+]?\d+(?:\.\d+)?)[\s,\uff0c;\t]+([-+]?\d+(?:\.\d+)?)\s*$/

/**
 * Read an area: GeoJSON, or one corner per line as `lon,lat`. A blank line begins a hole or a further part.
 * @param {string} text
 * @returns {Read}
 */
export function readArea(text) {
  if (!text.trim()) return { geometry: null, fault: null }
  if (/^\s*\{/.test(text)) return readGeoJSON(text, ["Polygon", "MultiPolygon"])
  const lines = text.split(/\r?\n/)
  /** @type {Place[][]} */
  const rings = [[]]
  for (const [place, line] of lines.entries()) {
    if (!line.trim()) {
      if (rings[rings.length - 1].length > 0) rings.push([])
      continue
    }
    const pair = line.match(PAIR)
    if (!pair) return { geometry: null, fault: "place.lineFault", values: { line: place + 1 } }
    const [lon, lat] = [Number(pair[1]), Number(pair[2])]
    if (Math.abs(lat) > 90) return { geometry: null, fault: "place.orderFault", values: { line: place + 1 } }
    rings[rings.length - 1].push([lon, lat])
  }
  const closed = rings.filter(ring => ring.length > 0).map(close)
  if (closed.some(ring => ring.length < 4)) return { geometry: null, fault: "place.fewCorners" }
  return { geometry: polygonsOf(closed), fault: null }
}

/**
 * Read a point: GeoJSON, or `lon,lat`.
 * @param {string} text
 * @returns {Read}
 */
export function readPoint(text) {
  if (!text.trim()) return { geometry: null, fault: null }
  if (/^\s*\{/.test(text)) return readGeoJSON(text, ["Point"])
  const pair = text.match(PAIR)
  if (!pair) return { geometry: null, fault: "place.pointFault" }
  if (Math.abs(Number(pair[2])) > 90) return { geometry: null, fault: "place.orderFault", values: { line: 1 } }
  return { geometry: { type: "Point", coordinates: [Number(pair[1]), Number(pair[2])] }, fault: null }
}

/**
 * A geometry as text that reads back: corners line by line, without the last, which is the first again.
 * @param {Geometry | null | undefined} geometry
 */
export function placeText(geometry) {
  if (!geometry) return ""
  if (geometry.type === "Point") return geometry.coordinates.slice(0, 2).join(", ")
  return ringsOf(geometry).map(ring => ring.slice(0, -1).map(corner => corner.slice(0, 2).join(",")).join("\n")).join("\n\n")
}

/**
 * @param {string} text
 * @param {readonly string[]} types
 * @returns {Read}
 */
function readGeoJSON(text, types) {
  try {
    const read = JSON.parse(text)
    const geometry = read.type === "Feature" ? read.geometry : read.type === "FeatureCollection" && read.features?.length === 1 ? read.features[0].geometry : read
    const isFit = types.includes(geometry?.type) && Array.isArray(geometry.coordinates)
    return isFit ? { geometry: { type: geometry.type, coordinates: geometry.coordinates }, fault: null } : { geometry: null, fault: "place.typeFault" }
  } catch {
    return { geometry: null, fault: "place.jsonFault" }
  }
}

/** @param {Place[]} ring @returns {Place[]} */
function close(ring) {
  const [first, last] = [ring[0], ring[ring.length - 1]]
  return first[0] === last[0] && first[1] === last[1] ? ring : [...ring, first]
}

/**
 * A ring that lies inside of the one before is its hole, any other a part of its own.
 * @param {Place[][]} rings
 * @returns {Geometry}
 */
function polygonsOf(rings) {
  /** @type {Place[][][]} */
  const parts = []
  for (const ring of rings) {
    const last = parts[parts.length - 1]
    if (last && contains(last[0], ring[0])) last.push(ring)
    else parts.push([ring])
  }
  return parts.length === 1 ? { type: "Polygon", coordinates: parts[0] } : { type: "MultiPolygon", coordinates: parts }
}

/**
 * @param {Place[]} ring
 * @param {Place} place
 */
function contains(ring, [x, y]) {
  let isInside = false
  for (let at = 1; at < ring.length; at += 1) {
    const [[x1, y1], [x2, y2]] = [ring[at - 1], ring[at]]
    if (y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) isInside = !isInside
  }
  return isInside
}

/**
 * @param {Geometry} geometry An area.
 * @returns {number[][][]} Every ring of every part.
 */
export function ringsOf({ type, coordinates }) {
  if (type === "Polygon") return coordinates
  return type === "MultiPolygon" ? coordinates.flat() : []
}

/**
 * @param {readonly Geometry[]} geometries
 * @returns {[number, number, number, number] | null}
 */
export function boundsOf(geometries) {
  const places = geometries.flatMap(geometry => (geometry.type === "Point" ? [geometry.coordinates] : ringsOf(geometry).flat()))
  const sound = places.filter(place => place.slice(0, 2).every(Number.isFinite))
  if (sound.length === 0) return null
  const [lons, lats] = [sound.map(([lon]) => lon), sound.map(([, lat]) => lat)]
  return [Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)]
}

/** CGCS2000: half axis in metres, and flattening. */
const A = 6_378_137
const F = 1 / 298.257222101
const E2 = F * (2 - F)
const E = Math.sqrt(E2)

/**
 * Area on the ellipsoid, square metres: the sphere of equal area, with latitudes that keep areas (Snyder 1987, 3-11).
 * Sides run along the parallel's chord of that sphere; over a work site that is less than a part in a million.
 * @param {Geometry} geometry
 */
export function areaOf(geometry) {
  const polygons = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.type === "MultiPolygon" ? geometry.coordinates : []
  return polygons.reduce((/** @type {number} */ sum, /** @type {number[][][]} */ [outer, ...holes]) => {
    return sum + holes.reduce((left, hole) => left - ringArea(hole), ringArea(outer))
  }, 0)
}

const Q_POLE = q(1)

/** @param {number} sine Of the latitude. */
function q(sine) {
  return (1 - E2) * (sine / (1 - E2 * sine * sine) - Math.log((1 - E * sine) / (1 + E * sine)) / (2 * E))
}

/** @param {number[][]} ring */
function ringArea(ring) {
  const radius2 = (A * A * Q_POLE) / 2
  let sum = 0
  for (let at = 1; at < ring.length; at += 1) {
    const [[lon1, lat1], [lon2, lat2]] = [ring[at - 1], ring[at]]
    const sines = [lat1, lat2].map(lat => q(Math.sin((lat * Math.PI) / 180)) / Q_POLE)
    sum += (((lon2 - lon1) * Math.PI) / 180) * (sines[0] + sines[1])
  }
  return Math.abs((sum * radius2) / 2)
}
