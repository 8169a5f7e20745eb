/** What differs between two moments: its shape, and the order of its kinds. */

/** @import {Comparison} from "./comparison.js" */
/** @import {Bounds, FeatureLayer} from "../shell/state.js" */

/** The kinds in the order in which somebody asks after them, each with the sign that stands for it in list and map. */
export const SIGNS = Object.freeze({
  new_red: "!",
  raised: "▲",
  lowered: "▼",
  moved: "↔",
  appeared: "＋",
  gone: "×",
  changed: "≠",
})

/** @typedef {keyof typeof SIGNS} ChangeKind */

export const KINDS = /** @type {readonly ChangeKind[]} */ (Object.freeze(Object.keys(SIGNS)))

/** The grade whose coming is asked after first. */
const RED = 1

/**
 * @typedef {object} Change One row that differs, as the server tells it; `layer` is ours.
 * @property {FeatureLayer} layer
 * @property {string} id
 * @property {number} number
 * @property {string} name
 * @property {ChangeKind[]} kinds
 * @property {number | null} grade_before
 * @property {number | null} grade_after
 * @property {{field: string, before: unknown, after: unknown}[]} fields
 * @property {number | null} lon Of the later moment; of the earlier one where it is gone.
 * @property {number | null} lat
 * @property {Bounds | null} bounds
 *
 * @typedef {Record<ChangeKind, number>} ChangeCounts
 *
 * @typedef {object} Changes State of the one comparison that the page shows.
 * @property {Comparison} comparison
 * @property {"loading" | "ready" | "failed"} status
 * @property {readonly Change[]} items
 * @property {ChangeCounts} counts Of all rows, also of those that are not among the items.
 * @property {readonly FeatureLayer[]} layers Those in which anything differs.
 * @property {number} total Rows that differ.
 * @property {unknown} problem
 */

/** Facts that have a name of their own; the grade is told beside, and the rest is where a row came from. */
const NAMED = ["name", "residual_grade", "sector", "township", "status", "credit_code", "address", "kind", "floor", "enterprise", "headcount", "class", "half_width_m"]

/**
 * Which facts differ, in words, each once.
 * @param {readonly string[]} fields
 * @param {"zh" | "en"} language
 * @param {(key: string) => string} text
 */
export function fieldNames(fields, language, text) {
  const keys = fields.filter(field => field !== "grade" && field !== "enterprise_id").map(field => (NAMED.includes(field) ? field : "origin"))
  return [...new Set(keys)].map(key => text(`changes.field.${key}`)).join(language === "zh" ? "\u3001" : ", ")
}

/** @returns {ChangeCounts} */
export function noCounts() {
  return /** @type {ChangeCounts} */ (Object.fromEntries(KINDS.map(kind => [kind, 0])))
}

/**
 * All kinds of a change, in our order: the server counts what has become red, and marks it by its grades alone.
 * @param {Pick<Change, "kinds" | "grade_before" | "grade_after">} change
 * @returns {ChangeKind[]}
 */
export function kindsOf({ kinds, grade_before, grade_after }) {
  const isNewRed = grade_after === RED && grade_before !== RED
  return KINDS.filter(kind => (kind === "new_red" ? isNewRed : kinds.includes(kind)))
}

/**
 * @typedef {{kind: ChangeKind, change: Change}} Shown A change under the first of its kinds that is switched on.
 *
 * @param {Changes | null} changes
 * @param {readonly string[]} hidden
 * @returns {Shown[]} In the order of the kinds.
 */
export function shownChanges(changes, hidden) {
  const shown = (changes?.items ?? []).flatMap(change => {
    const kind = kindsOf(change).find(each => !hidden.includes(each))
    return kind ? [{ kind, change }] : []
  })
  return shown.sort((a, b) => KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind))
}
