/** One pictogram per kind of receptor: an SVG path to be stroked on a 16 by 16 grid. */

/** @type {Readonly<Record<string, string>>} */
const GLYPHS = Object.freeze({
  school: "M1.5 6.5 8 3.5l6.5 3L8 9.5zM4.5 8v3.2c1.8 1.5 5.2 1.5 7 0V8M14.5 6.5v4",
  kindergarten: "M3 9h4.5v4.5H3zM8.5 9H13v4.5H8.5zM5.75 3.5h4.5V8h-4.5z",
  hospital: "M6.3 3h3.4v3.3H13v3.4H9.7V13H6.3V9.7H3V6.3h3.3z",
  nursing_home: "M7 2.8a1.4 1.4 0 1 0 .01 0M7 6v4l-1.8 3.5M7 10l1.8 3.5M7 7l3 1.8M11 8.5v5",
  welfare: "M8 13S2.5 9.6 2.5 6.2A2.8 2.8 0 0 1 8 5a2.8 2.8 0 0 1 5.5 1.2C13.5 9.6 8 13 8 13z",
  residential: "M3 13.5V3h6v10.5M9 6.5h4v7M5 5.5h2M5 8h2M5 10.5h2M2 13.5h12",
  culture: "M8 4.5C6.5 3.5 4.5 3.3 2.5 3.5v8.5c2-.2 4 0 5.5 1 1.5-1 3.5-1.2 5.5-1V3.5c-2-.2-4 0-5.5 1zM8 4.5V13",
  sports: "M8 2.5a5.5 5.5 0 1 0 .01 0M2.5 8h11M8 2.5v11M4.2 4.2c2 2.2 2 5.4 0 7.6M11.8 4.2c-2 2.2-2 5.4 0 7.6",
  transport_hub: "M3.5 3h9v8.5h-9zM3.5 7.5h9M5.5 11.5v2M10.5 11.5v2",
  market: "M2.5 6.5l1-3h9l1 3zM3.5 6.5v6.5h9V6.5M6.5 13V9.5h3V13",
  government: "M2.5 6.5 8 3l5.5 3.5zM4.5 6.5v5M8 6.5v5M11.5 6.5v5M2.5 13h11",
  religious: "M8 1.8v2M2.5 7.5c2.6 0 4.7-1.6 5.5-3.7.8 2.1 2.9 3.7 5.5 3.7M4.5 7.5v6M11.5 7.5v6M3 13.5h10M6.7 13.5v-3.2h2.6v3.2",
  heritage: "M5.8 13.5 6.6 5 8 2.5 9.4 5l.8 8.5M4 13.5h8M6.3 9h3.4",
  water_source: "M8 2.5S4 7 4 9.7a4 4 0 0 0 8 0C12 7 8 2.5 8 2.5z",
  other: "M8 5.3a2.7 2.7 0 1 0 .01 0",
})

/**
 * @param {string} kind
 * @returns {string} The pictogram of "other" for a kind that has none.
 */
export function receptorGlyph(kind) {
  return GLYPHS[kind] ?? GLYPHS.other
}
