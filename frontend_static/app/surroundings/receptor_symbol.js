/** The receptor's sign: a white plate with the pictogram of its kind, both in slate. */

import { squareCanvas } from "../maps/canvas.js"
import { receptorGlyph } from "./receptor_glyphs.js"

/** @import {Palette} from "../maps/palette.js" */

const SIZE_PX = 22

/**
 * @param {string} kind
 * @param {Palette} palette
 * @param {number} pixelRatio
 */
export function receptorImage(kind, palette, pixelRatio) {
  const { canvas, context } = squareCanvas(SIZE_PX, pixelRatio)
  context.beginPath()
  context.roundRect(1.5, 1.5, SIZE_PX - 3, SIZE_PX - 3, 4)
  context.fillStyle = palette.halo
  context.fill()
  context.strokeStyle = palette.boundary
  context.lineWidth = 1
  context.stroke()
  context.strokeStyle = palette.receptor
  context.translate(3, 3)
  context.lineWidth = 1.2
  context.lineJoin = context.lineCap = "round"
  context.stroke(new Path2D(receptorGlyph(kind)))
  return canvas
}
