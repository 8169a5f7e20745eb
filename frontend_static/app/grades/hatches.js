/** Hatches drawn on a canvas: the second sign of a grade, for black-and-white copies and colour-blind readers. */

/** @import {Grade} from "./vocabulary.js" */

/** Side of one repeat in CSS pixels: wide enough to read on a small zone, fine enough for a swatch. */
export const REPEAT_PX = 10

/**
 * One seamless repeat of a grade's hatch.
 * @param {Grade} grade
 * @param {{pixelRatio: number, withColour: boolean}} options `withColour` fills the ground; else it stays clear.
 * @returns {HTMLCanvasElement}
 */
export function hatchTile(grade, { pixelRatio, withColour }) {
  const canvas = document.createElement("canvas")
  canvas.width = canvas.height = REPEAT_PX * pixelRatio
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"))
  context.scale(pixelRatio, pixelRatio)
  if (withColour) {
    context.fillStyle = grade.colour
    context.fillRect(0, 0, REPEAT_PX, REPEAT_PX)
  }
  context.strokeStyle = context.fillStyle = grade.text
  context.lineWidth = 1.2
  DRAWINGS[grade.hatch]?.(context)
  return canvas
}

/** A hatch without an entry is plain. @type {Readonly<Record<string, (context: CanvasRenderingContext2D) => void>>} */
const DRAWINGS = Object.freeze({
  cross(context) {
    strokeDiagonals(context, 1)
    strokeDiagonals(context, -1)
  },
  diagonal(context) {
    strokeDiagonals(context, -1)
  },
  dots(context) {
    for (const [x, y] of [[0.25, 0.25], [0.75, 0.75]]) {
      context.beginPath()
      context.arc(x * REPEAT_PX, y * REPEAT_PX, 1, 0, 2 * Math.PI)
      context.fill()
    }
  },
})

/**
 * Lines at 45 degrees, continued beyond the corners so that neighbouring repeats join without a notch.
 * @param {CanvasRenderingContext2D} context
 * @param {1 | -1} slope 1 falls to the right, -1 rises.
 */
function strokeDiagonals(context, slope) {
  const [start, end] = slope === 1 ? [-REPEAT_PX, 2 * REPEAT_PX] : [2 * REPEAT_PX, -REPEAT_PX]
  for (const shift of [-REPEAT_PX, 0, REPEAT_PX]) {
    context.beginPath()
    context.moveTo(-REPEAT_PX + shift, start)
    context.lineTo(2 * REPEAT_PX + shift, end)
    context.stroke()
  }
}
