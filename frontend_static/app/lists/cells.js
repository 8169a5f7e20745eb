/** What stands in one place of a list: grades with letter and word, days with what they mean, codes as words. */

import { html, nothing } from "lit"
import { gradeBadge } from "../grades/badge.js"
import { gradeOf } from "../grades/vocabulary.js"
import { isOverdue } from "../history/moment.js"
import { formatCount, formatDay, formatMoment } from "../language/format.js"
import { domain, store, text } from "../shell/page_store.js"

/** @import {Column, Row} from "./query.js" */

/** Columns whose values are numbers, and stand to the right. */
const NUMBERS = Object.freeze(["integer", "number"])

/** @param {Column} column */
export function isNumber({ kind }) {
  return NUMBERS.includes(kind)
}

/**
 * @param {Column} column
 * @param {Row} row
 */
export function cell(column, row) {
  const value = row[column.code]
  if (column.words === "grade") return gradeCell(value)
  if (column.code === "review_due") return value ? dueDay(value) : dash()
  if (column.code === "is_placed") return value ? text("lists.placed") : html`<span class="tag is-marked">${text("lists.unplaced")}</span>`
  if (value === null || value === undefined || value === "") return dash()
  return plain(column, value)
}

/**
 * @param {Column} column
 * @param {any} value
 */
function plain({ kind, words }, value) {
  const { language } = store.state
  if (words) return value[language]
  if (typeof value === "boolean") return text(value ? "lists.yes" : "lists.no")
  if (kind === "date") return html`<span class="moment">${formatDay(value, language)}</span>`
  if (kind === "time") return html`<span class="moment">${formatMoment(value, language)}</span>`
  if (typeof value === "number") return formatCount(value, language)
  if (kind === "code") return html`<span class="code">${value}</span>`
  if (kind === "long_text") return html`<span class="long-text" title=${value}>${value}</span>`
  return value
}

/** @param {number | null} code */
export function gradeCell(code) {
  const { vocabulary } = domain()
  return html`<span class="grade-cell">${gradeBadge(vocabulary, code)} ${gradeOf(vocabulary, code)[store.state.language]}</span>`
}

/** @param {string} day */
function dueDay(day) {
  const isLate = isOverdue(day, Date.now())
  return html`<span class="moment">${formatDay(day, store.state.language)}</span>${isLate ? html` <span class="tag is-strong">${text("lists.overdue")}</span>` : nothing}`
}

function dash() {
  return html`<span class="muted">—</span>`
}
