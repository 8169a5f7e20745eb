/** The sign of a major hazard installation: a white diamond in ink with the Roman numeral of its level. */

import { drawLetter, squareCanvas } from "../maps/canvas.js"

/** @import {Palette} from "../maps/palette.js" */

const SIZE_PX = 24

/** Level → numeral; of an installation without a level the sign stands alone. */
export const LEVELS = Object.freeze(["", "Ⅰ", "Ⅱ", "Ⅲ", "Ⅳ"])

/**
 * @param {number} level 1 is the worst.
 * @param {Palette} palette
 * @param {number} pixelRatio
 */
export function hazardImage(level, palette, pixelRatio) {
  const { canvas, context } = squareCanvas(SIZE_PX, pixelRatio)
  diamond(context, 12, palette.halo)
  diamond(context, 10.8, palette.ink)
  diamond(context, 8.8, palette.halo)
  const numeral = LEVELS[level] ?? ""
  if (numeral) drawLetter(context, numeral, { sizePx: SIZE_PX, fontPx: 10, colour: palette.ink })
  return canvas
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {number} reach From the middle to a corner.
 * @param {string} colour
 */
function diamond(context, reach, colour) {
  const middle = SIZE_PX / 2
  context.beginPath()
  context.moveTo(middle, middle - reach)
  context.lineTo(middle + reach, middle)
  context.lineTo(middle, middle + reach)
  context.lineTo(middle - reach, middle)
  context.closePath()
  context.fillStyle = colour
  context.fill()
}
