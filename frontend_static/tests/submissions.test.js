import assert from "node:assert/strict"
import test from "node:test"
import { Problem } from "../app/api/problem.js"
import { isOverdue } from "../app/history/moment.js"
import { Autosave } from "../app/submissions/autosave.js"
import { added, below, deleted, isChanged, put, renewed, rowsOf, undone, undoneFact } from "../app/submissions/draft.js"
import { labelOf, pathOf } from "../app/submissions/fault_path.js"
import { faultsOf, unreadableFault, whileWriting } from "../app/submissions/faults.js"
import { atFirst } from "../app/submissions/fields.js"
import { areaOf, boundsOf, placeText, readArea, readPoint } from "../app/submissions/geometry.js"
import { begun, done, redo, undo } from "../app/submissions/history.js"
import { merged } from "../app/submissions/merge.js"
import { outlines, zonesOf } from "../app/submissions/publication.js"
import { daysSince, listPath, newId } from "../app/submissions/submission.js"
import { missingLevels } from "../app/submissions/tables.js"
import { shownRows } from "../app/submissions/tree.js"

const DOSSIER = [
  { kind: "enterprise", id: "e", version: 3, name: "E", facts: { name: "E", staff: 5, address: null }, grade: 2 },
  { kind: "zone", id: "z", version: 1, name: "Z", facts: { name: "Z", floor: "1F" }, grade: 2 },
  { kind: "risk_point", id: "p", version: 1, name: "P", facts: { name: "P", zone_id: "z", kind: "place" } },
  { kind: "risk_event", id: "r", version: 1, name: "R", facts: { name: "R", risk_point_id: "p", inherent: { method: "lec", factors: { L: 1, E: 6 } } } },
  { kind: "measure", id: "m", version: 1, name: "M", facts: { description: "M", event_id: "r" } },
  { kind: "person", id: "h", version: 1, name: "H", facts: { name: "H", duty: "company", zone_id: null } },
]

function rows(changes = []) {
  return rowsOf(DOSSIER, changes, "e")
}

function row(key, changes = []) {
  return rows(changes).find(each => each.key === key)
}

test("the tree goes from the enterprise down to measures, and people come after the zones", () => {
  assert.deepEqual(rows().map(({ key, depth }) => [key, depth]), [
    ["enterprise/e", 0], ["zone/z", 1], ["risk_point/p", 2], ["risk_event/r", 3], ["measure/m", 4], ["person/h", 1],
  ])
  assert.deepEqual(below(rows(), row("zone/z")).map(({ id }) => id), ["p", "r", "m"])
})

test("only facts that differ become a change, and one that is put back is none", () => {
  const first = put([], row("enterprise/e"), { staff: 7, name: "E", address: "" })
  assert.deepEqual(first, [{ kind: "enterprise", op: "put", id: "e", seen: 3, facts: { staff: 7 } }])
  assert.equal(isChanged(row("enterprise/e", first), "staff"), true)
  assert.deepEqual(put(first, row("enterprise/e", first), { staff: 5 }), [])
  const emptied = put([], row("enterprise/e"), { staff: "" })
  assert.deepEqual(emptied[0].facts, { staff: null })
})

test("the order of the keys of an assessment is no difference", () => {
  const same = { factors: { E: 6, L: 1 }, method: "lec" }
  assert.deepEqual(put([], row("risk_event/r"), { inherent: same }), [])
})

test("a new row carries what it belongs to, and drops out with what it belongs to", () => {
  const changes = added(added([], "zone", "z2", row("enterprise/e")), "risk_point", "p2", { kind: "zone", id: "z2" }, { kind: "place" })
  assert.deepEqual(changes[1].facts, { kind: "place", zone_id: "z2" })
  assert.equal(row("risk_point/p2", changes).parent, "zone/z2")
  assert.deepEqual(deleted(changes, rows(changes), row("zone/z2", changes)), [])
})

test("deleting takes along what is below, whatever was changed there, and can be taken back", () => {
  const changed = put([], row("risk_event/r"), { name: "R2" })
  const gone = deleted(changed, rows(changed), row("zone/z", changed))
  assert.deepEqual(gone, [{ kind: "zone", op: "delete", id: "z", seen: 1, facts: {} }])
  assert.deepEqual(rows(gone).map(({ state }) => state), ["same", "deleted", "gone", "gone", "gone", "same"])
  assert.deepEqual(undone(gone, rows(gone), row("zone/z", gone)), [])
})

test("one fact can be put back without the others", () => {
  const changes = put([], row("enterprise/e"), { staff: 7, address: "A" })
  assert.deepEqual(undoneFact(changes, row("enterprise/e", changes), "staff")[0].facts, { address: "A" })
})

test("a row that somebody else has published meanwhile is marked, and gone on with by its new version", () => {
  const changes = [{ kind: "zone", op: "put", id: "z", seen: 0, facts: { floor: "2F" } }]
  assert.equal(row("zone/z", changes).isOutdated, true)
  const [change] = renewed(changes, row("zone/z", changes))
  assert.deepEqual([change.seen, change.facts], [1, { floor: "2F" }])
})

test("writing on in one field is one step back; another field is another", () => {
  let history = begun("")
  for (const text of ["a", "ab", "abc"]) history = done(history, text, "name")
  history = done(history, "abc/1", "floor")
  assert.equal(undo(history).present, "abc")
  assert.equal(undo(undo(history)).present, "")
  assert.equal(undo(undo(undo(history))).present, "")
  assert.equal(redo(undo(history)).present, "abc/1")
  assert.deepEqual(done(undo(history), "new").future, [])
})

const change = facts => ({ kind: "zone", op: "put", id: "z", seen: 1, facts })
const draft = (...changes) => ({ title: "T", reason: null, changes })

test("what two people have changed apart goes together, and only the same fact is asked about", () => {
  const base = draft(change({ floor: "1F" }))
  const mine = draft(change({ floor: "2F", name: "N" }))
  const theirs = { ...draft(change({ floor: "1F", department: "D" })), reason: "why" }
  const apart = merged(base, mine, theirs)
  assert.deepEqual(apart.clashes, [])
  assert.deepEqual(apart.content, { title: "T", reason: "why", changes: [change({ floor: "2F", name: "N", department: "D" })] })
  const both = draft(change({ floor: "3F" }))
  const [clash] = merged(base, mine, both).clashes
  assert.deepEqual([clash.key, clash.fact, clash.mine, clash.theirs], ["zone/z", "floor", "2F", "3F"])
  assert.equal(merged(base, mine, both).content.changes[0].facts.floor, "2F")
  assert.equal(merged(base, mine, both, { [clash.id]: "theirs" }).content.changes[0].facts.floor, "3F")
})

test("a row that one deletes and the other leaves alone is deleted", () => {
  const gone = { kind: "zone", op: "delete", id: "z", seen: 1, facts: {} }
  assert.deepEqual(merged(draft(), draft(gone), draft()).content.changes, [gone])
})

test("faults come to their rows and fields, and of one place the last counts", () => {
  const found = [
    { pointer: "/changes/0/facts/name", reason: "not a text", hint: null, location: null },
    { pointer: "/changes/0/facts/name", reason: "lacking", hint: null, location: null },
    { pointer: "/changes/0/facts/inherent/factors/L", reason: "no score", hint: null, location: null },
    { pointer: "/changes/0", reason: "stale", hint: null, location: null },
    { pointer: "/changes", reason: "not yours", hint: null, location: null },
  ]
  const changes = [change({ name: null, inherent: { factors: { L: 7 } } })]
  const faults = faultsOf(found, changes)
  assert.deepEqual(faults.map(({ key, path, reason }) => [key, path.join("/"), reason]), [
    ["zone/z", "name", "lacking"],
    ["zone/z", "inherent/factors/L", "no score"],
    ["zone/z", "", "stale"],
    [null, "changes", "not yours"],
  ])
  assert.deepEqual(whileWriting(faults, changes).map(({ reason }) => reason), ["no score", "stale"])
})

test("an area is read from lines and from GeoJSON, and written back as lines", () => {
  const { geometry } = readArea("113.3,33.7\n113.301 33.7\n113.301\uff0c33.701\n")
  assert.deepEqual(geometry, { type: "Polygon", coordinates: [[[113.3, 33.7], [113.301, 33.7], [113.301, 33.701], [113.3, 33.7]]] })
  assert.equal(placeText(geometry), "113.3,33.7\n113.301,33.7\n113.301,33.701")
  assert.deepEqual(readArea(JSON.stringify({ type: "Feature", geometry, properties: {} })).geometry, geometry)
  assert.deepEqual(boundsOf([geometry]), [113.3, 33.7, 113.301, 33.701])
})

test("a ring after an empty line is a hole inside the one before, or else another part", () => {
  const square = (x, size) => `${x},${x}\n${x + size},${x}\n${x + size},${x + size}\n${x},${x + size}`
  assert.equal(readArea(`${square(10, 4)}\n\n${square(11, 1)}`).geometry.coordinates.length, 2)
  assert.equal(readArea(`${square(10, 4)}\n\n${square(20, 1)}`).geometry.type, "MultiPolygon")
})

test("what is no place is told with its line", () => {
  assert.deepEqual(readArea("113.3,33.7\nabc").values, { line: 2 })
  assert.equal(readArea("33.7,113.3\n33.8,113.3\n33.8,113.4").fault, "place.orderFault")
  assert.equal(readArea("113.3,33.7\n113.4,33.7").fault, "place.fewCorners")
  assert.equal(readArea('{"type":"Point","coordinates":[1,2]}').fault, "place.typeFault")
  assert.equal(readArea("{").fault, "place.jsonFault")
  assert.equal(readPoint("113.3").fault, "place.pointFault")
  assert.deepEqual(readPoint("").geometry, null)
})

test("areas are those of the ellipsoid", () => {
  const { geometry } = readArea("113.3,33.7\n113.301,33.7\n113.301,33.701\n113.3,33.701")
  // By geodesics on CGCS2000, as the server measures.
  assert.ok(Math.abs(areaOf(geometry) - 10282.864599883556) < 0.01, String(areaOf(geometry)))
})

test("the tree is folded but for the way to what is open; a search shows what it finds with its way", () => {
  const shown = options => shownRows(rows(), { folded: new Map(), open: "", words: "", onlyChanged: false, ...options }).map(({ row }) => row.id)
  assert.deepEqual(shown({}), ["e", "z", "h"])
  assert.deepEqual(shown({ open: "risk_event/r" }), ["e", "z", "p", "r", "h"])
  assert.deepEqual(shown({ folded: new Map([["enterprise/e", true]]) }), ["e"])
  assert.deepEqual(shown({ words: "m" }), ["e", "z", "p", "r", "m"])
  assert.deepEqual(shown({ onlyChanged: true }), [])
})

test("the levels that a grade asks for and nobody has are named", () => {
  const level = (set, code, least_grade) => ({ set, code, position: 1, zh: code, en: code, least_grade })
  const tables = { control_levels: [level("plant", "company", 1), level("plant", "team", 4), level("small", "head", 3)], sets_by_sector: {}, small_scales: ["micro"] }
  const codes = (enterprise, grade, duties) => missingLevels(tables, enterprise, grade, duties).map(({ code }) => code)
  assert.deepEqual(codes({ scale: "large" }, 1, ["company"]), ["team"])
  assert.deepEqual(codes({ scale: "large" }, 3, []), ["team"])
  assert.deepEqual(codes({ scale: "micro" }, 3, []), ["head"])
  assert.deepEqual(codes({}, null, []), [])
})

test("days of waiting, days that are past, paths and identifiers", () => {
  const now = Date.parse("2026-11-26T20:00:00Z")
  assert.equal(daysSince("2026-11-23T19:00:00Z", now), 3)
  assert.equal(isOverdue("2026-11-26", now), true, "it is the 27th in the district")
  assert.equal(isOverdue("2026-11-27", now), false)
  assert.equal(isOverdue(null, now), false)
  assert.equal(listPath("/x", { q: "", own: true, lowering: false, page: undefined }), "/x?own=true")
  assert.match(newId(), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
})

function shelfOf() {
  const kept = new Map()
  return { kept, getItem: key => kept.get(key) ?? null, setItem: (key, text) => kept.set(key, text), removeItem: key => kept.delete(key) }
}

function saving(send, shelf = shelfOf()) {
  const states = []
  const autosave = new Autosave({ key: "k", content: draft(), version: 1, shelf, send, restMs: 1, onChange: () => states.push(autosave?.state) })
  return { autosave, states, shelf }
}

test("what is written is kept here at once, sent when the writing rests, and then no longer needed here", async () => {
  const sent = []
  const { autosave, shelf } = saving(async (content, version) => (sent.push([content.title, version]), { version: version + 1 }))
  autosave.write({ ...draft(), title: "A" })
  assert.equal(autosave.copy.content.title, "A")
  await autosave.flush()
  assert.deepEqual([sent, autosave.state, autosave.version, shelf.kept.size], [[["A", 1]], "saved", 2, 0])
})

test("what the network refuses stays on this machine and is sent again", async () => {
  let isUp = false
  const { autosave } = saving(async (_, version) => {
    if (!isUp) throw new Problem({ status: 0, code: "unreachable" })
    return { version: version + 1 }
  })
  autosave.write({ ...draft(), title: "A" })
  assert.equal(await autosave.flush(), false)
  assert.deepEqual([autosave.state, autosave.copy.content.title, autosave.isUnsent], ["failed", "A", true])
  isUp = true
  assert.equal(await autosave.flush(), true)
  assert.equal(autosave.copy, null)
  autosave.stop()
})

test("after a conflict nothing is sent until somebody has settled it", async () => {
  const versions = []
  const { autosave } = saving(async (_, version) => {
    versions.push(version)
    if (version === 1) throw new Problem({ status: 412, code: "changed_meanwhile" })
    return { version: version + 1 }
  })
  autosave.write({ ...draft(), title: "A" })
  await autosave.flush()
  autosave.write({ ...draft(), title: "AB" })
  assert.equal(await autosave.flush(), false)
  assert.deepEqual([autosave.state, versions, autosave.copy.content.title], ["conflict", [1], "AB"])
  await autosave.settle({ ...draft(), title: "B" }, 4, { ...draft(), title: "AB" })
  assert.deepEqual([autosave.state, versions, autosave.version], ["saved", [1, 4], 5])
})

test("a fault is told with every row on the way to it, and the place inside of its field", () => {
  assert.match(pathOf(rows(), "risk_event/r"), /^\S+\u300cZ\u300d \u203a \S+\u300cP\u300d \u203a \S+\u300cR\u300d$/)
  assert.match(pathOf(rows(), "enterprise/e"), /\u300cE\u300d$/)
  assert.match(labelOf({ kind: "risk_event", path: ["inherent", "factors", "L"] }), / L$/)
  assert.match(labelOf({ kind: "installation", path: ["substances", "2", "quantity"] }), /3/)
})

test("a place that cannot be read is a fault of its row and field", () => {
  const { key, kind, path, reason } = unreadableFault("zone/z/boundary", "why")
  assert.deepEqual([key, kind, path, reason], ["zone/z", "zone", ["boundary"], "why"])
})

test("a new event takes the edition of today, and another row none", () => {
  assert.deepEqual(atFirst("risk_event", { accident_edition: "GB 6441-2025" }), { accident_edition: "GB 6441-2025" })
  assert.deepEqual(atFirst("measure", { accident_edition: "GB 6441-2025" }), {})
})

test("before a publication zones are told that come, go and move, with both outlines", () => {
  const dossier = ["a", "b", "c", "d"].map(id => ({ kind: "zone", id, name: id, grade: 4, facts: { boundary: { type: "Polygon", id } } }))
  const item = (id, patch) => ({ kind: { code: "zone" }, id, name: id, op: "put", seen: 1, facts: {}, ...patch })
  const items = [
    item("a", { op: "delete" }),
    item("b", { facts: { boundary: { type: "Polygon", id: "b2" } } }),
    item("n", { seen: null, facts: { boundary: { type: "Polygon", id: "n" } } }),
    { ...item("r", {}), kind: { code: "risk_event" } },
  ]
  assert.deepEqual(zonesOf(items), { added: ["n"], deleted: ["a"], moved: ["b"], others: 1 })
  const grades = [{ kind: "zone", id: "c", after: 1 }, { kind: "zone", id: "n", after: 2 }]
  const shapes = outlines(items, dossier, { grades }).map(({ role, grade, geometry }) => [role, geometry.id, grade ?? null])
  assert.deepEqual(shapes, [["old", "a", null], ["new", "b2", 4], ["old", "b", null], ["new", "c", 1], ["other", "d", 4], ["new", "n", 2]])
  assert.deepEqual(outlines([], dossier, { grades: [] }), [])
})
