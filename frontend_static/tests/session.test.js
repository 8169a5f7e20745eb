import assert from "node:assert/strict"
import test from "node:test"
import { detour, mayAdminister, nextPath, signInPath } from "../app/session/session.js"

const HERE = "https://map.example"

function sessionOf(stage, ...actions) {
  return { stage, actor: actions.length > 0 ? { actions } : null, transport: "secure" }
}

test("nobody gets past the sign-in page, and it leads back to where they wanted to go", () => {
  const view = "/#map=12.00/33.7/113.3&grades=1"
  assert.equal(detour(sessionOf("anonymous"), "map", view), `/sign-in?next=${encodeURIComponent(view)}`)
  assert.equal(detour(sessionOf("anonymous"), "map", "/"), "/sign-in")
})

test("whoever may look without signing in stays on the map, but has no account to see", () => {
  const reader = sessionOf("anonymous", "look", "export")
  assert.equal(detour(reader, "map", "/"), null)
  assert.equal(detour(reader, "account", "/account"), "/sign-in?next=%2Faccount")
})

test("a sign-in that was begun has to be finished, also where everybody may look", () => {
  assert.equal(detour(sessionOf("second_factor", "look"), "map", "/"), "/sign-in")
  assert.equal(detour(sessionOf("new_password"), "account", "/account"), "/sign-in?next=%2Faccount")
})

test("who has no map to see goes where their work is", () => {
  assert.equal(detour(sessionOf("complete", "manage_accounts"), "map", "/"), "/admin")
  assert.equal(detour(sessionOf("complete"), "map", "/"), "/account")
  assert.equal(detour(sessionOf("complete", "look"), "map", "/"), null)
  assert.equal(detour(sessionOf("complete", "look"), "administration", "/admin#roles"), null)
})

test("an administrator is who has any of the three offices", () => {
  assert.equal(mayAdminister(sessionOf("complete", "look", "read_audit")), true)
  assert.equal(mayAdminister(sessionOf("complete", "look", "edit")), false)
  assert.equal(mayAdminister(null), false)
})

test("the sign-in page is told when a session has ended", () => {
  assert.equal(signInPath("/admin#audit", { isExpired: true }), "/sign-in?expired&next=%2Fadmin%23audit")
})

test("signing in leads to a page of this server", () => {
  assert.equal(nextPath("/admin#audit", HERE), "/admin#audit")
  assert.equal(nextPath("/#map=12/33.7/113.3", HERE), "/#map=12/33.7/113.3")
  assert.equal(nextPath(null, HERE), "/")
})

for (const trap of [
  "//evil.example",
  "/\\evil.example",
  "/\t/evil.example",
  "/\n/evil.example",
  "\\/evil.example",
  "https://evil.example/",
  "javascript:alert(1)",
  " //evil.example",
  "/.//evil.example",
  "/sign-in?next=/",
  "",
]) {
  test(`signing in does not lead to ${JSON.stringify(trap)}`, () => {
    assert.equal(nextPath(trap, HERE), "/")
  })
}
