import assert from "node:assert/strict"
import test from "node:test"
import { areaRiskPath } from "../app/area_risk/loader.js"
import { THEMES, enterprisesFrom, farBelow, gridBelow, onlySector } from "../app/area_risk/theme.js"
import { mapStyle } from "../app/maps/style.js"
import { readPalette } from "../app/maps/palette.js"
import { readLink, writeLink } from "../app/shell/link.js"
import { initialState } from "../app/shell/state.js"
import { DISTRICT, VOCABULARY } from "./samples.js"

const palette = readPalette(token => ` ${token} `)
const AREA_RISK = {
  areas: [
    { code: "1", name: "A", is_told: true, grade: 1 },
    { code: "2", name: "B", is_told: true, grade: null },
    { code: "410411001", name: "T1", is_told: false, grade: null },
  ],
}

function layers(patch) {
  const { layers } = mapStyle({ vocabulary: VOCABULARY, district: DISTRICT, palette, state: { ...initialState(), ...patch } })
  return Object.fromEntries(layers.map(each => [each.id, each]))
}

test("a district fills a screen at about zoom 11, and squares take over a step before", () => {
  assert.ok(Math.abs(farBelow(DISTRICT) - 10.2) < 0.3, String(farBelow(DISTRICT)))
  assert.equal(farBelow({ bounds: null }), 0)
  // Four times as large: two steps farther.
  const [west, south] = DISTRICT.bounds
  const large = [west, south, west + 4 * 0.31, south + 4 * 0.13]
  assert.ok(Math.abs(farBelow(DISTRICT) - farBelow({ bounds: large }) - 2) < 0.05)
})

test("by itself the map shows squares or enterprises, never both and never neither", () => {
  const { "grid-fill": grid, "enterprise-symbol": signs, "enterprise-worst": worst } = layers({})
  assert.equal(grid.layout.visibility, "visible")
  assert.equal(grid.maxzoom, signs.minzoom)
  assert.equal(worst.minzoom, signs.minzoom)
})

test("every theme says where squares end and enterprises begin", () => {
  const found = THEMES.map(theme => [theme, gridBelow({ theme }, DISTRICT) > 0, enterprisesFrom({ theme }, DISTRICT) > 12])
  assert.deepEqual(found, [
    ["auto", true, false],
    ["grid", true, true],
    ["enterprises", false, false],
    ["areas", false, true],
    ["sector", false, false],
  ])
})

test("areas have the vocabulary's colours, and grey without one", () => {
  const fill = layers({ theme: "areas", areaRisk: AREA_RISK })["area-fill"]
  assert.equal(fill.layout.visibility, "visible")
  const [major, , , , ungraded] = [...VOCABULARY.grades, VOCABULARY.ungraded].map(({ colour }) => colour)
  assert.deepEqual(fill.paint["fill-color"], ["match", ["get", "code"], ["1"], major, ["2", "410411001"], ungraded, ungraded])
})

test("areas are coloured when they are asked for and known", () => {
  for (const patch of [{ theme: "areas" }, { theme: "grid", areaRisk: AREA_RISK }, { areaRisk: AREA_RISK }])
    assert.equal(layers(patch)["area-fill"].layout.visibility, "none")
})

test("a hidden grade leaves squares and areas as well", () => {
  const { "grid-fill": grid, "area-fill": areas } = layers({ theme: "areas", areaRisk: AREA_RISK, grades: [1] })
  assert.match(JSON.stringify(grid.filter), /"literal",\[1\]/)
  assert.deepEqual(areas.filter[2], ["in", ["get", "code"], ["literal", ["1"]]])
})

test("one sector filters points and zones, and the rest of the themes nothing", () => {
  const one = layers({ theme: "sector", sector: "chemical" })
  for (const id of ["enterprise-symbol", "enterprise-worst", "enterprise-name", "zone-fill", "enterprise-outline"])
    assert.match(JSON.stringify(one[id].filter), /\["==",\["get","sector"\],"chemical"\]/, id)
  assert.doesNotMatch(JSON.stringify(layers({ sector: "chemical" })["zone-fill"].filter), /chemical/)
  assert.equal(onlySector({ theme: "areas", sector: "chemical" }), null)
})

test("a sector shows the grades of its own corridors", () => {
  const risk = sector => JSON.stringify(layers({ theme: "sector", sector })["corridor-risk"].filter)
  assert.match(risk("road_transport"), /"motorway"/)
  assert.match(risk("hazardous_chemicals"), /\["pipeline"\]/)
  assert.match(risk("health"), /"literal",\[\]\]/)
  assert.doesNotMatch(JSON.stringify(layers({})["corridor-risk"].filter), /motorway/)
})

test("an installation has none of the four colours", () => {
  const { "hazard-symbol": sign } = layers({})
  const text = JSON.stringify(sign)
  for (const { colour } of VOCABULARY.grades) assert.ok(!text.includes(colour))
  assert.equal(layers({ layers: ["enterprises"] })["hazard-symbol"].layout.visibility, "none")
})

test("the question follows theme, rule and sector", () => {
  assert.equal(areaRiskPath({ theme: "auto", rule: "highest", sector: "health" }), null)
  assert.equal(areaRiskPath({ theme: "areas", rule: null, sector: "health" }), "/api/v1/area-risk?level=township")
  assert.equal(
    areaRiskPath({ theme: "sector", rule: "highest", sector: "health" }),
    "/api/v1/area-risk?level=township&rule=highest&sector=health",
  )
})

test("an unknown theme in an address is passed over", () => {
  assert.equal(readLink("#theme=volcanoes&rule=<b>").theme, "auto")
  assert.equal(readLink("#theme=volcanoes&rule=<b>").rule, null)
  assert.equal(writeLink({ ...initialState(), theme: "areas" }), "#theme=areas")
})
