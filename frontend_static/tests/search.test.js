import assert from "node:assert/strict"
import test from "node:test"
import { nextActive, resultDetail, searchPath } from "../app/search/results.js"
import { VOCABULARY } from "./samples.js"

test("the arrow keys walk the list and come round", () => {
  assert.equal(nextActive(-1, "ArrowDown", 3), 0)
  assert.equal(nextActive(2, "ArrowDown", 3), 0)
  assert.equal(nextActive(-1, "ArrowUp", 3), 2)
  assert.equal(nextActive(0, "ArrowUp", 3), 2)
  assert.equal(nextActive(0, "ArrowDown", 0), -1)
})

test("what is typed is quoted for the address", () => {
  assert.match(searchPath("a&b c"), /q=a%26b\+c&limit=/)
})

test("a result says its proper name and the word for its kind", () => {
  const enterprise = { layer: "enterprises", detail: "Yaomeng", kind: "industry" }
  assert.equal(resultDetail(enterprise, VOCABULARY, "en"), "Yaomeng · Industry")
  assert.equal(resultDetail({ layer: "areas", detail: null, kind: "township" }, VOCABULARY, "en"), "Township")
  assert.equal(resultDetail({ layer: "zones", detail: "plant", kind: null }, VOCABULARY, "en"), "plant")
})
