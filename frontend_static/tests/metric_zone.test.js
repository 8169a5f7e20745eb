import assert from "node:assert/strict"
import test from "node:test"
import { metricZone, toMetricZone } from "../app/maps/metric_zone.js"

// Expected metres from PROJ 9 (pyproj 3.7.2, always_xy), rounded to 0.1 mm.
const PLACES = [
  ["EPSG:4547", 113.3, 33.73, 435126.1391, 3733933.1149],
  ["EPSG:4547", 114.0, 33.0, 500000.0, 3652748.0431],
  ["EPSG:4547", 112.51, 30.25, 356589.1356, 3348766.5713],
  ["EPSG:4547", 115.4, 39.9, 619727.7474, 4419364.0461],
  ["EPSG:4549", 120.2, 30.275, 519243.848, 3350615.3909],
  ["EPSG:4544", 105.3, 29.6, 529061.3307, 3275811.3459],
  ["EPSG:32632", 9.55, 47.14, 541704.6715, 5220868.7224],
  ["EPSG:32722", -51.2, -30.03, 480716.2477, 6677873.5532],
]

for (const [code, lon, lat, easting, northing] of PLACES) {
  test(`${code} agrees with PROJ to a tenth of a millimetre at ${lon}, ${lat}`, () => {
    const place = toMetricZone(metricZone(code), lon, lat)
    assert.ok(Math.abs(place.easting - easting) < 1e-4, `easting ${place.easting}`)
    assert.ok(Math.abs(place.northing - northing) < 1e-4, `northing ${place.northing}`)
  })
}

test("a system that is neither Gauss-Kruger nor UTM has no read-out", () => {
  for (const code of ["EPSG:3857", "EPSG:4490", "EPSG:4555", "EPSG:32661", "EPSG:32600", ""]) {
    assert.equal(metricZone(code), null)
  }
})
