/** A true circle on the ground: where a given number of metres ends in every direction. */

/** CGCS2000: half axis in metres, and the square of the eccentricity. */
const A = 6_378_137
const F = 1 / 298.257222101
const E2 = F * (2 - F)

const CORNERS = 96
const DEGREES = 180 / Math.PI

/**
 * The circle's outline by Gauss's mid-latitude formulae, which take the radii of curvature half-way: for distances
 * under 50 km they are right to a few centimetres (Torge, Geodesy, 3rd ed., 6.3). The azimuth they take is the mean
 * one of the line; all azimuths are gone through, so none has to be found.
 * @param {number} lon Degrees, CGCS2000.
 * @param {number} lat Degrees, not at a pole.
 * @param {number} radiusM Metres on the ground.
 * @returns {[number, number][]} A closed ring of longitudes and latitudes.
 */
export function circle(lon, lat, radiusM) {
  return Array.from({ length: CORNERS + 1 }, (_, corner) => {
    const azimuth = ((corner % CORNERS) * 2 * Math.PI) / CORNERS
    let north = 0
    let middle = lat / DEGREES
    for (let round = 0; round < 3; round += 1) {
      middle = lat / DEGREES + north / 2
      north = (radiusM * Math.cos(azimuth)) / meridianRadius(middle)
    }
    const east = (radiusM * Math.sin(azimuth)) / (primeVerticalRadius(middle) * Math.cos(middle))
    return [lon + east * DEGREES, lat + north * DEGREES]
  })
}

/** @param {number} latitude Radians. */
function meridianRadius(latitude) {
  return (A * (1 - E2)) / (1 - E2 * Math.sin(latitude) ** 2) ** 1.5
}

/** @param {number} latitude Radians. */
function primeVerticalRadius(latitude) {
  return A / Math.sqrt(1 - E2 * Math.sin(latitude) ** 2)
}
