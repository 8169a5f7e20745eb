import assert from "node:assert/strict"
import { readFile } from "node:fs/promises"
import test from "node:test"
import { PALETTE_NAMES, readPalette } from "../app/maps/palette.js"
import { SOURCES, mapStyle } from "../app/maps/style.js"
import { TIERS } from "../app/maps/picking.js"
import { initialState } from "../app/shell/state.js"
import { DISTRICT, VOCABULARY } from "./samples.js"

const palette = readPalette(token => ` ${token} `)

function styleOf(patch = {}) {
  return mapStyle({ vocabulary: VOCABULARY, district: DISTRICT, palette, state: { ...initialState(), ...patch } })
}

function layer(id, patch) {
  return styleOf(patch).layers.find(each => each.id === id)
}

test("every layer has an id of its own and a source that exists", () => {
  const { layers, sources } = styleOf()
  assert.equal(new Set(layers.map(({ id }) => id)).size, layers.length)
  for (const { source, id } of layers) assert.ok(id === "background" || sources[source], id)
})

test("every source layer travels in its source", () => {
  for (const each of styleOf().layers) {
    if (each["source-layer"]) assert.ok(SOURCES[each.source].includes(each["source-layer"]), each.id)
  }
})

test("a click asks only layers that exist", () => {
  const ids = styleOf().layers.map(({ id }) => id)
  for (const id of TIERS.flat()) assert.ok(ids.includes(id), id)
})

test("no glyphs and no sprite are fetched: letters and signs are drawn on the spot", () => {
  const style = styleOf()
  assert.equal(style.glyphs, undefined)
  assert.equal(style.sprite, undefined)
})

test("risk colours in the style are those of the vocabulary", () => {
  const colours = JSON.stringify(layer("zone-fill").paint["fill-color"])
  for (const { colour } of [...VOCABULARY.grades, VOCABULARY.ungraded]) assert.ok(colours.includes(colour))
})

test("zones lie with the worst on top", () => {
  const order = layer("zone-fill").layout["fill-sort-key"]
  assert.deepEqual(order, ["match", ["to-number", ["get", "grade"]], 1, 4, 2, 3, 3, 2, 4, 1, 0])
})

test("a hidden grade is filtered from every layer that draws grades", () => {
  const filtered = ["enterprise-symbol", "enterprise-name", "enterprise-outline", "zone-fill", "zone-hatch", "zone-name"]
  for (const id of filtered) {
    assert.deepEqual(layer(id, { grades: [1, 0] }).filter, ["in", ["to-number", ["get", "grade"]], ["literal", [1, 0]]])
  }
})

test("an ungraded corridor stays on the map when its colour cannot show", () => {
  assert.deepEqual(layer("corridor-risk", { grades: [1] }).filter[1], ["has", "grade"])
  assert.equal(JSON.stringify(layer("road", { grades: [1] })), JSON.stringify(layer("road")))
})

test("switching a layer off hides it, the hatch alone hides only the hatch", () => {
  assert.equal(layer("zone-fill", { layers: ["enterprises"] }).layout.visibility, "none")
  assert.equal(layer("zone-hatch", { layers: ["enterprises"] }).layout.visibility, "none")
  assert.equal(layer("zone-hatch", { hatch: false }).layout.visibility, "none")
  assert.equal(layer("zone-fill", { hatch: false }).layout.visibility, "visible")
})

test("hidden kinds of receptors are filtered", () => {
  assert.match(JSON.stringify(layer("receptor-symbol", { hiddenKinds: ["school"] }).filter), /"school"/)
})

test("letters on zones come sooner when the hatch is off, for the colour must not stand alone", () => {
  assert.ok(layer("zone-name", { hatch: false }).minzoom < layer("zone-name").minzoom)
})

test("names wait for zoom 14", () => {
  for (const id of ["enterprise-name", "zone-name"]) assert.ok(layer(id).minzoom >= 14, id)
})

test("the ground is dimmed outside an outline of the district's own and nowhere else", () => {
  const ground = patch =>
    mapStyle({ vocabulary: VOCABULARY, district: { ...DISTRICT, ...patch }, palette, state: initialState() }).layers[0]
  for (const outline of ["own", "indicative"])
    assert.equal(ground({ outline }).paint["background-color"], palette.outside, outline)
  for (const outline of ["parts", "none"])
    assert.equal(ground({ outline }).paint["background-color"], palette.land, outline)
})

test("names of townships cover lesser signs, never the worst", () => {
  const ids = styleOf().layers.map(({ id }) => id)
  assert.ok(ids.indexOf("enterprise-symbol") < ids.indexOf("township-name"))
  assert.ok(ids.indexOf("township-name") < ids.indexOf("enterprise-worst"))
  assert.match(JSON.stringify(layer("enterprise-worst").filter), /"literal",\[1,2\]/)
  assert.match(JSON.stringify(layer("enterprise-worst", { grades: [2, 3] }).filter), /"literal",\[2\]/)
})

test("a township without an outline has no name on the map", () => {
  const { data } = styleOf().sources.townships
  assert.deepEqual(data.features.map(({ properties, geometry }) => [properties.name, geometry.coordinates]), [
    ["T1", [113.22, 33.71]],
  ])
})

test("every colour of the map is a token", async () => {
  const tokens = await readFile(new URL("../styles/tokens.css", import.meta.url), "utf8")
  for (const name of PALETTE_NAMES) assert.match(tokens, new RegExp(`--map-${name}: #`), name)
})
