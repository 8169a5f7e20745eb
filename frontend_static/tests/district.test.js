import assert from "node:assert/strict"
import test from "node:test"
import { outlineMessage } from "../app/jurisdictions/district.js"
import { CATALOGUE } from "../app/language/catalogue.js"
import { DISTRICT } from "./samples.js"

test("every outline that is not the district's own is told to the reader", () => {
  assert.equal(outlineMessage({ ...DISTRICT, outline: "own" }), null)
  for (const outline of ["indicative", "parts", "none"]) assert.ok(outlineMessage({ ...DISTRICT, outline }) in CATALOGUE)
})
