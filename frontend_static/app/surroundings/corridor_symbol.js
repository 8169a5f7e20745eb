/** The plate that tells a graded corridor's grade by its letter: square, where an enterprise is round. */

import { drawLetter, squareCanvas } from "../maps/canvas.js"

/** @import {Grade} from "../grades/vocabulary.js" */
/** @import {Palette} from "../maps/palette.js" */

const SIZE_PX = 18

/**
 * @param {Grade} grade
 * @param {Palette} palette
 * @param {number} pixelRatio
 */
export function corridorImage(grade, palette, pixelRatio) {
  const { canvas, context } = squareCanvas(SIZE_PX, pixelRatio)
  context.fillStyle = palette.halo
  context.fillRect(0.5, 0.5, SIZE_PX - 1, SIZE_PX - 1)
  context.fillStyle = grade.colour
  context.fillRect(2, 2, SIZE_PX - 4, SIZE_PX - 4)
  context.strokeStyle = grade.stroke
  context.strokeRect(2, 2, SIZE_PX - 4, SIZE_PX - 4)
  drawLetter(context, grade.letter, { sizePx: SIZE_PX, fontPx: 10, colour: grade.text })
  return canvas
}
