import assert from "node:assert/strict"
import test from "node:test"
import { isoDay } from "../app/forms/day_field.js"
import { browserOf } from "../app/account/browser_name.js"
import { faultsByField } from "../app/forms/faults.js"
import { visibleRules } from "../app/forms/password_rules.js"
import { inGroups } from "../app/forms/secret_groups.js"

const POLICY = { minimum_length: 12, classes: 3, max_age_days: 90, history: 5, rules: [] }

function unmet(password, username = "zhang3", policy = POLICY) {
  return visibleRules(policy, password, username).filter(({ isMet }) => !isMet).map(({ key }) => key)
}

test("a password is measured while it is typed", () => {
  assert.deepEqual(unmet(""), ["password.rule.length", "password.rule.classes", "password.rule.username"])
  assert.deepEqual(unmet("Short-1"), ["password.rule.length"])
  assert.deepEqual(unmet("onlysmallletters"), ["password.rule.classes"])
  assert.deepEqual(unmet("Lantern-58-Sparrow"), [])
})

test("the user name is found in whatever case, and a very short one does not count", () => {
  assert.deepEqual(unmet("my-ZHANG3-Password"), ["password.rule.username"])
  assert.deepEqual(unmet("Lantern-58-Sparrow", "la"), [])
})

test("a Chinese character is of the fourth class, and is one character", () => {
  assert.deepEqual(unmet("湛河Lantern58"), ["password.rule.length"])
  assert.deepEqual(unmet("湛河区北渡镇Lantern58"), [])
})

test("a policy without classes does not speak of them", () => {
  assert.deepEqual(unmet("onlysmallletters", "x", { ...POLICY, classes: 1 }), [])
  assert.equal(visibleRules({ ...POLICY, classes: 1 }, "", "").length, 2)
})

test("faults are told at their fields, the first of each", () => {
  const errors = [
    { pointer: "/new", reason: "too short" },
    { pointer: "/new", reason: "too common" },
    { pointer: "/administrators/system/username", reason: "taken" },
  ]
  assert.deepEqual(faultsByField(errors), { new: "too short", "administrators.system.username": "taken" })
})

test("a secret is read out in groups of four", () => {
  assert.deepEqual(inGroups("JBSWY3DPEHPK3"), ["JBSW", "Y3DP", "EHPK", "3"])
  assert.deepEqual(inGroups(""), [])
})

test("browsers are told by the names that people give them", () => {
  const chrome = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36"
  assert.equal(browserOf(chrome), "Chrome 120 · Windows")
  assert.equal(browserOf(`${chrome} Edg/121.0.0.0`), "Edge 121 · Windows")
  assert.equal(browserOf("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"), "Firefox 128 · Linux")
  assert.equal(browserOf("curl/8.5.0"), null)
  assert.equal(browserOf(null), null)
})

test("a day is kept as ISO however it was written, and what is no day stays as it is", () => {
  for (const said of ["2026-01-05", "2026/1/5", "2026.01.05", "20260105", "2026\u5e741\u67085\u65e5", " 2026-1-05 "]) assert.equal(isoDay(said), "2026-01-05", said)
  for (const said of ["", "05/01/2026", "tomorrow"]) assert.equal(isoDay(said), said)
})
