import assert from "node:assert/strict"
import test from "node:test"
import { chosenColumns, inOrder, keepColumns, shown } from "../app/lists/columns.js"
import { isNamed, linesOf, rosterPath } from "../app/lists/coverage.js"
import { fileName } from "../app/lists/download.js"
import { mapLink, zoomFor } from "../app/lists/map_link.js"
import { countsPath, exportPath, listOf, narrowedBy, otherList, pagePath, pressed, span, withoutFilters } from "../app/lists/query.js"
import { readLink } from "../app/shell/link.js"
import { readAddress, writeAddress } from "../app/work/address.js"

const ALL = ["1", "2", "3", "4", "none"]

function query(path) {
  return Object.fromEntries(new URLSearchParams(path.split("?")[1]))
}

function shelf(content = {}) {
  return {
    content,
    getItem: key => content[key] ?? null,
    setItem: (key, value) => (content[key] = value),
    removeItem: key => delete content[key],
  }
}

test("an address asks for its list, its filters, its order and its page, and for nothing else", () => {
  const { filters } = readAddress("#risks?list=events&grade=1,2&q=%E6%B0%A8&overdue=true&sort=-value&page=3&limit=100&sel=abc&other=1")
  assert.deepEqual(query(pagePath(filters)), { list: "events", grade: "1,2", q: "氨", overdue: "true", sort: "-value", page: "3", limit: "100" })
  assert.deepEqual(query(exportPath(filters, "xlsx")), { list: "events", grade: "1,2", q: "氨", overdue: "true", sort: "-value" })
  assert.deepEqual(query(pagePath({})), { list: "zones", page: "1", limit: "50" })
})

test("what cannot be read in an address is passed over", () => {
  assert.equal(listOf({ list: "people" }), "zones")
  assert.deepEqual(query(pagePath({ page: "-1", limit: "7" })), { list: "zones", page: "1", limit: "50" })
})

test("a list is not asked for a filter that it has not", () => {
  const all = { kind: "tank_farm", unplaced: "true", grade: "1" }
  assert.deepEqual(narrowedBy(all), { kind: "tank_farm", grade: "1" })
  assert.deepEqual(narrowedBy({ ...all, list: "enterprises" }), { unplaced: "true", grade: "1" })
  const { filters } = readAddress(writeAddress("risks", { ...all, list: "events", sort: "value", page: 2, ...otherList("zones") }))
  assert.deepEqual(filters, { grade: "1" })
})

test("taking the filters out leaves the list and its order", () => {
  const { filters } = readAddress(writeAddress("risks", { list: "events", sort: "-value", grade: "1", enterprise: "7", bbox: "1,2,3,4", page: 2, ...withoutFilters() }))
  assert.deepEqual(filters, { list: "events", sort: "-value" })
})

test("grades are counted without the choice of grades", () => {
  assert.equal(countsPath({ township: "410411001" }), null)
  assert.deepEqual(query(countsPath({ grade: "1", township: "410411001", page: "4" })), { list: "zones", township: "410411001", page: "1", limit: "1" })
})

test("grades are pressed one by one; all of them are no filter", () => {
  assert.equal(pressed("", "2", ALL), "2")
  assert.equal(pressed("2", "1", ALL), "1,2")
  assert.equal(pressed("1,2", "2", ALL), "1")
  assert.equal(pressed("1", "1", ALL), "")
  assert.equal(pressed("1,2,3,4", "none", ALL), "")
})

test("a page tells from which row to which it goes", () => {
  assert.deepEqual(span({ total: 120, page: 3, limit: 50, items: Array.from({ length: 20 }) }), { first: 101, last: 120 })
})

test("columns stand with the name first, and those that were chosen stay", () => {
  const columns = ["enterprise", "code", "name", "grade"].map(code => ({ code, zh: code, en: code, kind: "text", words: null, is_sortable: true }))
  assert.deepEqual(inOrder("zones", columns).map(({ code }) => code), ["name", "grade", "enterprise", "code"])
  const kept = shelf()
  assert.ok(chosenColumns("zones", kept).includes("residual_grade"))
  keepColumns("zones", ["code"], kept)
  assert.deepEqual(shown("zones", columns, chosenColumns("zones", kept)).map(({ code }) => code), ["name", "code"])
  assert.ok(chosenColumns("events", kept).length > 3)
  keepColumns("zones", null, kept)
  assert.deepEqual(kept.content, {})
})

test("a browser that keeps nothing, or something else, shows the usual columns", () => {
  const usual = chosenColumns("zones", null)
  for (const said of ["{", "[1]", '"x"']) assert.deepEqual(chosenColumns("zones", shelf({ "riskmap.columns.zones": said })), usual)
})

test("a row leads to the map with itself selected and in view", () => {
  const id = "3f0b3c1e-0000-4000-8000-000000000001"
  const path = mapLink("zones", { id, lon: 113.3, lat: 33.7, bounds: [113.3, 33.7, 113.302, 33.701] }, "zh")
  const { selection, view } = readLink(path.slice(1))
  assert.deepEqual(selection, { layer: "zones", id })
  assert.ok(Math.abs(view.lon - 113.301) < 1e-4 && view.zoom > 16 && view.zoom <= 18)
  assert.equal(mapLink("enterprises", { id, lon: null, lat: null, bounds: null }, "zh"), null)
  assert.ok(zoomFor(0.5) < zoomFor(0.05) && zoomFor(0) >= 15)
})

test("a file has the name that the server gave it", () => {
  assert.equal(fileName("attachment; filename*=UTF-8''%E6%B8%85%E5%8D%95_20261126.xlsx"), "清单_20261126.xlsx")
  assert.equal(fileName(null), "riskmap")
})

test("behind each number of the coverage is a question to the roster", () => {
  assert.deepEqual(query(rosterPath({})), { unmatched: "true", page: "1", limit: "50" })
  assert.deepEqual(query(rosterPath({ part: "unplaced", township: "none", words: "厂", page: "2" })), { township: "none", q: "厂", unplaced: "true", page: "2", limit: "50" })
  assert.deepEqual(query(rosterPath({ part: "due", sector: "chemical" })), { sector: "chemical", page: "1", limit: "50" })
})

test("by both, the sectors of a township stand under it, and what names none comes with its own", () => {
  const word = code => (code ? { code, zh: code, en: code } : null)
  const row = (township, sector) => ({ township: word(township), sector: word(sector) })
  const coverage = { rows: [row("a", "x"), row("a", null), row(null, "x")], townships: [row("a", null), row(null, null)], sectors: [row(null, "x"), row(null, null)] }
  const told = linesOf(coverage, "both").map(({ level, place }) => [level, place.township, place.sector])
  assert.deepEqual(told, [["group", "a", undefined], ["part", "a", "x"], ["part", "a", "none"], ["group", "none", undefined], ["part", "none", "x"]])
  assert.deepEqual(linesOf(coverage, "sector").map(({ place }) => place), [{ sector: "x" }, { sector: "none" }])
  assert.equal(isNamed({ township: "none" }), false)
  assert.equal(isNamed({ township: "a", sector: "x" }), true)
})
