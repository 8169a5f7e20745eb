import assert from "node:assert/strict"
import test from "node:test"
import { GRADES, initialState, selectedNumber, toggled } from "../app/shell/state.js"
import { createStore } from "../app/shell/store.js"

test("toggling twice restores the list in its own order", () => {
  const without = toggled(GRADES, 2, GRADES)
  assert.deepEqual(without, [1, 3, 4, 0])
  assert.deepEqual(toggled(without, 2, GRADES), [...GRADES])
})

test("a tile's number is known before its facts, a UUID's only with them", () => {
  const id = "0b6f3b1e-6c1d-4f8e-9b0a-3f1f2d5c7a90"
  const state = initialState()
  assert.equal(selectedNumber(state), null)
  assert.equal(selectedNumber({ ...state, selection: { layer: "zones", id: "17" } }), 17)
  const selection = { layer: "zones", id }
  assert.equal(selectedNumber({ ...state, selection }), null)
  const details = { selection, status: "ready", facts: { id, number: 17 }, problem: null }
  assert.equal(selectedNumber({ ...state, selection, details }), 17)
})

test("listeners hear which keys changed, and nothing when nothing did", () => {
  const store = createStore({ grades: [1, 2], hatch: true })
  const heard = []
  const end = store.subscribe((state, changed) => heard.push([[...changed], state.hatch]))
  store.set({ grades: [1, 2], hatch: false })
  store.set({ grades: [1, 2] })
  end()
  store.set({ hatch: true })
  assert.deepEqual(heard, [[["hatch"], false]])
})

test("a state cannot be changed behind the store's back", () => {
  const store = createStore({ hatch: true })
  assert.throws(() => {
    store.state.hatch = false
  }, TypeError)
})
