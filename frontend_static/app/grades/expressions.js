/** MapLibre expressions about the `grade` of a tile feature. A feature without one is not graded. */

import { UNGRADED } from "../shell/state.js"
import { allGrades, codeOf } from "./vocabulary.js"

/** @import {ExpressionSpecification} from "maplibre-gl" */
/** @import {Grade, Vocabulary} from "./vocabulary.js" */

/** A tile has no null, so "not graded" arrives as a missing property; to-number turns that into 0, which is `UNGRADED`. */
const GRADE = /** @type {ExpressionSpecification} */ (["to-number", ["get", "grade"]])

/**
 * One value per grade.
 * @param {Vocabulary} vocabulary
 * @param {(grade: Grade) => unknown} value
 * @returns {ExpressionSpecification}
 */
export function byGrade(vocabulary, value) {
  const cases = vocabulary.grades.flatMap(grade => [codeOf(grade), value(grade)])
  return /** @type {ExpressionSpecification} */ (["match", GRADE, ...cases, value(vocabulary.ungraded)])
}

/**
 * Greater is drawn later, so the worst lies on top and the ungraded at the bottom.
 * @param {Vocabulary} vocabulary
 */
export function worstOnTop(vocabulary) {
  const last = allGrades(vocabulary).length
  return byGrade(vocabulary, grade => (codeOf(grade) === UNGRADED ? 0 : last - codeOf(grade)))
}

/**
 * Smaller is placed first, so where labels collide the worst keeps its name.
 * @param {Vocabulary} vocabulary
 */
export function worstFirst(vocabulary) {
  const last = allGrades(vocabulary).length
  return byGrade(vocabulary, grade => (codeOf(grade) === UNGRADED ? last : codeOf(grade)))
}

/**
 * Only features of the visible grades.
 * @param {readonly number[]} grades
 * @returns {ExpressionSpecification}
 */
export function ofGrades(grades) {
  return ["in", GRADE, ["literal", [...grades]]]
}

/**
 * The same features, of one sector only; null is every sector.
 * @param {string | null} sector
 * @param {ExpressionSpecification} filter
 * @returns {ExpressionSpecification}
 */
export function ofSector(sector, filter) {
  return sector === null ? filter : ["all", filter, ["==", ["get", "sector"], sector]]
}

/** Only features that somebody has graded. @type {ExpressionSpecification} */
export const isGraded = ["has", "grade"]
