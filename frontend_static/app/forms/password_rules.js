/** Which rules of the policy a password already meets, as far as a browser can know. */

/** @import {Word} from "../grades/vocabulary.js" */

/**
 * @typedef {object} PasswordPolicy
 * @property {number} minimum_length
 * @property {number} classes Of lower case, upper case, digits and signs.
 * @property {number | null} max_age_days
 * @property {number} history
 * @property {Pick<Word, "zh" | "en">[]} rules All of them in words.
 *
 * @typedef {{key: string, values: Record<string, string | number>, isMet: boolean}} Rule
 */

// A Chinese character is of the class of signs, as the server counts.
const CLASSES = [/[a-z]/, /[A-Z]/, /[0-9]/, /[^A-Za-z0-9]/]

/**
 * The rules that can be told while typing; the server keeps further ones (former and common passwords).
 * @param {PasswordPolicy} policy
 * @param {string} password
 * @param {string} username
 * @returns {Rule[]}
 */
export function visibleRules({ minimum_length, classes }, password, username) {
  const length = [...password].length
  const isOwnName = username.length >= 3 && password.toLowerCase().includes(username.toLowerCase())
  /** @type {Rule[]} */
  const rules = [
    { key: "password.rule.length", values: { count: minimum_length }, isMet: length >= minimum_length },
    { key: "password.rule.classes", values: { count: classes }, isMet: classesIn(password) >= classes },
    { key: "password.rule.username", values: {}, isMet: length > 0 && !isOwnName },
  ]
  return rules.filter(({ key }) => key !== "password.rule.classes" || classes > 1)
}

/** @param {string} password */
function classesIn(password) {
  return CLASSES.filter(characters => characters.test(password)).length
}
