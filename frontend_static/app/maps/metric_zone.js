/**
 * Plane coordinates of a place in the district's metric zone: 3-degree Gauss-Kruger on CGCS2000, or UTM on WGS84.
 *
 * Transverse Mercator by Kruger's series in the third flattening n to the sixth power (Karney 2011, "Transverse
 * Mercator with an accuracy of a few nanometers", equations 7-11 and 35): far below a millimetre within such a zone.
 */

/**
 * @typedef {object} MetricZone
 * @property {number} centralMeridian Degrees.
 * @property {number} scale On the central meridian.
 * @property {number} falseNorthing Metres.
 * @property {number} inverseFlattening
 */

const SEMI_MAJOR_M = 6378137
const FALSE_EASTING_M = 500000
const CGCS2000_INVERSE_FLATTENING = 298.257222101
const WGS84_INVERSE_FLATTENING = 298.257223563

/**
 * The zone behind a coordinate system's code.
 * @param {string} code "EPSG:4534"…"EPSG:4554" (Gauss-Kruger without zone prefix) or "EPSG:326zz"/"EPSG:327zz" (UTM).
 * @returns {MetricZone | null} Null for any other system: no read-out is better than a wrong one.
 */
export function metricZone(code) {
  const number = Number(code.replace(/^EPSG:/, ""))
  if (number >= 4534 && number <= 4554) {
    const centralMeridian = 75 + 3 * (number - 4534)
    return { centralMeridian, scale: 1, falseNorthing: 0, inverseFlattening: CGCS2000_INVERSE_FLATTENING }
  }
  const [hemisphere, zone] = [Math.floor(number / 100), number % 100]
  if ((hemisphere !== 326 && hemisphere !== 327) || zone < 1 || zone > 60) return null
  return {
    centralMeridian: 6 * zone - 183,
    scale: 0.9996,
    falseNorthing: hemisphere === 327 ? 10_000_000 : 0,
    inverseFlattening: WGS84_INVERSE_FLATTENING,
  }
}

/**
 * @param {MetricZone} zone
 * @param {number} lon Degrees.
 * @param {number} lat Degrees.
 * @returns {{easting: number, northing: number}} Metres. Chinese practice writes the northing as X, the easting as Y.
 */
export function toMetricZone(zone, lon, lat) {
  const n = 1 / (2 * zone.inverseFlattening - 1)
  const radius = (SEMI_MAJOR_M / (1 + n)) * (1 + n ** 2 / 4 + n ** 4 / 64 + n ** 6 / 256)
  const [xi, eta] = gaussSchreiber(n, radians(lon - zone.centralMeridian), radians(lat))
  let [north, east] = [xi, eta]
  krugerSeries(n).forEach((alpha, index) => {
    const j = 2 * (index + 1)
    north += alpha * Math.sin(j * xi) * Math.cosh(j * eta)
    east += alpha * Math.cos(j * xi) * Math.sinh(j * eta)
  })
  return {
    easting: FALSE_EASTING_M + zone.scale * radius * east,
    northing: zone.falseNorthing + zone.scale * radius * north,
  }
}

/**
 * The conformal sphere's transverse Mercator coordinates, which the series then corrects.
 * @param {number} n Third flattening.
 * @param {number} longitude Radians east of the central meridian.
 * @param {number} latitude Radians.
 * @returns {[xi: number, eta: number]}
 */
function gaussSchreiber(n, longitude, latitude) {
  const eccentricity = (2 * Math.sqrt(n)) / (1 + n)
  const tau = Math.tan(latitude)
  const sigma = Math.sinh(eccentricity * Math.atanh(eccentricity * Math.sin(latitude)))
  const conformal = tau * Math.hypot(1, sigma) - sigma * Math.hypot(1, tau)
  return [
    Math.atan2(conformal, Math.cos(longitude)),
    Math.asinh(Math.sin(longitude) / Math.hypot(conformal, Math.cos(longitude))),
  ]
}

/** @param {number} n Third flattening. */
function krugerSeries(n) {
  return [
    n / 2 - (2 / 3) * n ** 2 + (5 / 16) * n ** 3 + (41 / 180) * n ** 4 - (127 / 288) * n ** 5 + (7891 / 37800) * n ** 6,
    (13 / 48) * n ** 2 - (3 / 5) * n ** 3 + (557 / 1440) * n ** 4 + (281 / 630) * n ** 5 - (1983433 / 1935360) * n ** 6,
    (61 / 240) * n ** 3 - (103 / 140) * n ** 4 + (15061 / 26880) * n ** 5 + (167603 / 181440) * n ** 6,
    (49561 / 161280) * n ** 4 - (179 / 168) * n ** 5 + (6601661 / 7257600) * n ** 6,
    (34729 / 80640) * n ** 5 - (3418889 / 1995840) * n ** 6,
    (212378941 / 319334400) * n ** 6,
  ]
}

/** @param {number} degrees */
function radians(degrees) {
  return (degrees * Math.PI) / 180
}
