/** A draft as pure functions: the rows of a dossier with the changes on top, and each edit as a new list of changes. */

/** @import {Change, DossierRow, Facts, Kind} from "./submission.js" */

/**
 * @typedef {"same" | "new" | "changed" | "deleted" | "gone"} RowState `gone`: what it belongs to is deleted.
 *
 * @typedef {object} Row A row as the draft makes it.
 * @property {string} key
 * @property {Kind} kind
 * @property {string} id
 * @property {string | null} parent Key of the row that it belongs to.
 * @property {number} depth
 * @property {string} name
 * @property {Facts} facts
 * @property {DossierRow | null} base Null for a new row.
 * @property {Change | null} change
 * @property {RowState} state
 * @property {boolean} isOutdated Somebody else has changed it since the change was begun.
 */

/** What can be added below a row of each kind, in the order of the tree. @type {Readonly<Record<Kind, readonly Kind[]>>} */
export const CHILDREN = Object.freeze({
  enterprise: ["zone", "installation", "person"],
  zone: ["risk_point", "person"],
  risk_point: ["risk_event"],
  risk_event: ["measure"],
  measure: [],
  person: [],
  installation: [],
})

/** The fact that names what a row belongs to. @type {Readonly<Partial<Record<Kind, {fact: string, kind: Kind}>>>} */
export const PARENTS = Object.freeze({
  risk_point: { fact: "zone_id", kind: "zone" },
  risk_event: { fact: "risk_point_id", kind: "risk_point" },
  measure: { fact: "event_id", kind: "risk_event" },
  person: { fact: "zone_id", kind: "zone" },
})

/**
 * @param {Kind} kind
 * @param {string} id
 */
export function keyOf(kind, id) {
  return `${kind}/${id}`
}

/**
 * Every row of the dossier and of the draft, in the order of the tree: parents before what belongs to them.
 * @param {readonly DossierRow[]} dossier
 * @param {readonly Change[]} changes
 * @param {string} enterpriseId
 * @returns {Row[]}
 */
export function rowsOf(dossier, changes, enterpriseId) {
  const changed = new Map(changes.map(change => [keyOf(change.kind, change.id), change]))
  const known = new Set(dossier.map(({ kind, id }) => keyOf(kind, id)))
  const rows = [
    ...dossier.map(base => rowOf(base, changed.get(keyOf(base.kind, base.id)) ?? null, enterpriseId)),
    ...changes.filter(({ kind, id, op }) => op === "put" && !known.has(keyOf(kind, id))).map(change => rowOf(null, change, enterpriseId)),
  ]
  return inTreeOrder(rows)
}

/**
 * @param {DossierRow | null} base
 * @param {Change | null} change
 * @param {string} enterpriseId
 * @returns {Row}
 */
function rowOf(base, change, enterpriseId) {
  const { kind, id } = /** @type {DossierRow | Change} */ (base ?? change)
  const facts = { ...base?.facts, ...(change?.op === "put" ? change.facts : {}) }
  const above = PARENTS[kind]
  const parentId = above && facts[above.fact]
  const enterprise = kind === "enterprise" ? null : keyOf("enterprise", enterpriseId)
  return {
    key: keyOf(kind, id),
    kind,
    id,
    parent: above && parentId ? keyOf(above.kind, parentId) : enterprise,
    depth: 0,
    name: String(facts.name ?? facts.description ?? ""),
    facts,
    base,
    change,
    state: !base ? "new" : !change ? "same" : change.op === "delete" ? "deleted" : "changed",
    isOutdated: Boolean(base && change && change.seen !== base.version),
  }
}

/**
 * @param {Row[]} rows
 * @returns {Row[]}
 */
function inTreeOrder(rows) {
  /** @type {Map<string | null, Row[]>} */
  const below = new Map()
  const keys = new Set(rows.map(({ key }) => key))
  for (const row of rows) {
    // What names a parent that is not there any more stands beside the enterprise, so that it can be put right.
    const parent = row.parent !== null && keys.has(row.parent) ? row.parent : row.kind === "enterprise" ? null : (rows.find(({ kind }) => kind === "enterprise")?.key ?? null)
    below.set(parent, [...(below.get(parent) ?? []), row])
  }
  /** @type {Row[]} */
  const ordered = []
  const visit = (/** @type {Row} */ row, /** @type {number} */ depth, /** @type {boolean} */ isGone) => {
    const state = isGone && row.state !== "deleted" ? "gone" : row.state
    ordered.push({ ...row, depth, state })
    const rank = (/** @type {Row} */ each) => CHILDREN[row.kind].indexOf(each.kind)
    const children = [...(below.get(row.key) ?? [])].sort((one, other) => rank(one) - rank(other))
    for (const child of children) visit(child, depth + 1, state === "deleted" || state === "gone")
  }
  for (const row of below.get(null) ?? []) visit(row, 0, false)
  return ordered
}

/**
 * The rows below one, at whatever depth.
 * @param {readonly Row[]} rows
 * @param {Row} row
 */
export function below(rows, row) {
  const start = rows.findIndex(({ key }) => key === row.key)
  const end = rows.findIndex(({ depth }, place) => place > start && depth <= row.depth)
  return rows.slice(start + 1, end < 0 ? undefined : end)
}

/**
 * Write facts of a row. What then equals the register is no change, and a row without changed facts is none either.
 * @param {readonly Change[]} changes
 * @param {Row} row
 * @param {Facts} facts
 * @returns {Change[]}
 */
export function put(changes, row, facts) {
  const present = row.change?.op === "put" ? row.change.facts : {}
  const wanted = Object.entries({ ...present, ...facts }).map(([name, value]) => /** @type {[string, unknown]} */ ([name, emptied(value)]))
  const differing = wanted.filter(([name, value]) => (row.base ? !isSame(value, emptied(row.base.facts[name])) : value !== null))
  const change = {
    kind: row.kind,
    op: /** @type {const} */ ("put"),
    id: row.id,
    seen: row.base ? (row.change?.seen ?? row.base.version) : null,
    facts: Object.fromEntries(differing),
  }
  const isChanged = !row.base || differing.length > 0
  return replaced(changes, row, isChanged ? change : null)
}

/**
 * A new row below another.
 * @param {readonly Change[]} changes
 * @param {Kind} kind
 * @param {string} id
 * @param {Row | null} parent
 * @param {Facts} [facts]
 * @returns {Change[]}
 */
export function added(changes, kind, id, parent, facts = {}) {
  const above = PARENTS[kind]
  const belonging = above && parent?.kind === above.kind ? { [above.fact]: parent.id } : {}
  return [...changes, { kind, op: "put", id, seen: null, facts: { ...facts, ...belonging } }]
}

/**
 * A copy of a row, as a new one beside it.
 * @param {readonly Change[]} changes
 * @param {Row} row
 * @param {string} id
 */
export function copied(changes, row, id) {
  const facts = Object.fromEntries(Object.entries(row.facts).filter(([name, value]) => value !== null && name !== "code"))
  return [...changes, { kind: row.kind, op: /** @type {const} */ ("put"), id, seen: null, facts }]
}

/**
 * Delete a row with everything below it; a new one is simply dropped.
 * @param {readonly Change[]} changes
 * @param {readonly Row[]} rows
 * @param {Row} row
 * @returns {Change[]}
 */
export function deleted(changes, rows, row) {
  const gone = new Set([row, ...below(rows, row)].map(({ key }) => key))
  const kept = changes.filter(({ kind, id }) => !gone.has(keyOf(kind, id)))
  if (!row.base) return kept
  return [...kept, { kind: row.kind, op: "delete", id: row.id, seen: row.base.version, facts: {} }]
}

/**
 * Take back what was done to a row: changed, deleted, or made.
 * @param {readonly Change[]} changes
 * @param {readonly Row[]} rows
 * @param {Row} row
 * @returns {Change[]}
 */
export function undone(changes, rows, row) {
  return row.base ? replaced(changes, row, null) : deleted(changes, rows, row)
}

/**
 * Take back one fact.
 * @param {readonly Change[]} changes
 * @param {Row} row
 * @param {string} fact
 * @returns {Change[]}
 */
export function undoneFact(changes, row, fact) {
  return put(changes, row, { [fact]: row.base ? row.base.facts[fact] : null })
}

/**
 * Go on from the row as it is now, after somebody else has changed it.
 * @param {readonly Change[]} changes
 * @param {Row} row
 * @returns {Change[]}
 */
export function renewed(changes, row) {
  const { base, change } = row
  if (!base || !change) return [...changes]
  if (change.op === "delete") return replaced(changes, row, { ...change, seen: base.version })
  return put(changes, { ...row, change: { ...change, seen: base.version } }, {})
}

/**
 * Whether a fact of a row differs from the register.
 * @param {Row} row
 * @param {string} fact
 */
export function isChanged(row, fact) {
  return Boolean(row.base) && row.change?.op === "put" && fact in row.change.facts
}

/**
 * @param {readonly Change[]} changes
 * @param {Row} row
 * @param {Change | null} change Null takes it out.
 * @returns {Change[]}
 */
function replaced(changes, row, change) {
  const isOfRow = (/** @type {Change} */ { kind, id }) => kind === row.kind && id === row.id
  if (!change) return changes.filter(each => !isOfRow(each))
  return changes.some(isOfRow) ? changes.map(each => (isOfRow(each) ? change : each)) : [...changes, change]
}

/** @param {unknown} value */
function emptied(value) {
  if (value === undefined || value === "") return null
  return Array.isArray(value) && value.length === 0 ? null : value
}

/**
 * @param {unknown} one
 * @param {unknown} other
 * @returns {boolean}
 */
export function isSame(one, other) {
  return JSON.stringify(sorted(one)) === JSON.stringify(sorted(other))
}

/**
 * @param {any} value
 * @returns {any}
 */
function sorted(value) {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== "object" || value === null) return value ?? null
  return Object.fromEntries(Object.keys(value).sort().map(name => [name, sorted(value[name])]))
}
