import assert from "node:assert/strict"
import test from "node:test"
import { factsPath, isAbout, placeOf } from "../app/details/facts.js"
import { countsPath, isEmpty, sum } from "../app/legend/counts.js"

const ID = "0b6f3b1e-6c1d-4f8e-9b0a-3f1f2d5c7a90"

test("details answer a selection under its UUID and under its number", () => {
  const details = { selection: { layer: "zones", id: ID }, status: "ready", facts: { id: ID, number: 7 }, problem: null }
  assert.ok(isAbout(details, { layer: "zones", id: ID }))
  assert.ok(isAbout(details, { layer: "zones", id: "7" }))
  assert.ok(!isAbout(details, { layer: "enterprises", id: "7" }))
  assert.ok(!isAbout(details, { layer: "zones", id: "8" }))
  assert.ok(!isAbout(null, { layer: "zones", id: "7" }))
})

test("an outline is framed whole, a point as itself, an unplaced enterprise not at all", () => {
  assert.deepEqual(placeOf({ lon: 1, lat: 2, bounds: [0, 1, 2, 3] }), [0, 1, 2, 3])
  assert.deepEqual(placeOf({ lon: 1, lat: 2, bounds: null }), [1, 2, 1, 2])
  assert.equal(placeOf({ lon: null, lat: null, bounds: null }), null)
})

test("facts are asked for by layer and id", () => {
  assert.equal(factsPath({ layer: "zones", id: ID }), `/api/v1/zones/${ID}`)
})

test("counts are asked for by the view, to a tenth of a metre", () => {
  const asked = { theme: "auto", sector: "education", bounds: null }
  assert.equal(countsPath(asked), "/api/v1/counts")
  const bounds = [113.1, 33.6, 113.4, 33.8]
  assert.equal(countsPath({ ...asked, bounds }), "/api/v1/counts?bbox=113.100000,33.600000,113.400000,33.800000")
  // The view of a sector counts what it shows.
  assert.equal(countsPath({ ...asked, theme: "sector" }), "/api/v1/counts?sector=education")
})

test("a class that nobody counted is zero", () => {
  assert.equal(sum({ 1: 2, null: 3 }), 5)
  assert.equal(sum({ 1: 2, null: 3 }, ["null", "4"]), 3)
  assert.equal(sum(undefined), 0)
})

test("a register with unplaced enterprises alone is not empty", () => {
  const layers = { enterprises: { total: { 1: 0, null: 0 } } }
  assert.ok(isEmpty({ layers, unplaced: 0 }))
  assert.ok(!isEmpty({ layers, unplaced: 4 }))
  assert.ok(!isEmpty({ layers: { receptors: { total: { school: 1 } } }, unplaced: 0 }))
})
