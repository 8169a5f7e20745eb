/** Images that the style names by `<family>:<code>`, drawn when MapLibre first asks for them. */

import { hazardImage } from "../area_risk/hazard_symbol.js"
import { enterpriseImage } from "../enterprises/symbol.js"
import { hatchTile } from "../grades/hatches.js"
import { gradeOf } from "../grades/vocabulary.js"
import { corridorImage } from "../surroundings/corridor_symbol.js"
import { receptorImage } from "../surroundings/receptor_symbol.js"

/** @import {Vocabulary} from "../grades/vocabulary.js" */
/** @import {Palette} from "./palette.js" */

/** Drawn at twice the size of a CSS pixel, so that symbols stay sharp on fine screens. */
export const PIXEL_RATIO = 2

/**
 * @param {string} name
 * @param {{vocabulary: Vocabulary, palette: Palette}} context
 * @returns {ImageData | null} Null for a name of no family.
 */
export function imageNamed(name, { vocabulary, palette }) {
  const [family, code] = name.split(":")
  const grade = gradeOf(vocabulary, Number(code))
  switch (family) {
    case "hatch":
      return pixels(hatchTile(grade, { pixelRatio: PIXEL_RATIO, withColour: false }))
    case "enterprise":
      return pixels(enterpriseImage(grade, palette, PIXEL_RATIO))
    case "corridor":
      return pixels(corridorImage(grade, palette, PIXEL_RATIO))
    case "receptor":
      return pixels(receptorImage(code, palette, PIXEL_RATIO))
    case "hazard":
      return pixels(hazardImage(Number(code), palette, PIXEL_RATIO))
    default:
      return null
  }
}

/** @param {HTMLCanvasElement} canvas */
function pixels(canvas) {
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"))
  return context.getImageData(0, 0, canvas.width, canvas.height)
}
