/** What the server found wrong, sorted by the fields of a form. */

/** @import {Fault} from "../api/problem.js" */

/**
 * The first fault of each field. A pointer names it by its path: "/system/username" is the field `system.username`.
 * @param {Fault[]} errors
 * @returns {Record<string, string>}
 */
export function faultsByField(errors) {
  /** @type {Record<string, string>} */
  const faults = {}
  for (const { pointer, reason } of errors) {
    faults[pointer.replace(/^\//, "").replaceAll("/", ".")] ??= reason
  }
  return faults
}
