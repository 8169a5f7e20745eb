import assert from "node:assert/strict"
import test from "node:test"
import { readPalette } from "../app/maps/palette.js"
import { mapStyle } from "../app/maps/style.js"
import { initialState } from "../app/shell/state.js"
import { DISTRICT, VOCABULARY } from "./samples.js"

const palette = readPalette(token => token)

function styleOf(patch) {
  return mapStyle({ vocabulary: VOCABULARY, district: DISTRICT, palette, state: { ...initialState(), ...patch } })
}

function rastersOf({ layers, sources }) {
  return {
    layers: layers.filter(({ type }) => type === "raster").map(({ id }) => id),
    sources: Object.keys(sources).filter(name => sources[name].type === "raster"),
  }
}

test("no raster is asked for until it is switched on", () => {
  assert.deepEqual(rastersOf(styleOf({})), { layers: [], sources: [] })
})

test("a raster that is switched on lies under every sign and over the ground", () => {
  const style = styleOf({ rasters: ["population", "risk_density"] })
  assert.deepEqual(rastersOf(style), {
    layers: ["raster-population", "raster-risk_density"],
    sources: ["raster:population", "raster:risk_density"],
  })
  const ids = style.layers.map(({ id }) => id)
  assert.ok(ids.indexOf("background") < ids.indexOf("raster-population"))
  assert.ok(ids.indexOf("raster-risk_density") < ids.indexOf("receptor-area") || ids.indexOf("receptor-area") < 0)
  assert.equal(style.sources["raster:population"].url, "/raster/population.json")
})

test("the map of a past moment has no rasters, for they tell of now", () => {
  assert.deepEqual(rastersOf(styleOf({ rasters: ["population"], at: "2026-11-01T08:00" })), { layers: [], sources: [] })
})
