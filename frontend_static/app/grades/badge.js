/** A grade as a sign beside text: the same disc and hatch that the map draws. */

import { html } from "lit"
import { hatchTile } from "./hatches.js"
import { gradeOf } from "./vocabulary.js"

/** @import {Grade, Vocabulary} from "./vocabulary.js" */

/**
 * The lettered disc of an enterprise; any other row with a grade borrows it.
 * @param {Vocabulary} vocabulary
 * @param {number | null | undefined} code
 */
export function gradeBadge(vocabulary, code) {
  const { colour, stroke, text, letter } = gradeOf(vocabulary, code)
  return html`<span
    class="grade-badge"
    style="background:${colour};border-color:${stroke};color:${text}"
    aria-hidden="true"
    >${letter}</span
  >`
}

/**
 * The hatched rectangle of a zone.
 * @param {Grade} grade
 * @param {boolean} hatch
 */
export function zoneSwatch(grade, hatch) {
  const image = hatch ? `background-image:url(${swatchUrl(grade)})` : ""
  return html`<span
    class="zone-swatch"
    style="background-color:${grade.colour};border-color:${grade.stroke};${image}"
    aria-hidden="true"
  ></span>`
}

/** @type {Map<Grade, string>} */
const urls = new Map()

/** @param {Grade} grade */
function swatchUrl(grade) {
  const url = urls.get(grade) ?? hatchTile(grade, { pixelRatio: 2, withColour: false }).toDataURL()
  urls.set(grade, url)
  return url
}
