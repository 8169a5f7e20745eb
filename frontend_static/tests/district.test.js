import assert from "node:assert/strict"
import { readFile } from "node:fs/promises"
import test from "node:test"
import { OUTLINE_NOTICES, noticeKey } from "../app/jurisdictions/district.js"
import { message } from "../app/language/messages.js"
import { DISTRICT } from "./samples.js"

test("a notice of the server is known by its sentence", () => {
  for (const key of OUTLINE_NOTICES) assert.equal(noticeKey({ ...DISTRICT, notice: message("zh", key) }), key)
  assert.equal(noticeKey({ ...DISTRICT, notice: null }), null)
  assert.equal(noticeKey({ ...DISTRICT, notice: "something new" }), null)
})

test("the catalogue has every notice that the server can give, word for word", async () => {
  const server = await readFile(new URL("../../backend/overview/district.py", import.meta.url), "utf8")
  const [, body] = server.split("def notice(")
  const said = [...body.split("\ndef ")[0].matchAll(/"(\p{Script=Han}[^"]*)"/gu)].map(([, sentence]) => sentence)
  assert.deepEqual(said.sort(), OUTLINE_NOTICES.map(key => message("zh", key)).sort())
})
