/** A value on its scale: the bands in their colours and letters, the cuts between them, and a mark where the value is. */

import { html, nothing } from "lit"
import { gradeOf } from "../grades/vocabulary.js"
import { domain, store, text } from "../shell/page_store.js"
import { placeOnScale } from "./explanation.js"

/** @import {Band, Scale} from "./explanation.js" */

/**
 * @param {Scale} scale
 * @param {number} value
 */
export function scaleBar(scale, value) {
  const { language } = store.state
  const place = placeOnScale(scale, value)
  const rising = [...scale.bands].reverse()
  const words = text("explanation.onScale", { value, bands: rising.map(band => band[language]).join(" · ") })
  return html`
    <div class="scale-figure" role="img" aria-label=${words} title=${words}>
      ${place === null ? nothing : html`<span class="scale-mark" style="left:${(place * 100).toFixed(1)}%">${value}</span>`}
      <div class="scale-bands">${rising.map(band)}</div>
      <div class="scale-cuts">${rising.slice(1).map(({ lower }) => html`<span>${lower}</span>`)}</div>
    </div>
  `
}

/** @param {Band} band */
function band({ grade }) {
  const { colour, text: ink, letter } = gradeOf(domain().vocabulary, grade)
  return html`<span style="background:${colour};color:${ink}">${letter}</span>`
}
