import assert from "node:assert/strict"
import test from "node:test"
import { faultOf, findingsWith, isBusy, readingOf } from "../app/importing/upload.js"

const FINDINGS = [
  { row: 2, sheet: null, column: "C", field: "从业人数", value: "很多", reason: "应为整数", hint: null, code: "a" },
  { row: 31, sheet: null, column: "A", field: "编号", value: null, reason: "不在您的管辖范围内", hint: "请写明街道", code: "b" },
]

test("a filter finds rows by their number, place, value and reason", () => {
  const rows = words => findingsWith(FINDINGS, words).map(({ row }) => row)
  assert.deepEqual(rows(""), [2, 31])
  assert.deepEqual(rows("31"), [31])
  assert.deepEqual(rows("应为整数 很多"), [2])
  assert.deepEqual(rows("街道"), [31])
  assert.deepEqual(rows("没有"), [])
})

test("a file that the server would refuse is not sent", () => {
  const limits = { ".xlsx": 2_000_000 }
  assert.equal(faultOf({ name: "a.XLSX", size: 5 }, limits), null)
  assert.equal(faultOf({ name: "a.xls", size: 5 }, limits)?.key, "import.fileUnknown")
  assert.deepEqual(faultOf({ name: "a.xlsx", size: 2_000_001 }, limits)?.values, { name: "a.xlsx", limit: 2 })
  assert.equal(faultOf({ name: "a.xlsx", size: 0 }, limits)?.key, "import.fileEmpty")
})

test("only what was chosen is said, and what the form does not show stays", () => {
  const form = new FormData()
  form.set("column-name", "厂子")
  form.set("column-address", "")
  form.set("id_column", "号")
  form.set("source", " 台账 ")
  const kind = { name: "enterprises", label: "", has_place: true, has_official_code: false, fields: [{ name: "name" }, { name: "address" }] }
  const reading = readingOf(form, kind, { constants: { scale: "lec" }, partial: true })
  assert.deepEqual(reading.columns, { name: "厂子" })
  assert.deepEqual([reading.source, reading.datum, reading.id_column, reading.partial], ["台账", null, "号", true])
  assert.deepEqual(reading.constants, { scale: "lec" })
  assert.equal(readingOf(form, { ...kind, has_official_code: true }, { partial: false }).id_column, null)
})

test("work that goes on is asked about again", () => {
  assert.deepEqual(["working", "previewed", "refused", "committing", "committed"].filter(state => isBusy({ state })), ["working", "committing"])
})
