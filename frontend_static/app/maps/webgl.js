/** Whether this browser can draw the map at all. */

/** Chrome 144 and later refuse software WebGL without a flag, so office machines without a graphics driver end here. */
export function hasWebGL2() {
  return document.createElement("canvas").getContext("webgl2") !== null
}
