/** Where a fault is, in words: every row on the way from the enterprise down, and the field. */

import { text } from "../shell/page_store.js"
import { fieldOf } from "./fields.js"

/** @import {Row} from "./draft.js" */
/** @import {Fault} from "./faults.js" */

/**
 * The rows above one and the row itself, each with its kind. The enterprise is the page's own and is left out.
 * @param {readonly Row[]} rows
 * @param {string} key
 */
export function pathOf(rows, key) {
  const byKey = new Map(rows.map(row => [row.key, row]))
  /** @type {Row[]} */
  const path = []
  for (let row = byKey.get(key); row && !path.includes(row); row = byKey.get(row.parent ?? "")) path.unshift(row)
  const told = path.length > 1 ? path.filter(({ kind }) => kind !== "enterprise") : path
  return told.map(({ kind, name }) => text("fault.row", { kind: text(`kind.${kind}`), name: name || text("fault.unnamed") })).join(" \u203a ")
}

/**
 * The field, and inside of it the factor or the place in a list.
 * @param {Fault} fault
 */
export function labelOf({ kind, path }) {
  const field = kind && fieldOf(kind, path[0])
  if (!field) return ""
  const inner = path.slice(1).map(part => (/^\d+$/.test(part) ? text("fault.place", { place: Number(part) + 1 }) : /^[A-Z]$/.test(part) ? part : ""))
  return [text(field.label), ...inner].filter(Boolean).join(" ")
}
