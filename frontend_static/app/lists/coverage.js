/** How far the register covers the roster: the numbers of the server, the rows that somebody wants to see, and the entries behind each. */

/** @import {Word} from "../grades/vocabulary.js" */
/** @import {Filters} from "../work/address.js" */

/**
 * @typedef {{part: number, whole: number, percent: number | null}} Share
 *
 * @typedef {object} CoverageRow
 * @property {Word | null} township
 * @property {Word | null} sector
 * @property {number} due
 * @property {number} registered
 * @property {number} elsewhere Of the registered ones, those that are not the reader's to see.
 * @property {number} mapped
 * @property {number} graded
 * @property {number} unplaced
 * @property {number} unassessed
 * @property {number} beyond_roster
 * @property {Share} registered_share
 * @property {Share} mapped_share
 * @property {Share} graded_share
 * @property {number} overdue_enterprises
 * @property {number} overdue_zones
 * @property {number} overdue_events
 * @property {string | null} oldest
 * @property {number | null} median_age_days
 *
 * @typedef {{rows: CoverageRow[], townships: CoverageRow[], sectors: CoverageRow[], whole: CoverageRow, as_of: string}} Coverage
 *
 * @typedef {object} RosterItem
 * @property {string} id
 * @property {number} number
 * @property {string} name
 * @property {string | null} credit_code
 * @property {Word | null} township
 * @property {Word | null} sector
 * @property {boolean | null} is_above_scale
 * @property {string | null} due_on
 * @property {boolean} is_matched
 * @property {string | null} enterprise_id
 * @property {string | null} enterprise
 * @property {string} source
 *
 * @typedef {{items: RosterItem[], total: number, page: number, limit: number}} Roster
 *
 * @typedef {"township" | "sector" | "both"} Grouping
 * @typedef {{row: CoverageRow, level: "group" | "part" | "row", place: Place}} Line
 * @typedef {{township?: string, sector?: string}} Place As the filters of the roster name it; "none" where an entry names none.
 */

/** @type {readonly Grouping[]} */
export const GROUPINGS = Object.freeze(["township", "sector", "both"])

/** Which entries can be chosen from. */
export const PARTS = Object.freeze(/** @type {const} */ (["pending", "registered", "mapped", "unplaced", "graded", "unassessed", "due"]))

/** The filters of the roster behind each number. @type {Readonly<Record<typeof PARTS[number], Record<string, string>>>} */
const BEHIND = Object.freeze({
  pending: { unmatched: "true" },
  registered: { unmatched: "false" },
  mapped: { unplaced: "false" },
  unplaced: { unplaced: "true" },
  graded: { ungraded: "false" },
  unassessed: { unassessed: "true" },
  due: {},
})

export const ROSTER_LIMIT = 50

/** @param {Filters} address @returns {Grouping} */
export function groupingOf({ by }) {
  return GROUPINGS.find(each => each === by) ?? GROUPINGS[0]
}

/** @param {Filters} address */
export function partOf({ part }) {
  return PARTS.find(each => each === part) ?? PARTS[0]
}

/**
 * The lines of the table; by both, the sectors stand under their township.
 * @param {Coverage} coverage
 * @param {Grouping} grouping
 * @returns {Line[]}
 */
export function linesOf({ rows, townships, sectors }, grouping) {
  if (grouping === "sector") return sectors.map(row => ({ row, level: "row", place: { sector: codeOf(row.sector) } }))
  if (grouping === "township") return townships.map(row => ({ row, level: "row", place: { township: codeOf(row.township) } }))
  return townships.flatMap(whole => {
    const township = codeOf(whole.township)
    const parts = rows.filter(row => codeOf(row.township) === township)
    return [
      { row: whole, level: /** @type {const} */ ("group"), place: { township } },
      ...parts.map(row => ({ row, level: /** @type {const} */ ("part"), place: { township, sector: codeOf(row.sector) } })),
    ]
  })
}

/** @param {Word | null} word */
function codeOf(word) {
  return word?.code ?? "none"
}

/** Entries that no site answers. @param {CoverageRow} row */
export function pendingOf({ due, registered }) {
  return due - registered
}

/** @param {Filters} address */
export function rosterPath(address) {
  const { township, sector, words, page } = address
  const asked = Object.entries({ township, sector, q: words, ...BEHIND[partOf(address)] }).filter(([, value]) => value)
  return `/api/v1/roster?${new URLSearchParams([...asked.map(([name, value]) => [name, String(value)]), ["page", page || "1"], ["limit", String(ROSTER_LIMIT)]])}`
}

/**
 * Whether a list of the register can be narrowed to a place: there is no filter for what has no code.
 * @param {Place} place
 */
export function isNamed({ township, sector }) {
  return township !== "none" && sector !== "none"
}
