/** The page's own icons: strokes on a 16 by 16 grid in the colour of the text beside them. */

import { html, svg } from "lit"

/** @type {Readonly<Record<string, string>>} */
const ICONS = Object.freeze({
  plus: "M8 3v10M3 8h10",
  minus: "M3 8h10",
  calendar: "M2.5 4h11v9.5h-11zM2.5 7h11M5.5 2.5v3M10.5 2.5v3",
  clock: "M8 2.2a5.8 5.8 0 1 0 .01 0M8 4.8V8l2.4 1.6",
  download: "M8 2.5v7.5M4.8 7 8 10.2 11.2 7M3 13h10",
  home: "M2.5 7.5 8 2.5l5.5 5M4 6.5V13h8V6.5",
  north: "M8 2 4.5 13 8 10.8 11.5 13z",
  close: "M4 4l8 8M12 4l-8 8",
  back: "M10 3.5 5.5 8l4.5 4.5",
  search: "M7 2.5a4.5 4.5 0 1 0 .01 0M10.3 10.3 14 14",
  copy: "M5.5 5.5h7v8h-7zM3.5 10.5v-8h7",
  link: "M6.5 9.5l3-3M7 4.5l1.5-1.5a2.8 2.8 0 0 1 4 4L11 8.5M9 11.5 7.5 13a2.8 2.8 0 0 1-4-4L5 7.5",
  target: "M8 4.5a3.5 3.5 0 1 0 .01 0M8 1.5v3M8 11.5v3M1.5 8h3M11.5 8h3",
  layers: "M8 2.5 14 6 8 9.5 2 6zM2.5 9.5 8 12.8l5.5-3.3",
  keyboard: "M1.5 4h13v8.5h-13zM4 6.8h.01M6.7 6.8h.01M9.3 6.8h.01M12 6.8h.01M5 9.8h6",
  warning: "M8 2.5 14.5 13.5h-13zM8 6.5v3.5M8 11.8h.01",
  person: "M8 2.5a2.7 2.7 0 1 0 .01 0M2.8 13.5c.4-3 2.4-4.5 5.2-4.5s4.8 1.5 5.2 4.5",
  down: "M4.5 6.5 8 10l3.5-3.5",
  check: "M3 8.5 6.5 12 13 4.5",
  dot: "M8 7.2a.8.8 0 1 0 .01 0",
  up: "M4.5 9.5 8 6l3.5 3.5",
  show: "M1.5 8S4 3.5 8 3.5 14.5 8 14.5 8 12 12.5 8 12.5 1.5 8 1.5 8zM8 6a2 2 0 1 0 .01 0",
  more: "M3.5 8h.01M8 8h.01M12.5 8h.01",
  print: "M4.5 6V2.5h7V6M4.5 11.5H2V6h12v5.5h-2.5M4.5 9.5h7v4h-7z",
  refresh: "M13 8a5 5 0 1 1-1.6-3.7M13 2.5v3h-3",
  near: "M3.2 11.2a1.7 1.7 0 1 0 .01 0M12.8 1.8a1.7 1.7 0 1 0 .01 0M4.6 11.4 11.6 4.8M7 5.2l-1.8-.1M10.8 9.4l.1 1.8",
  siren: "M4 12.5V8a4 4 0 0 1 8 0v4.5M2.5 12.5h11M8 1v1M2.2 3.8l.8.7M13.8 3.8l-.8.7M8 6.5V9",
  bell: "M4 11.5V7a4 4 0 0 1 8 0v4.5M2.5 11.5h11M6.8 13.5h2.4",
  enterprise: "M8 3a5 5 0 1 0 .01 0",
})

/** @param {string} name */
export function icon(name) {
  return html`<svg class="icon" viewBox="0 0 16 16" aria-hidden="true">${svg`<path d=${ICONS[name]} />`}</svg>`
}
