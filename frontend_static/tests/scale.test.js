import assert from "node:assert/strict"
import test from "node:test"
import { metresPerPixel, scaleBar, scaleDenominator } from "../app/maps/scale.js"

test("at zoom 0 on the equator a 512 px tile spans the earth's circumference", () => {
  assert.ok(Math.abs(metresPerPixel(0, 0) * 512 - 40075016.686) < 0.001)
})

test("a pixel covers half the ground one zoom closer, and less ground farther north", () => {
  assert.equal(metresPerPixel(11, 33.7), metresPerPixel(12, 33.7) * 2)
  assert.ok(Math.abs(metresPerPixel(11, 60) / metresPerPixel(11, 0) - 0.5) < 1e-9)
})

test("1:N follows from pixels of 1/96 inch", () => {
  // OGC's 1:559 082 264 at 256 px tiles and 0.28 mm pixels is zoom 0 here at half that, at 0.2646 mm.
  assert.equal(scaleDenominator(0, 0), 296_000_000)
})

test("the bar is the longest round length that fits", () => {
  for (const metres of [0.02, 0.7, 1, 3.3, 42, 999]) {
    const { lengthM, widthPx } = scaleBar(metres, 100)
    assert.ok(widthPx <= 100 && widthPx > 40, `${metres}: ${widthPx}`)
    assert.match(lengthM.toExponential(), /^[125](\.0+)?e/)
  }
})
