/** Submissions as the server tells them, and what is asked of a list of them. */

/** @import {Word} from "../grades/vocabulary.js" */

/**
 * @typedef {"enterprise" | "zone" | "risk_point" | "risk_event" | "measure" | "person" | "installation"} Kind
 * @typedef {Record<string, any>} Facts
 *
 * @typedef {object} Change
 * @property {Kind} kind
 * @property {"put" | "delete"} op
 * @property {string} id
 * @property {number | null} seen The version that its author saw; null for a new row.
 * @property {Facts} facts
 *
 * @typedef {object} DossierRow
 * @property {Kind} kind
 * @property {string} id
 * @property {number} version
 * @property {string} name
 * @property {Facts} facts
 * @property {number | null} grade
 * @property {number | null} residual_grade
 *
 * @typedef {{id: string, name: string}} Named
 *
 * @typedef {object} Brief
 * @property {string} id
 * @property {number} number
 * @property {Named} enterprise
 * @property {boolean} is_new
 * @property {string} title
 * @property {Word} state
 * @property {string} author
 * @property {number} changes
 * @property {number} downgrades
 * @property {string | null} submitted_at
 * @property {string} updated_at
 * @property {string | null} decided_at
 * @property {string | null} decided_by
 * @property {string | null} comment
 * @property {string[]} waits_for
 * @property {string[]} may
 * @property {boolean} is_demo
 * @property {number} version
 *
 * @typedef {{items: Brief[], total: number, page: number, limit: number, states: Record<string, number>}} Submissions
 *
 * @typedef {object} ChangeBeside A change beside what the register says now of the same facts.
 * @property {{code: Kind, zh: string, en: string}} kind
 * @property {"put" | "delete"} op
 * @property {string} id
 * @property {number | null} seen
 * @property {string} name
 * @property {number | null} version
 * @property {Facts} facts
 * @property {Facts | null} present
 *
 * @typedef {object} Downgrade
 * @property {string} id
 * @property {Named | null} zone
 * @property {Word} way
 * @property {number} from_grade
 * @property {number | null} to_grade
 * @property {number | null} lost_m2
 * @property {string | null} reason
 * @property {Word} state
 * @property {string} asked_by
 * @property {string} asked_at
 * @property {string | null} evidence
 * @property {string | null} decided_by
 * @property {string | null} decided_at
 *
 * @typedef {Brief & {reason: string | null, authors: string[], items: ChangeBeside[], lowered: Downgrade[]}} Submission
 *
 * @typedef {{pointer: string, reason: string, hint: string | null, location: [number, number] | null}} Found
 *
 * @typedef {object} GradesOf
 * @property {"enterprise" | "zone"} kind
 * @property {string} id
 * @property {string} name
 * @property {number | null} before
 * @property {number | null} after
 * @property {number | null} residual_before
 * @property {number | null} residual_after
 * @property {boolean} is_new
 * @property {boolean} is_gone
 *
 * @typedef {{zone: Named | null, way: Word, from_grade: number, to_grade: number | null, lost_m2: number | null}} Lowering
 *
 * @typedef {object} Outcome What publishing would do.
 * @property {Found[]} faults
 * @property {Found[]} notices
 * @property {GradesOf[]} grades
 * @property {Lowering[]} lowered
 * @property {boolean} needs_reason
 */

/** How many rows a page of a list has. */
export const LIMIT = 50

/** In the order of a submission's life. */
export const STATES = Object.freeze(["draft", "returned", "submitted", "published", "withdrawn"])

/**
 * The path of a list; filters that say nothing are left out.
 * @param {string} path
 * @param {Record<string, string | number | boolean | undefined>} query
 */
export function listPath(path, query) {
  const said = Object.entries(query).filter(([, value]) => value !== undefined && value !== "" && value !== false)
  return `${path}?${new URLSearchParams(said.map(([name, value]) => [name, String(value)]))}`
}

/**
 * A change as it is sent: without what the register says beside it.
 * @param {ChangeBeside} beside
 * @returns {Change}
 */
export function changeOf({ kind, op, id, seen, facts }) {
  return { kind: kind.code, op, id, seen, facts }
}

/**
 * Whole days that something has waited.
 * @param {string} since ISO 8601.
 * @param {number} now Milliseconds.
 */
export function daysSince(since, now) {
  return Math.max(0, Math.floor((now - Date.parse(since)) / 86_400_000))
}

/**
 * An identifier for a new row. `crypto.randomUUID` is only there over HTTPS, and offices work without, too.
 * @returns {string}
 */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  bytes[6] = (bytes[6] & 0x0f) | 0x40
  bytes[8] = (bytes[8] & 0x3f) | 0x80
  const digits = [...bytes].map(byte => byte.toString(16).padStart(2, "0")).join("")
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-")
}
