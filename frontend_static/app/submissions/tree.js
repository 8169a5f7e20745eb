/** Which rows of a tree are shown: what is folded, what was searched for, and what leads there. */

/** @import {Row} from "./draft.js" */

/** Folded until somebody unfolds them: an enterprise has tens of them. @type {readonly string[]} */
const FOLDED_AT_FIRST = ["zone", "risk_point", "risk_event"]

/**
 * @param {readonly Row[]} rows In the order of the tree.
 * @param {object} wanted
 * @param {ReadonlyMap<string, boolean>} wanted.folded By hand.
 * @param {string} wanted.open Key of the row that is open: what leads to it is unfolded.
 * @param {string} wanted.words
 * @param {boolean} wanted.onlyChanged
 * @returns {{row: Row, isFolded: boolean | null}[]} `isFolded` is null where there is nothing below.
 */
export function shownRows(rows, { folded, open, words, onlyChanged }) {
  const narrowed = words.trim() !== "" || onlyChanged
  const kept = narrowed ? leadingTo(rows, row => isWanted(row, words.trim().toLowerCase(), onlyChanged)) : null
  const onWay = leadingTo(rows, row => row.key === open)
  /** @type {{row: Row, isFolded: boolean | null}[]} */
  const shown = []
  let hiddenBelow = Infinity
  rows.forEach((row, place) => {
    if (row.depth > hiddenBelow) return
    hiddenBelow = Infinity
    if (kept && !kept.has(row.key)) return
    const hasChildren = (rows[place + 1]?.depth ?? 0) > row.depth
    const leadsOn = onWay.has(row.key) && row.key !== open
    const isFolded = narrowed ? false : (folded.get(row.key) ?? (FOLDED_AT_FIRST.includes(row.kind) && !leadsOn))
    if (hasChildren && isFolded) hiddenBelow = row.depth
    shown.push({ row, isFolded: hasChildren ? isFolded : null })
  })
  return shown
}

/**
 * @param {Row} row
 * @param {string} words
 * @param {boolean} onlyChanged
 */
function isWanted(row, words, onlyChanged) {
  return (!onlyChanged || row.state !== "same") && row.name.toLowerCase().includes(words)
}

/**
 * The rows that are wanted, and those above them.
 * @param {readonly Row[]} rows
 * @param {(row: Row) => boolean} isWanted
 */
function leadingTo(rows, isWanted) {
  /** @type {Set<string>} */
  const keys = new Set()
  /** @type {Row[]} */
  const above = []
  for (const row of rows) {
    above.length = Math.min(above.length, row.depth)
    above[row.depth] = row
    if (isWanted(row)) for (const each of above) if (each) keys.add(each.key)
  }
  return keys
}
