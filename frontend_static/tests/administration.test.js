import assert from "node:assert/strict"
import test from "node:test"
import { accountsPath, changesTo, nextSort, sortOf } from "../app/administration/account.js"
import { auditPath } from "../app/administration/audit_query.js"
import { differences, valueText } from "../app/administration/differences.js"
import { tabOf, tabsFor } from "../app/administration/tabs.js"
import { matching, switched, territoriesOf } from "../app/administration/territory.js"

function tabs(...actions) {
  return tabsFor({ stage: "complete", actor: { actions } })
}

test("each office has its own tabs, and everybody the table of roles", () => {
  assert.deepEqual(tabs("manage_accounts"), ["accounts", "territories", "roles"])
  assert.deepEqual(tabs("grant"), ["accounts", "territories", "keys", "roles"])
  assert.deepEqual(tabs("read_audit"), ["audit", "roles"])
  assert.deepEqual(tabs("look"), ["roles"])
})

test("an address opens its tab only where it is allowed", () => {
  assert.equal(tabOf("#audit", ["audit", "roles"]), "audit")
  assert.equal(tabOf("#keys", ["audit", "roles"]), "audit")
  assert.equal(tabOf("", ["accounts", "roles"]), "accounts")
})

test("only the filters that say something are asked", () => {
  const query = { q: "", role: "", state: "", sort: "username", page: 1 }
  assert.equal(accountsPath(query), "/api/v1/accounts?sort=username&page=1&limit=50")
  const asked = new URL(accountsPath({ ...query, q: "张 三&", state: "locked", page: 3 }), "http://x").searchParams
  assert.deepEqual([asked.get("q"), asked.get("state"), asked.get("page")], ["张 三&", "locked", "3"])
})

test("a second click on a heading turns the order round", () => {
  assert.equal(nextSort("username", "name"), "name")
  assert.equal(nextSort("name", "name"), "-name")
  assert.equal(nextSort("-name", "name"), "name")
  assert.deepEqual(["name", "-name", "role"].map(sort => sortOf(sort, "name")), ["ascending", "descending", "none"])
})

test("an edit sends what was changed and nothing else", () => {
  const account = { name: "李四", unit: null, valid_until: "2030-01-31" }
  assert.deepEqual(changesTo({ name: "李四", unit: null, valid_until: "2030-01-31" }, account), {})
  assert.deepEqual(changesTo({ name: "李四", unit: "办公室", valid_until: null }, account), { unit: "办公室", valid_until: null })
})

test("a day of the audit begins at midnight in the district and ends at the next", () => {
  const query = { q: "", action: "", result: "", since: "2026-12-31", until: "2026-12-31" }
  const asked = new URL(auditPath(query, 120), "http://x").searchParams
  assert.equal(asked.get("since"), "2026-12-31T00:00:00+08:00")
  assert.equal(asked.get("until"), "2027-01-01T00:00:00+08:00")
  assert.equal(asked.get("before"), "120")
})

test("a change is told field by field, down to the fields inside", () => {
  const before = { name: "李四", scope: { kind: "sectors", codes: ["a"] }, unit: null }
  const after = { name: "李四", scope: { kind: "sectors", codes: ["a", "b"] }, unit: "办公室" }
  assert.deepEqual(differences(before, after), [
    { field: "scope.codes", before: ["a"], after: ["a", "b"] },
    { field: "unit", before: null, after: "办公室" },
  ])
})

test("what only one side tells is a difference", () => {
  assert.deepEqual(differences(null, { role: "leader" }), [{ field: "role", before: undefined, after: "leader" }])
  assert.deepEqual(differences(null, null), [])
})

test("values read as words", () => {
  const words = { yes: "yes", no: "no" }
  assert.deepEqual(
    [true, false, 0, "x", ["a", "b"], [], null, "", { a: 1 }].map(value => valueText(value, words)),
    ["yes", "no", "0", "x", "a, b", null, null, null, '{"a":1}'],
  )
})

const TERRITORIES = {
  townships: [{ code: "410411001", name: "马庄街道", accounts: 2 }],
  sectors: [{ code: "chem", zh: "危险化学品", en: "Hazardous chemicals", accounts: 0 }],
  groups: [{ id: "0b6f", code: "P1", name: "轻工园", kind: { code: "park", zh: "园区", en: "Park" }, accounts: 1 }],
}

test("a scope carries codes of townships and sectors, but ids of groups", () => {
  const codes = kind => territoriesOf(TERRITORIES, kind, "en").map(({ code }) => code)
  assert.deepEqual(["townships", "sectors", "groups"].flatMap(codes), ["410411001", "chem", "0b6f"])
  assert.equal(territoriesOf(TERRITORIES, "sectors", "en")[0].name, "Hazardous chemicals")
})

test("a list is filtered by name or code", () => {
  const all = territoriesOf(TERRITORIES, "townships", "zh")
  assert.equal(matching(all, " 马庄 ").length, 1)
  assert.equal(matching(all, "411001").length, 1)
  assert.equal(matching(all, "北渡").length, 0)
})

test("a check puts one in and takes it out again", () => {
  const item = { code: "b", name: "B" }
  assert.deepEqual(switched([{ code: "a", name: "A" }], item).map(({ code }) => code), ["a", "b"])
  assert.deepEqual(switched([item], item), [])
})
