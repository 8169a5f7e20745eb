/** Which columns of a list are shown, and in which order; what was chosen stays in this browser. */

/** @import {Column, ListCode} from "./query.js" */

/** @typedef {Pick<Storage, "getItem" | "setItem" | "removeItem">} Shelf */

/** What a row is and how bad it is stands first; the server's order follows. @type {Readonly<Record<ListCode, readonly string[]>>} */
const FIRST = Object.freeze({
  zones: ["name", "grade", "residual_grade", "enterprise"],
  events: ["name", "grade", "residual_grade", "enterprise", "zone"],
  enterprises: ["name", "grade", "residual_grade"],
})

/** What is shown until somebody chooses: what an office looks at every day. @type {Readonly<Record<ListCode, readonly string[]>>} */
const AT_FIRST = Object.freeze({
  zones: ["name", "grade", "residual_grade", "enterprise", "kind", "events", "township", "sector", "review_due", "updated_at"],
  events: ["name", "grade", "residual_grade", "enterprise", "zone", "accident_type", "value", "control_level", "person", "review_due"],
  enterprises: ["name", "grade", "residual_grade", "township", "sector", "status", "zones", "events", "is_placed", "review_due"],
})

/**
 * All columns of a list as they stand beside each other.
 * @param {ListCode} list
 * @param {readonly Column[]} columns
 */
export function inOrder(list, columns) {
  const first = FIRST[list].flatMap(code => columns.filter(column => column.code === code))
  return [...first, ...columns.filter(column => !first.includes(column))]
}

/**
 * The columns that are shown; a row's name always is.
 * @param {ListCode} list
 * @param {readonly Column[]} columns
 * @param {readonly string[]} chosen
 */
export function shown(list, columns, chosen) {
  const [name, ...others] = inOrder(list, columns)
  return [name, ...others.filter(({ code }) => chosen.includes(code))].filter(Boolean)
}

/**
 * @param {ListCode} list
 * @param {Shelf | null} shelf
 * @returns {readonly string[]}
 */
export function chosenColumns(list, shelf) {
  try {
    const kept = JSON.parse(shelf?.getItem(key(list)) ?? "null")
    if (Array.isArray(kept) && kept.every(code => typeof code === "string")) return kept
  } catch {
    // Something else stands there, or the browser keeps nothing for us.
  }
  return AT_FIRST[list]
}

/**
 * @param {ListCode} list
 * @param {readonly string[] | null} chosen Null forgets what was chosen.
 * @param {Shelf | null} shelf
 */
export function keepColumns(list, chosen, shelf) {
  try {
    if (chosen) shelf?.setItem(key(list), JSON.stringify(chosen))
    else shelf?.removeItem(key(list))
  } catch {
    // They are forgotten with the page, which is all that can be done.
  }
}

/** @returns {Shelf | null} */
export function browserShelf() {
  try {
    return localStorage
  } catch {
    return null
  }
}

/** @param {ListCode} list */
function key(list) {
  return `riskmap.columns.${list}`
}
