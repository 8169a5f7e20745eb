/** Drawing helpers for the small canvas images of the map. */

/**
 * A square canvas whose context is already scaled to CSS pixels.
 * @param {number} sizePx
 * @param {number} pixelRatio
 */
export function squareCanvas(sizePx, pixelRatio) {
  const canvas = document.createElement("canvas")
  canvas.width = canvas.height = sizePx * pixelRatio
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"))
  context.scale(pixelRatio, pixelRatio)
  return { canvas, context }
}

/**
 * One letter in the middle of a square, by its ink and not by its em box, which sits low in Chinese fonts.
 * @param {CanvasRenderingContext2D} context
 * @param {string} letter
 * @param {{sizePx: number, fontPx: number, colour: string}} options
 */
export function drawLetter(context, letter, { sizePx, fontPx, colour }) {
  context.font = `700 ${fontPx}px ${getComputedStyle(document.documentElement).getPropertyValue("--font")}`
  context.fillStyle = colour
  context.textAlign = "center"
  context.textBaseline = "alphabetic"
  const { actualBoundingBoxAscent: up, actualBoundingBoxDescent: down } = context.measureText(letter)
  context.fillText(letter, sizePx / 2, sizePx / 2 + (up - down) / 2)
}
