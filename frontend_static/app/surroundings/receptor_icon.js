/** A receptor's pictogram beside text: the same strokes that the map draws. */

import { html, svg } from "lit"
import { receptorGlyph } from "./receptor_glyphs.js"

/** @param {string} kind */
export function receptorIcon(kind) {
  const path = svg`<path d=${receptorGlyph(kind)} />`
  return html`<svg class="icon receptor-icon" viewBox="0 0 16 16" aria-hidden="true">${path}</svg>`
}
