/** Keeps the ground where it is on the screen when a panel opens or closes beside the map. */

/** @import {Map as MapLibreMap} from "maplibre-gl" */

/**
 * MapLibre itself keeps the centre, which moves the very feature that was just clicked.
 * @param {MapLibreMap} map Created with `trackResize: false`.
 * @returns {() => void} Ends the watch.
 */
export function anchorOnResize(map) {
  const container = map.getContainer()
  let before = container.getBoundingClientRect()
  const observer = new ResizeObserver(() => {
    const now = container.getBoundingClientRect()
    if (now.width === 0 || now.height === 0) return
    const middle = map.unproject([now.left - before.left + now.width / 2, now.top - before.top + now.height / 2])
    const isMoving = map.isMoving()
    before = now
    map.resize()
    if (!isMoving) map.jumpTo({ center: middle })
  })
  observer.observe(container)
  return () => observer.disconnect()
}
