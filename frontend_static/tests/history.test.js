import assert from "node:assert/strict"
import test from "node:test"
import { fieldNames, kindsOf, noCounts, shownChanges } from "../app/history/changes.js"
import { changesPath } from "../app/history/changes_api.js"
import { readComparison, writeComparison } from "../app/history/comparison.js"
import { changeSources, changedFeatures } from "../app/history/map_layers.js"
import { asOf, isAhead, minuteOf, quickChoices, readMoment, rfc3339, spoken } from "../app/history/moment.js"

test("a moment is read in the district's time and told to the server with its offset", () => {
  assert.equal(readMoment("2026-11-01T08:00"), "2026-11-01T08:00")
  assert.equal(readMoment("2026-11-01T08:00:00"), "2026-11-01T08:00")
  assert.equal(readMoment("2026-11-01T08:00:30"), "2026-11-01T08:00:30")
  assert.equal(rfc3339("2026-11-01T08:00"), "2026-11-01T08:00:00+08:00")
  assert.equal(rfc3339("2026-11-01T08:00:30"), "2026-11-01T08:00:30+08:00")
  assert.equal(spoken("2026-11-01T08:00"), "2026-11-01 08:00")
})

for (const broken of ["", "2026-11-01", "2026-02-30T08:00", "2026-11-01T25:00", "2026-11-01T08:00Z", "now", null, undefined]) {
  test(`${broken} is no moment`, () => assert.equal(readMoment(broken), null))
}

test("a path asks of a moment, of the present without one", () => {
  assert.equal(asOf("/tiles/zones.json", null), "/tiles/zones.json")
  assert.equal(asOf("/tiles/zones.json", "2026-11-01T08:00"), "/tiles/zones.json?datetime=2026-11-01T08%3A00%3A00%2B08%3A00")
  assert.match(asOf("/api/v1/counts?bbox=1", "2026-11-01T08:00"), /\?bbox=1&datetime=/)
})

test("quick choices are days of the district, whatever the clock of the machine", () => {
  // Thursday the 26th, half past six in the morning there; still the 25th in UTC.
  const choices = quickChoices(new Date("2026-11-25T22:30:00Z"))
  assert.deepEqual(choices, [
    { choice: "today", at: "2026-11-26T00:00" },
    { choice: "lastMonday", at: "2026-11-16T00:00" },
    { choice: "lastMonth", at: "2026-10-31T23:59" },
    { choice: "lastYear", at: "2025-11-26T00:00" },
  ])
  const leap = quickChoices(new Date("2028-02-29T04:00:00Z"))
  assert.equal(leap[3].at, "2027-02-28T00:00")
  assert.equal(quickChoices(new Date("2026-11-23T04:00:00Z"))[1].at, "2026-11-16T00:00")
})

test("what is still to come is told from what was", () => {
  const now = new Date("2026-11-26T00:00:30Z")
  assert.equal(minuteOf(now), "2026-11-26T08:00")
  assert.equal(isAhead("2026-11-26T08:01", now), true)
  assert.equal(isAhead("2026-11-26T08:00", now), false)
})

test("a comparison survives the address; one that makes no sense is passed over", () => {
  for (const words of ["2026-10-01T00:00/2026-11-01T08:00", "2026-10-01T00:00/now"]) {
    assert.equal(writeComparison(readComparison(words)), words)
  }
  for (const words of ["2026-10-01T00:00", "now/2026-10-01T00:00", "2026-11-01T00:00/2026-10-01T00:00", "a/b", "2026-10-01T00:00/now/now", null]) {
    assert.equal(readComparison(words), null, words)
  }
})

test("the present is left to the server, and signs of the offset are escaped", () => {
  const path = changesPath("zones", { from: "2026-10-01T00:00", to: null })
  assert.equal(path, "/api/v1/changes?layer=zones&from=2026-10-01T00%3A00%3A00%2B08%3A00")
})

function change(number, kinds, grades = [null, null], more = {}) {
  const [grade_before, grade_after] = grades
  return { layer: "zones", id: String(number), number, name: "", kinds, grade_before, grade_after, fields: [], lon: 113, lat: 33, bounds: null, ...more }
}

const CHANGES = {
  comparison: { from: "2026-10-01T00:00", to: null },
  status: "ready",
  items: [change(1, ["gone"], [1, null]), change(2, ["raised", "moved"], [3, 1]), change(3, ["raised"], [3, 2])],
  counts: noCounts(),
  layers: ["zones"],
  total: 3,
  problem: null,
}

test("what has become red says so first, and what was red already does not", () => {
  assert.deepEqual(kindsOf(change(1, ["raised", "moved"], [2, 1])), ["new_red", "raised", "moved"])
  assert.deepEqual(kindsOf(change(1, ["appeared"], [null, 1])), ["new_red", "appeared"])
  assert.deepEqual(kindsOf(change(1, ["moved"], [1, 1])), ["moved"])
})

test("a change is shown under the first of its kinds that is on", () => {
  const told = hidden => shownChanges(CHANGES, hidden).map(({ kind, change: { number } }) => `${kind} ${number}`)
  assert.deepEqual(told([]), ["new_red 2", "raised 3", "gone 1"])
  assert.deepEqual(told(["new_red", "gone"]), ["raised 2", "raised 3"])
  assert.deepEqual(shownChanges(null, []), [])
})

const context = (changes, hiddenChanges = []) => ({ palette: { ink: "#000", halo: "#fff" }, state: { changes, hiddenChanges } })

test("without a comparison the map has neither sources nor layers for one", () => {
  assert.deepEqual(changeSources(context(null)), {})
  assert.deepEqual(changedFeatures(context(null)), [])
})

test("what is gone or was elsewhere is dashed, from the tiles of the earlier moment", () => {
  const { changes, before } = changeSources(context(CHANGES))
  assert.equal(changes.data.features.length, 3)
  assert.match(before.url, /datetime=2026-10-01/)
  const layers = changedFeatures(context(CHANGES))
  const ids = layers.map(({ id }) => id)
  assert.equal(new Set(ids).size, ids.length)
  const was = layers.filter(({ source, id }) => source === "before" && !id.endsWith("-halo"))
  assert.deepEqual(was.map(({ filter }) => filter[2][1]).sort(), [[1], [2]])
  assert.ok(was.every(({ paint }) => paint["line-dasharray"]))
  assert.ok(!ids.includes("change-gone-zones"))
})

test("what differs is named, the grade beside it and the origin as one", () => {
  const text = key => key.split(".").at(-1)
  assert.equal(fieldNames(["name", "grade", "source", "source_id", "address"], "en", text), "name, origin, address")
  assert.equal(fieldNames(["grade"], "zh", text), "")
})
