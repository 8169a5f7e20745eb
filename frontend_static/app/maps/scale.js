/** Map scale: ground metres per pixel, the 1:N of a screen, and a scale bar with a round number on it. */

/** Circumference of the Web Mercator sphere, metres. */
const EQUATOR_M = 2 * Math.PI * 6378137

/** MapLibre's zoom 0 shows the world in one tile of 512 CSS pixels. */
const TILE_PX = 512

/** A CSS pixel is 1/96 inch by definition, whatever the screen; the printed sheet states its own scale. */
const PIXEL_M = 0.0254 / 96

/**
 * Ground metres covered by one CSS pixel at a latitude.
 * @param {number} zoom
 * @param {number} lat Degrees.
 */
export function metresPerPixel(zoom, lat) {
  return (EQUATOR_M * Math.cos((lat * Math.PI) / 180)) / (TILE_PX * 2 ** zoom)
}

/**
 * The N of 1:N, to three significant digits.
 * @param {number} zoom
 * @param {number} lat Degrees.
 */
export function scaleDenominator(zoom, lat) {
  return Number((metresPerPixel(zoom, lat) / PIXEL_M).toPrecision(3))
}

/**
 * The longest bar of 1, 2 or 5 times a power of ten metres that fits.
 * @param {number} metresPerPx
 * @param {number} maxWidthPx
 * @returns {{lengthM: number, widthPx: number}}
 */
export function scaleBar(metresPerPx, maxWidthPx) {
  const limit = metresPerPx * maxWidthPx
  const power = 10 ** Math.floor(Math.log10(limit))
  const lengthM = power * (limit >= 5 * power ? 5 : limit >= 2 * power ? 2 : 1)
  return { lengthM, widthPx: lengthM / metresPerPx }
}
