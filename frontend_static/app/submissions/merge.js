/** Two people at one draft: what each has changed since they last agreed, brought together fact by fact. */

import { isSame, keyOf } from "./draft.js"

/** @import {Change, Kind} from "./submission.js" */

/**
 * @typedef {{title: string, reason: string | null, changes: Change[]}} Content What a draft says.
 * @typedef {"mine" | "theirs"} Side
 * @typedef {object} Clash Something that both have changed, and not alike.
 * @property {string} id
 * @property {string} key Key of the row; empty for the draft itself.
 * @property {string} fact `@op` is the row's being put or deleted.
 * @property {unknown} mine Undefined: no change.
 * @property {unknown} theirs
 */

const OP = "@op"
const ITSELF = ""

/**
 * @param {Content} base What both began from.
 * @param {Content} mine
 * @param {Content} theirs
 * @param {Readonly<Record<string, Side>>} [chosen] By the id of a clash; mine where nothing was chosen.
 * @returns {{content: Content, clashes: Clash[]}}
 */
export function merged(base, mine, theirs, chosen = {}) {
  const sides = [base, mine, theirs].map(flattened)
  const ids = [...new Set(sides.flatMap(side => [...side.keys()]))]
  /** @type {Clash[]} */
  const clashes = []
  /** @type {Map<string, unknown>} */
  const values = new Map()
  for (const id of ids) {
    const [was, my, their] = sides.map(side => side.get(id))
    const isMine = !isSame(was, my)
    const isTheirs = !isSame(was, their)
    const isClash = isMine && isTheirs && !isSame(my, their)
    if (isClash) clashes.push({ id, ...partsOf(id), mine: my, theirs: their })
    const value = isClash ? (chosen[id] === "theirs" ? their : my) : isMine ? my : their
    if (value !== undefined) values.set(id, value)
  }
  return { content: contentOf(values, [theirs, mine]), clashes }
}

/** @param {Content} content */
function flattened({ title, reason, changes }) {
  /** @type {Map<string, unknown>} */
  const facts = new Map([["|title", title], ["|reason", reason ?? undefined]])
  for (const { kind, id, op, facts: said } of changes) {
    const key = keyOf(kind, id)
    facts.set(`${key}|${OP}`, op)
    for (const [name, value] of Object.entries(said)) facts.set(`${key}|${name}`, value)
  }
  return facts
}

/** @param {string} id */
function partsOf(id) {
  const place = id.lastIndexOf("|")
  return { key: id.slice(0, place), fact: id.slice(place + 1) }
}

/**
 * @param {ReadonlyMap<string, unknown>} values
 * @param {readonly Content[]} sources Where the order of the changes and the versions seen are taken from; the last wins.
 * @returns {Content}
 */
function contentOf(values, sources) {
  const seen = new Map(sources.flatMap(({ changes }) => changes.map(({ kind, id, seen }) => [keyOf(kind, id), seen])))
  /** @type {Map<string, Change>} */
  const changes = new Map()
  for (const [id, value] of values) {
    const { key, fact } = partsOf(id)
    if (key === ITSELF) continue
    const [kind, rowId] = key.split("/")
    const change = changes.get(key) ?? { kind: /** @type {Kind} */ (kind), op: "put", id: rowId, seen: seen.get(key) ?? null, facts: {} }
    if (fact === OP) change.op = /** @type {"put" | "delete"} */ (value)
    else change.facts[fact] = value
    changes.set(key, change)
  }
  const put = [...changes.values()].filter(({ op, seen, facts }) => op === "delete" || seen === null || Object.keys(facts).length > 0)
  return {
    title: String(values.get("|title") ?? ""),
    reason: /** @type {string | null} */ (values.get("|reason") ?? null),
    changes: put.map(change => (change.op === "delete" ? { ...change, facts: {} } : change)),
  }
}
