/** The enterprise's sign: a disc in the grade's colour with the grade's letter. */

import { drawLetter, squareCanvas } from "../maps/canvas.js"

/** @import {Grade} from "../grades/vocabulary.js" */
/** @import {Palette} from "../maps/palette.js" */

const SIZE_PX = 24

/**
 * @param {Grade} grade
 * @param {Palette} palette
 * @param {number} pixelRatio
 */
export function enterpriseImage(grade, palette, pixelRatio) {
  const { canvas, context } = squareCanvas(SIZE_PX, pixelRatio)
  disc(context, 11.5, palette.halo)
  disc(context, 10.2, grade.stroke)
  disc(context, 8.8, grade.colour)
  drawLetter(context, grade.letter, { sizePx: SIZE_PX, fontPx: 12, colour: grade.text })
  return canvas
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {number} radius
 * @param {string} colour
 */
function disc(context, radius, colour) {
  context.beginPath()
  context.arc(SIZE_PX / 2, SIZE_PX / 2, radius, 0, 2 * Math.PI)
  context.fillStyle = colour
  context.fill()
}
