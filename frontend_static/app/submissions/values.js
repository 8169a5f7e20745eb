/** A fact as people read it. */

import { formatArea, formatCount, formatDay } from "../language/format.js"
import { areaOf, ringsOf } from "./geometry.js"
import { choices } from "./tables.js"

/** @import {Language} from "../language/format.js" */
/** @import {Field} from "./fields.js" */
/** @import {Words} from "./tables.js" */

/**
 * @typedef {object} Told What the words of a value depend on.
 * @property {Words} words
 * @property {Language} language
 * @property {(key: string, values?: Record<string, string | number>) => string} text
 * @property {Record<string, any>} facts Of the row that the value is of.
 * @property {Record<string, any>} [enterprise]
 * @property {(id: string) => string | null} [nameOf] Of a row by its id.
 */

/**
 * @param {Field} field
 * @param {any} value
 * @param {Told} told
 * @returns {string | null} Null where there is nothing.
 */
export function valueText(field, value, told) {
  const { words, language, text } = told
  if (value === null || value === undefined || value === "") return null
  switch (field.type) {
    case "choice": {
      const found = choices(field.words ?? "", words, told.facts, told.enterprise).find(({ code }) => code === value)
      return found?.[language] ?? anywhere(value, field, told) ?? String(value)
    }
    case "yesno":
      return text(value ? "value.yes" : "value.no")
    case "day":
      return formatDay(value, language)
    case "whole":
      return field.unit ? `${formatCount(value, language)} ${text(field.unit)}` : formatCount(value, language)
    case "grade":
      return words.vocabulary.grades.find(({ code }) => code === value)?.[language] ?? String(value)
    case "point":
      return value.coordinates?.slice(0, 2).map((/** @type {number} */ each) => each.toFixed(6)).join(", ") ?? null
    case "area":
      return areaText(value, told)
    case "row":
      return told.nameOf?.(value) ?? String(value)
    case "assessment":
      return assessmentText(value, told)
    case "substances":
      return value.map(substanceText).join(language === "zh" ? "\uff1b" : "; ")
    default:
      return String(value)
  }
}

/**
 * A level of another set of control levels than the enterprise has now still has a name.
 * @param {string} code
 * @param {Field} field
 * @param {Told} told
 */
function anywhere(code, field, { words, language }) {
  if (!field.words?.startsWith("duties")) return null
  return words.tables.control_levels.find(level => level.code === code)?.[language] ?? null
}

/**
 * @param {any} geometry
 * @param {Told} told
 */
function areaText(geometry, { language, text }) {
  const rings = ringsOf(geometry)
  const corners = rings.reduce((sum, ring) => sum + ring.length - 1, 0)
  return text("place.areaText", { corners, area: formatArea(areaOf(geometry), language) })
}

/**
 * The method and what was put into it; the grade is told beside.
 * @param {any} given
 * @param {Told} told
 */
function assessmentText({ method, scale, factors, source, clauses }, { words, language, text }) {
  const { tables } = words
  const name = tables.methods.find(({ id }) => id === method)?.[language] ?? method
  const used = tables.scales.find(({ id }) => id === scale)
  const keys = used ? used.factors.map(({ key }) => key) : Object.keys(factors ?? {})
  const said = keys.filter(key => factors?.[key] !== undefined).map(key => `${key}=${factors[key]}`).join(" ")
  const numbers = tables.clauses.filter(({ id }) => clauses?.includes(id)).map(({ number }) => number)
  return [
    name,
    said,
    used && `${used.standard}${used.edition ? ` (${used.edition})` : ""}`,
    numbers.length > 0 && text("assessment.clausesTold", { numbers: numbers.join(", ") }),
    source,
  ]
    .filter(Boolean)
    .join(" · ")
}

/** @param {{name?: string, quantity?: number | string, hazard_class?: string}} substance */
export function substanceText({ name, quantity, hazard_class }) {
  return [name, quantity !== undefined && quantity !== null && `${quantity} t`, hazard_class].filter(Boolean).join(" ")
}
