import assert from "node:assert/strict"
import test from "node:test"
import { readLink, writeLink } from "../app/shell/link.js"
import { initialState } from "../app/shell/state.js"

const ID = "0b6f3b1e-6c1d-4f8e-9b0a-3f1f2d5c7a90"

test("the default state has an empty address", () => {
  assert.equal(writeLink(initialState()), "#")
  assert.deepEqual(readLink(""), readLink("#"))
})

test("everything that differs from the default survives the address", () => {
  const state = {
    language: "en",
    view: { zoom: 13.25, lat: 33.70512, lon: 113.30001 },
    layers: ["zones", "areas"],
    grades: [1, 0],
    hiddenKinds: ["school", "nursing_home"],
    hatch: false,
    theme: "sector",
    rule: "grid-share",
    sector: "hazardous_chemicals",
    area: "410411001",
    selection: { layer: "zones", id: ID },
    at: "2026-11-01T08:00",
    comparison: { from: "2026-10-01T00:00", to: "2026-11-01T08:00" },
    tool: "analysis",
    question: { start: "zone", grades: [1, 2], receptors: ["school", "hospital"], corridors: ["all"], distances: [500, 1000] },
    around: { lon: 113.300001, lat: 33.705125 },
  }
  assert.deepEqual(readLink(writeLink(state)), state)
})

test("all switched off is not the same as nothing said", () => {
  const state = { ...initialState(), layers: [], grades: [] }
  assert.deepEqual(readLink(writeLink(state)).layers, [])
  assert.deepEqual(readLink(writeLink(state)).grades, [])
})

test("the address reads as people write it", () => {
  const state = { ...initialState(), view: { zoom: 11.254, lat: 33.7, lon: 113.3 }, grades: [1, 2], language: "en" }
  assert.equal(writeLink(state), "#map=11.25/33.70000/113.30000&grades=1,2&lang=en")
})

test("a number stands for a feature until its UUID is known", () => {
  assert.deepEqual(readLink("#sel=enterprises/42").selection, { layer: "enterprises", id: "42" })
})

for (const broken of [
  "#map=abc/1/2",
  "#map=11/33.7",
  "#map=11//113",
  "#map=11/95/113",
  "#map=11/33/213",
  "#map=-3/33/113",
  "#sel=areas/42",
  "#sel=zones/<script>",
  "#sel=zones",
  "#lang=fr",
  "#hatch=on",
]) {
  test(`${broken} is passed over`, () => {
    assert.deepEqual(readLink(broken), readLink(""))
  })
}

test("unknown layers and grades are dropped, the known ones stay in order", () => {
  const { layers, grades } = readLink("#layers=zones,volcanoes,enterprises&grades=4,9,1")
  assert.deepEqual(layers, ["enterprises", "zones"])
  assert.deepEqual(grades, [1, 4])
})

test("an address that names no language leaves the reader's own", () => {
  assert.equal(readLink("#grades=1", "en").language, "en")
  assert.equal(readLink("#lang=en", "zh").language, "en")
})
