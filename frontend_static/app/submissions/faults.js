/** What a check has found, brought to the rows and fields that it is about. */

import { keyOf } from "./draft.js"

/** @import {Change, Found, Kind} from "./submission.js" */

/**
 * @typedef {object} Fault
 * @property {string | null} key Key of the row; null where it is about the draft as a whole.
 * @property {Kind | null} kind
 * @property {readonly string[]} path Into the facts: `["inherent", "factors", "L"]`; empty for the row as a whole.
 * @property {string} reason
 * @property {string | null} hint
 * @property {[number, number] | null} location
 */

/**
 * @param {readonly Found[]} found
 * @param {readonly Change[]} changes Those that were checked.
 * @returns {Fault[]}
 */
export function faultsOf(found, changes) {
  // Of one place the last counts: that something is lacking is told after what an empty value is not.
  const last = new Map(found.map(each => [each.pointer, each]))
  return [...last.values()].map(each => faultOf(each, changes))
}

/**
 * @param {Found} found
 * @param {readonly Change[]} changes
 * @returns {Fault}
 */
function faultOf({ pointer, reason, hint, location }, changes) {
  const [, first, place, facts, ...path] = pointer.split("/")
  const change = first === "changes" && place !== undefined ? changes[Number(place)] : undefined
  return {
    key: change ? keyOf(change.kind, change.id) : null,
    kind: change?.kind ?? null,
    path: change ? (facts === "facts" ? path : []) : [first],
    reason,
    hint,
    location,
  }
}

/**
 * A place that was written and does not read as one.
 * @param {string} at Key of the row and name of the fact, "zone/<id>/boundary".
 * @param {string} reason
 * @returns {Fault}
 */
export function unreadableFault(at, reason) {
  const [kind, id, name] = at.split("/")
  return { key: keyOf(/** @type {Kind} */ (kind), id), kind: /** @type {Kind} */ (kind), path: [name], reason, hint: null, location: null }
}

/**
 * Those that are worth telling while somebody is still writing: not what is simply not there yet.
 * @param {readonly Fault[]} faults
 * @param {readonly Change[]} changes
 */
export function whileWriting(faults, changes) {
  const facts = new Map(changes.map(change => [keyOf(change.kind, change.id), change.facts]))
  return faults.filter(({ key, path }) => {
    if (key === null || path.length === 0) return key !== null
    const value = path.reduce((inner, name) => inner?.[name], /** @type {any} */ (facts.get(key)))
    return value !== undefined && value !== null && value !== ""
  })
}

/**
 * What is wrong at one field, and inside of it.
 * @param {readonly Fault[]} faults
 * @param {string} key
 * @param {string} fact
 */
export function faultsAt(faults, key, fact) {
  return faults.filter(fault => fault.key === key && fault.path[0] === fact)
}
