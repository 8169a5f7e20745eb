/** The tables of words that forms choose from, put together from what the server tells. */

/** @import {Vocabulary, Word} from "../grades/vocabulary.js" */
/** @import {District} from "../jurisdictions/district.js" */

/**
 * @typedef {object} Score
 * @property {number} score
 * @property {string} zh
 * @property {string} en
 *
 * @typedef {object} Scale
 * @property {string} id
 * @property {string} method
 * @property {string} standard
 * @property {string} edition
 * @property {string} zh
 * @property {string} en
 * @property {boolean} verified
 * @property {string} source
 * @property {{key: string, zh: string, en: string, scores: Score[]}[]} factors
 * @property {{grade: number, zh: string, en: string}[]} bands
 *
 * @typedef {object} Clause
 * @property {string} id
 * @property {string} standard
 * @property {string} edition
 * @property {boolean} verified
 * @property {string} source
 * @property {string} number
 * @property {number} grade
 * @property {string} zh
 * @property {string} en
 *
 * @typedef {object} Tables What `/api/v1/submissions/vocabulary` tells.
 * @property {{id: string, zh: string, en: string}[]} methods
 * @property {Scale[]} scales
 * @property {Clause[]} clauses
 * @property {string} accident_edition Edition of the accident types that holds today.
 * @property {Word[]} states
 * @property {Word[]} ways
 * @property {Word[]} decisions
 * @property {Word[]} point_kinds
 * @property {Word[]} contacts
 * @property {Word[]} enterprise_scales
 * @property {Word[]} demonstration
 * @property {Word[]} installation_kinds
 * @property {{edition: string, code: string, zh: string, en: string}[]} accident_types
 * @property {{classification: string, code: string, parent: string | null, zh: string, en: string}[]} measures
 * @property {{set: string, code: string, position: number, zh: string, en: string, least_grade: number}[]} control_levels
 * @property {Record<string, string>} sets_by_sector
 * @property {string[]} small_scales
 * @property {{code: string, name: string, kind: string}[]} groups
 *
 * @typedef {{tables: Tables, vocabulary: Vocabulary, district: District}} Words
 */

/** Those who answer without belonging to the unit. */
const OUTSIDE = "outside"

/**
 * The words of one table of choices.
 * @param {string} name As a field names it.
 * @param {Words} words
 * @param {Record<string, any>} facts Of the row: some tables depend on another fact.
 * @param {Record<string, any>} [enterprise] Facts of the enterprise: its kind decides its control levels.
 * @returns {Word[]}
 */
export function choices(name, { tables, vocabulary, district }, facts, enterprise = {}) {
  switch (name) {
    case "operating_statuses":
      return vocabulary.operating_statuses
    case "sectors":
      return vocabulary.sectors
    case "townships":
      return district.townships.map(({ code, name }) => ({ code, zh: name, en: name }))
    case "groups":
      return tables.groups.map(({ code, name }) => ({ code, zh: name, en: name }))
    case "accident_editions":
      return [...new Set(tables.accident_types.map(({ edition }) => edition))].map(code => ({ code, zh: code, en: code }))
    case "accident_types":
      return tables.accident_types.filter(({ edition }) => edition === facts.accident_edition)
    case "measure_kinds":
      return ofMeasures(tables, "kind")
    case "data_sources":
      return ofMeasures(tables, "data_source")
    case "classes_1":
      return tables.measures.filter(({ classification, parent }) => classification === "national" && !parent)
    case "classes_2":
      return tables.measures.filter(({ classification, parent }) => classification === "national" && parent && parent === facts.class_1)
    case "duties":
      return levelsOf(tables, enterprise)
    case "duties_and_contacts":
      return [...levelsOf(tables, enterprise), ...tables.contacts]
    default:
      return /** @type {Record<string, any>} */ (tables)[name] ?? []
  }
}

/**
 * @param {Tables} tables
 * @param {string} classification
 */
function ofMeasures({ measures }, classification) {
  return measures.filter(each => each.classification === classification)
}

/**
 * The set of control levels of an enterprise: by what supervises it, else by how large it is.
 * @param {Tables} tables
 * @param {Record<string, any>} enterprise Its facts.
 */
export function levelsOf({ control_levels, sets_by_sector, small_scales }, { sector, scale }) {
  const set = sets_by_sector[sector] ?? (small_scales.includes(scale) ? "small" : "plant")
  return control_levels.filter(level => level.set === set || level.set === OUTSIDE)
}

/**
 * The control levels that a grade asks for and nobody is named for.
 * @param {Tables} tables
 * @param {Record<string, any>} enterprise Its facts.
 * @param {number | null} grade
 * @param {readonly string[]} duties Of those who are named.
 * @returns {Word[]}
 */
export function missingLevels(tables, enterprise, grade, duties) {
  if (grade === null) return []
  return levelsOf(tables, enterprise).filter(({ code, least_grade }) => grade <= least_grade && !duties.includes(code))
}
