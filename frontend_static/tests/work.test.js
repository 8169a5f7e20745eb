import assert from "node:assert/strict"
import test from "node:test"
import { detour, mayWork } from "../app/session/session.js"
import { readAddress, writeAddress } from "../app/work/address.js"
import { tabOf, tabsFor } from "../app/work/tabs.js"

function sessionOf(...actions) {
  return { stage: "complete", actor: { actions, scope: { kind: "townships" } } }
}

function tabs(isDefined, ...actions) {
  return tabsFor(sessionOf(...actions), isDefined).map(({ id }) => id)
}

test("each role has the tabs of its work, in one order", () => {
  assert.deepEqual(tabs(() => true, "look", "edit"), ["risks", "submissions", "downgrades", "coverage"])
  assert.deepEqual(tabs(() => true, "look", "edit", "review"), ["risks", "submissions", "review", "downgrades", "coverage", "import"])
  assert.deepEqual(tabs(() => true, "look"), ["risks", "downgrades", "coverage"])
  assert.deepEqual(tabs(() => true), [])
})

test("a tab whose element nobody has defined is not shown", () => {
  assert.deepEqual(tabs(element => element === "submissions-tab", "look", "edit"), ["submissions"])
})

test("an address opens its tab, or else the first", () => {
  const open = tabsFor(sessionOf("look", "edit"), () => true)
  assert.equal(tabOf("downgrades", open)?.id, "downgrades")
  assert.equal(tabOf("review", open)?.id, "risks")
  assert.equal(tabOf("", []), undefined)
})

test("tab and filters stand in the address and come back from it", () => {
  const address = writeAddress("review", { q: "张 三&", township: "", page: 2, none: null })
  assert.deepEqual(readAddress(address), { tab: "review", filters: { q: "张 三&", page: "2" } })
  assert.equal(writeAddress("review"), "#review")
  assert.deepEqual(readAddress(""), { tab: "", filters: {} })
})

test("the public has the map and no work; who reads a demonstration has", () => {
  const visitor = kind => ({ stage: "anonymous", actor: { actions: ["look"], scope: { kind } } })
  assert.equal(mayWork(visitor("public")), false)
  assert.equal(mayWork(visitor("everything")), true)
  assert.equal(detour(visitor("everything"), "work", "/work"), null)
  assert.equal(detour(visitor("public"), "work", "/work#risks"), "/sign-in?next=%2Fwork%23risks")
  assert.equal(detour(sessionOf("manage_accounts"), "work", "/work"), "/admin")
})
