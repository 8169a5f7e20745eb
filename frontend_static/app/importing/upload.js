/** An upload as the server tells it, and what follows from it without asking. */

/** @typedef {"working" | "previewed" | "refused" | "committing" | "committed"} State */
/** @typedef {{row: number, sheet: string | null, column: string | null, field: string | null, value: string | null, reason: string, hint: string | null, code: string}} Finding */
/** @typedef {{field: string | null, value: string | null, reason: string, hint: string | null, code: string, rows: number}} Cause */
/** @typedef {{field: string, old: string, new: string}} Change */
/** @typedef {{source_id: string, name: string, changes: Change[]}} Example */
/** @typedef {{kind: string, label: string, new: number, changed: number, unchanged: number, gone: number, changed_fields: {field: string, rows: number}[], examples: Example[], farthest_move_m: number | null}} Part */
/** @typedef {{rows: number, quarantined: number, source: string, sheet: string | null, columns: string[], mapped: Record<string, string>, id_column: string | null, main: Part | null, parts: Part[], causes: Cause[], findings: Finding[], findings_total: number, notices: string[], outcome: string[]}} Report */
/** @typedef {{columns?: Record<string, string>, constants?: Record<string, string>, layer?: string, source?: string, datum?: string, encoding?: string, id_column?: string, lon?: string, lat?: string, partial: boolean}} Reading */
/** @typedef {{id: string, number: number, kind: string, kind_label: string, file_name: string, size_bytes: number, state: State, author: string, new: number | null, changed: number | null, unchanged: number | null, quarantined: number | null, created_at: string, updated_at: string}} Brief */
/** @typedef {Brief & {file_sha256: string, reading: Reading, phase: string | null, is_own: boolean, has_rejected: boolean, is_writable: boolean, report: Report | null, problem: {code: string, detail: string, fields: string[]} | null, version: number}} Upload */
/** @typedef {{name: string, label: string, is_required: boolean, headings: string[]}} Field */
/** @typedef {{name: string, label: string, has_place: boolean, has_official_code: boolean, fields: Field[]}} Kind */
/** @typedef {{kinds: Kind[], datums: string[], files: Record<string, number>}} Kinds */
/** @typedef {{name: string, kind: string}} Mapping */

/** How a row is known that has no number of its own. */
export const BY_CONTENT = "@content"

/** @param {{state: State}} upload Whether somebody works on it now. */
export function isBusy({ state }) {
  return state === "working" || state === "committing"
}

/**
 * The findings in which all words stand, wherever in the line.
 * @param {readonly Finding[]} findings
 * @param {string} words
 */
export function findingsWith(findings, words) {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean)
  if (wanted.length === 0) return [...findings]
  return findings.filter(({ row, column, field, value, reason, hint }) => {
    const line = [row, column, field, value, reason, hint].join(" ").toLowerCase()
    return wanted.every(word => line.includes(word))
  })
}

/**
 * What is wrong with a file before it is sent; null when nothing is.
 * @param {{name: string, size: number}} file
 * @param {Record<string, number>} limits By the ending of its name, bytes.
 * @returns {{key: string, values: Record<string, string | number>} | null}
 */
export function faultOf({ name, size }, limits) {
  const ending = /\.[^.]+$/.exec(name.toLowerCase())?.[0] ?? ""
  if (!(ending in limits)) return { key: "import.fileUnknown", values: { name, known: Object.keys(limits).join(" ") } }
  if (size > limits[ending]) return { key: "import.fileTooLarge", values: { name, limit: Math.floor(limits[ending] / 1_000_000) } }
  return size === 0 ? { key: "import.fileEmpty", values: { name } } : null
}

/**
 * How the file is to be read as the form says it; what is empty is left to be found by its name.
 * @param {FormData} form
 * @param {Kind} kind
 * @param {Reading} kept What the form does not show stays as it is.
 */
export function readingOf(form, kind, { constants = {}, partial, encoding }) {
  const said = (/** @type {string} */ name) => String(form.get(name) ?? "").trim() || null
  const columns = Object.fromEntries(kind.fields.map(({ name }) => [name, said(`column-${name}`)]).filter(([, column]) => column))
  return {
    sheet: said("sheet"),
    source: said("source"),
    datum: said("datum"),
    lon: said("lon"),
    lat: said("lat"),
    encoding: encoding ?? null,
    id_column: kind.has_official_code ? null : said("id_column"),
    columns,
    constants,
    partial,
  }
}
