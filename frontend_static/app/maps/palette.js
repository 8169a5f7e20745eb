/** The map's quiet colours, read from the design tokens of the page so that they are written once. */

/** Token `--map-<name>` for each; risk colours are not here, they come with the vocabulary. */
export const PALETTE_NAMES = /** @type {const} */ ([
  "outside",
  "land",
  "boundary",
  "boundary-strong",
  "place-text",
  "road",
  "road-major",
  "road-casing",
  "railway",
  "water",
  "pipeline",
  "outline",
  "receptor",
  "receptor-fill",
  "ink",
  "halo",
])

/** @typedef {Record<typeof PALETTE_NAMES[number], string>} Palette */

/**
 * @param {(token: string) => string} valueOf The value of a custom property.
 * @returns {Palette}
 */
export function readPalette(valueOf) {
  const colours = PALETTE_NAMES.map(name => [name, valueOf(`--map-${name}`).trim()])
  return /** @type {Palette} */ (Object.fromEntries(colours))
}
