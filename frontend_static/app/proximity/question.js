/** What is asked of an analysis: from which edge of which sites, to what, within which distances. */

/**
 * @typedef {"outline" | "zone" | "installation"} Start Which edge of a site a distance starts at.
 * @typedef {object} Question
 * @property {Start} start
 * @property {readonly number[]} grades
 * @property {readonly string[]} receptors Kinds, `ALL` alone, or none.
 * @property {readonly string[]} corridors Classes, `ALL` alone, or none.
 * @property {readonly number[]} distances Metres on the ground, ascending.
 */

/** @type {readonly Start[]} */
export const STARTS = Object.freeze(["outline", "zone", "installation"])
export const ALL = "all"
export const GRADE_CODES = Object.freeze([1, 2, 3, 4])

/** What the server takes. */
const MOST_DISTANCES = 6
const LONGEST_M = 50_000

/** @type {Readonly<Question>} */
export const FIRST_QUESTION = Object.freeze({ start: "outline", grades: [1], receptors: [ALL], corridors: [], distances: [500, 1000] })

/**
 * Read a question as the address writes it: "zone/1,2/school,hospital/all/500,1000".
 * @param {string | null} words
 * @returns {Question | null} Null for what asks for nothing.
 */
export function readQuestion(words) {
  const parts = words?.split("/") ?? []
  if (parts.length !== 5) return null
  const [edge, gradeWords, receptorWords, corridorWords, metres] = parts
  const start = STARTS.find(each => each === edge)
  const grades = GRADE_CODES.filter(code => gradeWords.split(",").includes(String(code)))
  const [receptors, corridors] = [readCodes(receptorWords), readCodes(corridorWords)]
  const distances = readDistances(metres)
  if (!start || !receptors || !corridors || !distances) return null
  const question = { start, grades, receptors, corridors, distances }
  return questionFault(question) ? null : question
}

/** @param {Question} question */
export function writeQuestion({ start, grades, receptors, corridors, distances }) {
  return [start, grades, receptors, corridors, distances].map(String).join("/")
}

/**
 * Distances as people write them, with any sign between.
 * @param {string} words
 * @returns {number[] | null} Ascending, each once; null where one of them is none.
 */
export function readDistances(words) {
  const metres = words.split(/[\s,;\uff0c\uff1b\u3001]+/).filter(Boolean).map(Number)
  const areSound = metres.length > 0 && metres.every(each => each > 0 && each <= LONGEST_M)
  const distances = [...new Set(metres)].sort((a, b) => a - b)
  return areSound && distances.length <= MOST_DISTANCES ? distances : null
}

/**
 * What keeps a question from being asked.
 * @param {Question} question
 * @returns {string | null} Message key.
 */
export function questionFault({ grades, receptors, corridors, distances }) {
  if (grades.length === 0) return "near.fault.grades"
  if (receptors.length + corridors.length === 0) return "near.fault.targets"
  return distances.length === 0 ? "near.fault.distances" : null
}

/**
 * The question in the server's words.
 * @param {Question} question
 * @param {string | null} [moment] RFC 3339; null asks of now.
 */
export function askedOf({ start, grades, receptors, corridors, distances }, moment = null) {
  return { start, grade: grades, receptor: receptors, corridor: corridors, distance_m: distances, at: moment }
}

/**
 * @param {Question} question
 * @param {string | null} moment
 * @param {number} limit Pairs of the answer, the nearest first.
 */
export function reportPath(question, moment, limit) {
  const words = Object.entries({ ...askedOf(question, moment), limit }).flatMap(([name, value]) => {
    const values = Array.isArray(value) ? value : value === null ? [] : [value]
    return values.map(each => [name, String(each)])
  })
  return `/api/v1/proximity/report?${new URLSearchParams(words)}`
}

/** @param {string} words @returns {string[] | null} */
function readCodes(words) {
  const codes = words.split(",").filter(Boolean)
  if (codes.includes(ALL)) return [ALL]
  return codes.every(code => /^\w+$/.test(code)) ? codes : null
}
