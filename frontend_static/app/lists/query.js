/** What is asked of a risk list: it stands in the address of the page, so that a link shows somebody else the same rows. */

/** @import {Word} from "../grades/vocabulary.js" */
/** @import {Filters} from "../work/address.js" */

/**
 * @typedef {"zones" | "events" | "enterprises"} ListCode
 *
 * @typedef {object} Column
 * @property {string} code
 * @property {string} zh
 * @property {string} en
 * @property {string} kind
 * @property {string | null} words The table that its codes are of; grades are told as numbers.
 * @property {boolean} is_sortable
 *
 * @typedef {Record<string, any> & {id: string, number: number, grade: number | null}} Row
 *
 * @typedef {object} RiskList A page of a list.
 * @property {Word} title
 * @property {Row[]} items
 * @property {number} total
 * @property {Record<string, number>} counts All rows that fit by grade, "null" is not graded.
 * @property {Record<string, number>} on_map Those that the map draws and its legend counts.
 * @property {number} unplaced
 * @property {number} page
 * @property {number} limit
 * @property {string} sort
 * @property {Column[]} columns
 * @property {Record<string, Word[]>} filters The words of the codes that are filtered by.
 *
 * @typedef {Record<"township" | "sector" | "group" | "status" | "kind" | "accident_type", Word[]>} Choices
 */

/** @type {readonly ListCode[]} */
export const LISTS = Object.freeze(["zones", "events", "enterprises"])

/** Rows of a page that can be chosen; the first is where somebody starts. */
export const LIMITS = Object.freeze([50, 100, 200])

/** Filters that name codes, in the order of the bar. */
export const CODED = Object.freeze(/** @type {const} */ (["township", "sector", "group", "status", "accident_type", "kind"]))

/** Filters that are so or not so. */
export const FLAGS = Object.freeze(/** @type {const} */ (["overdue", "unplaced", "unassessed"]))

/** Filters that come with a link from elsewhere: they have no field, and are told and taken out all the same. */
export const LINKED = Object.freeze(/** @type {const} */ (["residual_grade", "enterprise", "bbox", "min_age"]))

const FILTERS = Object.freeze(["grade", ...CODED, ...FLAGS, ...LINKED, "q"])

/** What a list cannot be filtered by: a zone is always on the map, and an enterprise has no kind. */
const ABSENT = Object.freeze(/** @type {Record<ListCode, readonly string[]>} */ ({ zones: ["unplaced"], events: [], enterprises: ["kind"] }))

/**
 * The list that an address names.
 * @param {Filters} address
 * @returns {ListCode}
 */
export function listOf({ list }) {
  return LISTS.find(each => each === list) ?? LISTS[0]
}

/**
 * @param {ListCode} list
 * @param {string} filter
 */
export function hasFilter(list, filter) {
  return !ABSENT[list].includes(filter)
}

/**
 * What narrows the list of an address.
 * @param {Filters} address
 * @returns {Filters}
 */
export function narrowedBy(address) {
  const list = listOf(address)
  return Object.fromEntries(FILTERS.filter(name => address[name] && hasFilter(list, name)).map(name => [name, address[name]]))
}

/**
 * The changes to an address that take every filter out.
 * @returns {Record<string, string>}
 */
export function withoutFilters() {
  return Object.fromEntries([...FILTERS, "page", "sel"].map(name => [name, ""]))
}

/**
 * The changes to an address that show another list with the same filters, as far as it has them.
 * @param {ListCode} list
 */
export function otherList(list) {
  return { list: list === LISTS[0] ? "" : list, kind: "", sort: "", page: "", sel: "", ...Object.fromEntries(ABSENT[list].map(name => [name, ""])) }
}

/** @param {Filters} address */
export function limitOf({ limit }) {
  return LIMITS.find(each => String(each) === limit) ?? LIMITS[0]
}

/** @param {Filters} address */
export function pagePath(address) {
  const page = /^[1-9]\d{0,4}$/.test(address.page ?? "") ? address.page : "1"
  return `/api/v1/risk-list?${asked(address, { page, limit: String(limitOf(address)) })}`
}

/**
 * Where the numbers beside the grades come from while only some grades are shown; null where the page has them.
 * @param {Filters} address
 */
export function countsPath(address) {
  if (!address.grade) return null
  const { grade, sort, ...others } = address
  return `/api/v1/risk-list?${asked(others, { page: "1", limit: "1" })}`
}

/**
 * @param {Filters} address
 * @param {"xlsx" | "csv"} form
 */
export function exportPath(address, form) {
  return `/api/v1/risk-list.${form}?${asked(address, {})}`
}

/**
 * @param {Filters} address
 * @param {Record<string, string>} more
 */
function asked(address, more) {
  const words = new URLSearchParams({ list: listOf(address), ...narrowedBy(address), ...more })
  if (address.sort) words.set("sort", address.sort)
  return words
}

/**
 * The value of a filter of several codes after one was pressed. All of them is the same as none.
 * @param {string} value "1,2"
 * @param {string} code
 * @param {readonly string[]} all In their order.
 */
export function pressed(value, code, all) {
  const chosen = value ? value.split(",") : []
  const next = all.filter(each => (each === code ? !chosen.includes(code) : chosen.includes(each)))
  return next.length === all.length ? "" : next.join(",")
}

/**
 * From which row to which a page goes.
 * @param {{total: number, page: number, limit: number, items: readonly unknown[]}} answer
 */
export function span({ page, limit, items }) {
  const first = (page - 1) * limit + 1
  return { first, last: first + items.length - 1 }
}
