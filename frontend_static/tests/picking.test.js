import assert from "node:assert/strict"
import test from "node:test"
import { candidatesAt } from "../app/maps/picking.js"

function feature(styleLayer, sourceLayer, id, properties) {
  return { styleLayer, sourceLayer, id, properties, geometry: { type: "Point" } }
}

function clickOn(...features) {
  return candidatesAt(styleLayers => features.filter(({ styleLayer }) => styleLayers.includes(styleLayer)))
}

const PLANT = feature("enterprise-symbol", "enterprises", 1, { name: "plant", grade: 3 })
const DEPOT = feature("enterprise-symbol", "enterprises", 2, { name: "depot", grade: 1 })
const SHOP = feature("enterprise-symbol", "enterprises", 3, { name: "shop" })
const ZONE = feature("zone-fill", "zones", 7, { name: "boiler house", grade: 2, floor: "1F" })
const OUTLINE = feature("enterprise-outline-fill", "enterprise_outlines", 1, { name: "plant", grade: 3 })

test("nothing under the click is nothing to choose", () => {
  assert.deepEqual(clickOn(), [])
})

test("a sign wins over the area it stands on", () => {
  assert.deepEqual(clickOn(PLANT, ZONE, OUTLINE).map(({ name }) => name), ["plant"])
})

test("signs on top of each other are offered worst first, the ungraded last", () => {
  assert.deepEqual(clickOn(SHOP, PLANT, DEPOT).map(({ name }) => name), ["depot", "plant", "shop"])
})

test("a feature cut by a tile border is offered once", () => {
  assert.equal(clickOn(ZONE, ZONE).length, 1)
})

test("an outline stands for its enterprise where no zone covers it", () => {
  assert.deepEqual(clickOn(OUTLINE), [{ layer: "enterprises", id: "1", name: "plant", grade: 3, kind: "" }])
  assert.deepEqual(clickOn(OUTLINE, ZONE).map(({ layer }) => layer), ["zones"])
})

test("what cannot be looked up is not offered", () => {
  assert.deepEqual(clickOn({ ...ZONE, id: undefined }), [])
})
