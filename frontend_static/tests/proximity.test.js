import assert from "node:assert/strict"
import test from "node:test"
import { metricZone, toMetricZone } from "../app/maps/metric_zone.js"
import { circle } from "../app/proximity/circle.js"
import { geometryOf, withCorner } from "../app/proximity/draft.js"
import { readDrawing } from "../app/proximity/drawing.js"
import { nearFeatures, nearLayers, nearSources } from "../app/proximity/map_layers.js"
import { boundsOfEnds, drawnPairs, keyOf, siteSelection, withVerdict } from "../app/proximity/pairs.js"
import { FIRST_QUESTION, askedOf, questionFault, readDistances, readQuestion, reportPath, writeQuestion } from "../app/proximity/question.js"
import { initialState } from "../app/shell/state.js"

test("a question survives the address", () => {
  for (const words of ["outline/1/all//500,1000", "zone/1,2/school,hospital/all/100", "installation/1,2,3,4//railway/50000"]) {
    assert.equal(writeQuestion(readQuestion(words)), words)
  }
})

for (const broken of [null, "", "outline/1/all/500", "roof/1/all//500", "outline//all//500", "outline/1///500", "outline/1/all//", "outline/1/all//0", "outline/1/<b>//500"]) {
  test(`${broken} asks for nothing`, () => assert.equal(readQuestion(broken), null))
}

test("distances are read as people write them", () => {
  assert.deepEqual(readDistances("1000，500 500;0.5"), [0.5, 500, 1000])
  for (const words of ["", "near", "500,-1", "50001", "1,2,3,4,5,6,7"]) assert.equal(readDistances(words), null, words)
})

test("a question without grades, targets or distances says what it lacks", () => {
  assert.equal(questionFault(FIRST_QUESTION), null)
  assert.equal(questionFault({ ...FIRST_QUESTION, grades: [] }), "near.fault.grades")
  assert.equal(questionFault({ ...FIRST_QUESTION, receptors: [] }), "near.fault.targets")
  assert.equal(questionFault({ ...FIRST_QUESTION, distances: [] }), "near.fault.distances")
})

test("the server is asked with each value of a list on its own, and of a moment only where there is one", () => {
  const question = readQuestion("zone/1,2/school/railway/500,1000")
  assert.equal(
    reportPath(question, null, 9),
    "/api/v1/proximity/report?start=zone&grade=1&grade=2&receptor=school&corridor=railway&distance_m=500&distance_m=1000&limit=9",
  )
  assert.match(reportPath(question, "2026-11-01T08:00:00+08:00", 9), /&at=2026-11-01T08%3A00%3A00%2B08%3A00&/)
  assert.equal(askedOf(question).at, null)
})

// Gauss-Kruger has the scale 1 on its central meridian, so plane distances there are those on the ground.
test("every corner of a circle is as far from its middle as it says", () => {
  const zone = metricZone("EPSG:4547")
  const middle = toMetricZone(zone, 114, 33.7)
  for (const radius of [500, 3000]) {
    const ring = circle(114, 33.7, radius)
    assert.deepEqual(ring[0], ring.at(-1))
    for (const [lon, lat] of ring) {
      const { easting, northing } = toMetricZone(zone, lon, lat)
      const metres = Math.hypot(easting - middle.easting, northing - middle.northing)
      assert.ok(Math.abs(metres - radius) < 0.01, `${metres} m`)
    }
  }
})

function pair(number, codes, more = {}) {
  return {
    site: { id: `s${number}`, number, name: "S", grade: 1, edge: { code: "outline" }, enterprise_id: `e${number}`, enterprise: "S" },
    target: { id: `t${number}`, number, layer: "receptors", name: "T", kind: { code: "school" } },
    distance_m: number * 100,
    is_own: false,
    line: [[113, 33], [113.001, 33.002]],
    verdicts: codes.map(code => ({ code })),
    ...more,
  }
}

test("pairs are picked by their verdict at one distance", () => {
  const pairs = [pair(1, ["yes", "yes"]), pair(2, ["borderline", "yes"]), pair(3, ["no", "yes"])]
  const numbers = found => found.map(({ site }) => site.number)
  assert.deepEqual(numbers(withVerdict(pairs, 0, ["yes", "borderline"])), [1, 2])
  assert.deepEqual(numbers(withVerdict(pairs, 0, ["no"])), [3])
  assert.deepEqual(numbers(withVerdict(pairs, 1, ["yes"])), [1, 2, 3])
})

test("what is only planned has a key of its own, and no panel", () => {
  const planned = pair(1, ["yes"])
  planned.site = { ...planned.site, id: null, enterprise_id: null }
  assert.equal(keyOf(planned), "planned/t1")
  assert.equal(siteSelection(planned.site), null)
})

test("a site leads to its own panel, an installation to that of its enterprise", () => {
  const { site } = pair(1, ["yes"])
  assert.deepEqual(siteSelection({ ...site, edge: { code: "zone" } }), { layer: "zones", id: "s1" })
  assert.deepEqual(siteSelection({ ...site, edge: { code: "installation" } }), { layer: "enterprises", id: "e1" })
})

test("both ends lie inside of what is framed, even where they are one place", () => {
  const [xmin, ymin, xmax, ymax] = boundsOfEnds({ line: [[113, 33], [113, 33]] })
  assert.ok(xmin < 113 && xmax > 113 && ymin < 33 && ymax > 33)
})

const palette = { ink: "#000", halo: "#fff" }

test("a closed panel draws nothing", () => {
  const context = { palette, state: initialState() }
  assert.deepEqual(nearSources(context), {})
  assert.deepEqual(nearLayers(context), [])
})

test("a pair is drawn as a line with two named ends and its length between", () => {
  const state = { ...initialState(), tool: "analysis", nearPairs: [pair(3, ["yes"])], pair: "s3/t3" }
  const features = nearFeatures(state)
  assert.deepEqual(features.map(({ properties }) => properties.part), ["line", "end", "end", "length"])
  assert.equal(features[3].properties.label, "300 m")
  const ids = nearLayers({ palette, state }).map(({ id }) => id)
  assert.equal(new Set(ids).size, ids.length)
})

test("an emergency draws its place and three rings", () => {
  const features = nearFeatures({ ...initialState(), tool: "emergency", around: { lon: 113, lat: 33 } })
  const parts = features.map(({ properties }) => properties.part)
  assert.equal(parts.filter(part => part === "ring").length, 3)
  assert.ok(parts.includes("place"))
})

test("a point and a rectangle are finished by their clicks, a polygon is not", () => {
  const drawn = (shape, ...corners) => corners.reduce(withCorner, { shape, corners: [], isDone: false })
  assert.equal(drawn("point", [1, 2]).isDone, true)
  const rectangle = drawn("rectangle", [1, 2], [3, 5])
  assert.equal(rectangle.isDone, true)
  assert.deepEqual(geometryOf(rectangle).coordinates, [[[1, 2], [3, 2], [3, 5], [1, 5], [1, 2]]])
  const polygon = drawn("polygon", [0, 0], [1, 0], [1, 1])
  assert.equal(polygon.isDone, false)
  assert.deepEqual(geometryOf(polygon).coordinates, [[[0, 0], [1, 0], [1, 1], [0, 0]]])
  assert.equal(geometryOf(drawn("polygon", [0, 0], [1, 0])).type, "LineString")
  assert.equal(geometryOf(drawn("polygon")), null)
})

test("a drawing is pasted as a geometry, a feature or a collection of one", () => {
  const geometry = { type: "Point", coordinates: [113, 33] }
  const feature = { type: "Feature", properties: {}, geometry }
  for (const pasted of [geometry, feature, { type: "FeatureCollection", features: [feature] }]) {
    assert.deepEqual(readDrawing(JSON.stringify(pasted)), { geometry, fault: null })
  }
  assert.deepEqual(readDrawing(" "), { geometry: null, fault: null })
})

test("what holds no one geometry is refused with why", () => {
  const two = { type: "FeatureCollection", features: [{}, {}] }
  for (const pasted of [two, { type: "Feature", geometry: null }, null, { type: "Point" }]) {
    assert.equal(readDrawing(JSON.stringify(pasted)).fault, "planned.fault.type")
  }
  assert.equal(readDrawing("{").fault, "place.jsonFault")
})

test("what is looked at is drawn wherever it was found, once", () => {
  const [listed, own] = [pair(1, ["yes"]), pair(2, ["yes"], { is_own: true })]
  assert.deepEqual(drawnPairs([listed], [listed, own], null), [listed])
  assert.deepEqual(drawnPairs([listed], [listed, own], keyOf(listed)), [listed])
  assert.deepEqual(drawnPairs([listed], [listed, own], keyOf(own)), [listed, own])
  assert.deepEqual(drawnPairs([listed], [listed, own], "gone/gone"), [listed])
})
