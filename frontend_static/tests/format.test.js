import assert from "node:assert/strict"
import test from "node:test"
import { formatArea, formatCount, formatLength, formatLonLat, formatMoment } from "../app/language/format.js"

test("counts are grouped by thousands", () => {
  assert.equal(formatCount(1472, "zh"), "1,472")
})

test("lengths turn to kilometres at one kilometre, with three digits", () => {
  assert.equal(formatLength(12.44, "zh"), "12.4 m")
  assert.equal(formatLength(999.4, "zh"), "999 m")
  assert.equal(formatLength(999.6, "zh"), "1 km")
  assert.equal(formatLength(12345, "en"), "12.3 km")
})

test("areas are whole square metres", () => {
  assert.equal(formatArea(20102.6, "zh"), "20,103 m²")
})

test("moments are told in the district's time, not the browser's", () => {
  assert.match(formatMoment("2026-11-23T17:30:00Z", "zh"), /2026.11.24.*01:30/)
  assert.match(formatMoment("2026-11-23T16:00:00Z", "en"), /24 Nov 2026.*00:00/)
})

test("longitude comes before latitude", () => {
  assert.equal(formatLonLat(113.3, 33.7), "113.300000, 33.700000")
})
