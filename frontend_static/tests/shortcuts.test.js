import assert from "node:assert/strict"
import test from "node:test"
import { commandOf } from "../app/shell/shortcuts.js"

function press(key, more = {}) {
  return commandOf({ key, code: "", shiftKey: false, ctrlKey: false, altKey: false, metaKey: false, ...more })
}

test("keys lead to commands, capital or not", () => {
  assert.equal(press("/"), "search")
  assert.equal(press("?", { shiftKey: true }), "help")
  assert.equal(press("Escape"), "close")
  assert.equal(press("L", { shiftKey: true }), "legend")
})

test("digits toggle grades, with Shift they leave one alone, wherever Shift puts the character", () => {
  assert.deepEqual(press("2", { code: "Digit2" }), { grade: 2, isAlone: false })
  assert.deepEqual(press("@", { code: "Digit2", shiftKey: true }), { grade: 2, isAlone: true })
  assert.deepEqual(press("0", { code: "Numpad0" }), { grade: 0, isAlone: false })
})

test("what the browser itself uses is left to it", () => {
  assert.equal(press("h", { ctrlKey: true }), null)
  assert.equal(press("1", { code: "Digit1", altKey: true }), null)
  assert.equal(press("Tab"), null)
})
