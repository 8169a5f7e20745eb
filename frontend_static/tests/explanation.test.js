import assert from "node:assert/strict"
import test from "node:test"
import { untilMoment } from "../app/explanation/granted.js"
import { byDuty, byKind, explanationPath, placeOnScale } from "../app/explanation/explanation.js"

function band(grade, lower, upper, lowerInclusive = false) {
  return { grade, zh: "", en: "", lower, upper, lower_inclusive: lowerInclusive }
}

const LEC = {
  bands: [band(1, 320, null), band(2, 160, 320), band(3, 70, 160), band(4, 0, 70)],
  greatest: 10_000,
}

test("a value stands within its own band, rising from left to right", () => {
  const places = [1, 70, 71, 160, 161, 320, 321, 540, 10_000].map(value => placeOnScale(LEC, value))
  assert.deepEqual(
    places.map(place => Math.floor(place * 4)),
    [0, 0, 1, 1, 2, 2, 3, 3, 3],
  )
  assert.deepEqual([...places].sort((a, b) => a - b), places)
})

test("a cut belongs to the band that says so", () => {
  const inclusive = { ...LEC, bands: [band(1, 320, null, true), band(2, 160, 320, true), band(3, 70, 160, true), band(4, 0, 70)] }
  assert.equal(Math.floor(placeOnScale(inclusive, 320) * 4), 3)
  assert.equal(Math.floor(placeOnScale(inclusive, 70) * 4), 1)
})

test("a matrix has holes between its bands, and nothing stands before the first", () => {
  const matrix = { bands: [band(1, 20, null, true), band(2, 15, 16, true), band(3, 9, 12, true), band(4, 1, 8, true)], greatest: 25 }
  assert.equal(Math.floor(placeOnScale(matrix, 12) * 4), 1)
  assert.equal(Math.floor(placeOnScale(matrix, 25) * 4), 3)
  assert.equal(placeOnScale(matrix, 0), null)
})

test("measures come under their kinds and people under their duties, in the order given", () => {
  const measure = (code, description) => ({ kind: { code }, description })
  const kinds = byKind([measure("engineering", "a"), measure("engineering", "b"), measure("ppe", "c")])
  assert.deepEqual(kinds.map(({ kind, measures }) => [kind.code, measures.length]), [["engineering", 2], ["ppe", 1]])
  const duties = byDuty([{ duty: { code: "post" }, name: "A" }, { duty: { code: "post" }, name: "B" }])
  assert.deepEqual(duties.map(({ people }) => people.map(({ name }) => name)), [["A", "B"]])
})

test("an explanation is asked for of the moment on the map, page by page", () => {
  const zone = { layer: "zones", id: "17" }
  assert.equal(explanationPath(zone, null), "/api/v1/zones/17/explanation?limit=5")
  assert.equal(
    explanationPath({ ...zone, layer: "enterprises" }, "2026-11-01T08:00", 2),
    "/api/v1/enterprises/17/explanation?limit=5&page=2&datetime=2026-11-01T08%3A00%3A00%2B08%3A00",
  )
})

test("of a past moment only what had been approved by then is told", () => {
  const items = [{ id: "1", decided_at: "2026-11-02T00:00:00Z" }, { id: "2", decided_at: "2026-10-01T00:00:00Z" }]
  assert.equal(untilMoment(items, null).length, 2)
  // 08:00 in the district is midnight of UTC.
  assert.deepEqual(untilMoment(items, "2026-11-02T07:59").map(({ id }) => id), ["2"])
  assert.equal(untilMoment(items, "2026-11-02T08:00").length, 2)
})
