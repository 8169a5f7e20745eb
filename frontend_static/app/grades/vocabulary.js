/** The domain's words as the server sends them: grades with their colours, kinds, classes. Read once, never invented here. */

import { UNGRADED } from "../shell/state.js"

/** @import {AreaRule} from "../area_risk/loader.js" */

/**
 * @typedef {object} Grade
 * @property {number | null} code 1 is worst; null stands for "not graded".
 * @property {string} key
 * @property {string} zh
 * @property {string} en
 * @property {string} letter
 * @property {string} colour
 * @property {string} stroke
 * @property {string} text Colour that reads on `colour`: letter and hatch.
 * @property {string} hatch "cross", "diagonal", "dots", or a name that means plain.
 *
 * @typedef {{code: string, zh: string, en: string}} Word
 *
 * @typedef {object} Vocabulary
 * @property {Grade[]} grades
 * @property {Grade} ungraded
 * @property {Word[]} sectors
 * @property {Word[]} receptor_kinds
 * @property {Word[]} corridor_classes
 * @property {Word[]} operating_statuses
 * @property {Word[]} area_levels
 * @property {Word[]} group_kinds
 * @property {AreaRule[]} area_rules By which rules areas can be coloured, the default first.
 */

/**
 * Every grade, worst first, the ungraded last.
 * @param {Vocabulary} vocabulary
 */
export function allGrades(vocabulary) {
  return [...vocabulary.grades, vocabulary.ungraded]
}

/** @param {Pick<Grade, "code">} grade */
export function codeOf(grade) {
  return grade.code ?? UNGRADED
}

/**
 * @param {Vocabulary} vocabulary
 * @param {number | null | undefined} code Null, undefined and `UNGRADED` all mean "not graded".
 * @returns {Grade}
 */
export function gradeOf(vocabulary, code) {
  return vocabulary.grades.find(grade => grade.code === code) ?? vocabulary.ungraded
}

/**
 * The word for a code in one of the vocabulary's lists; the code itself when the list lacks it.
 * @param {readonly Word[]} words
 * @param {string | null | undefined} code
 * @param {"zh" | "en"} language
 * @returns {string | null}
 */
export function wordFor(words, code, language) {
  if (!code) return null
  return words.find(word => word.code === code)?.[language] ?? code
}
