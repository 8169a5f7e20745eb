/** A browser's long self-description, cut down to what its user calls it. */

/** The first that fits: every Edge also says Chrome, every Chrome also says Safari. */
const BROWSERS = [
  ["Edge", /Edg\/(\d+)/],
  ["Firefox", /Firefox\/(\d+)/],
  ["Chrome", /Chrome\/(\d+)/],
  ["Safari", /Version\/(\d+).*Safari/],
]
const SYSTEMS = [
  ["Windows", /Windows/],
  ["Android", /Android/],
  ["iOS", /iPhone|iPad/],
  ["macOS", /Mac OS X/],
  ["Linux", /Linux/],
]

/**
 * @param {string | null} userAgent
 * @returns {string | null} "Chrome 120 · Windows", or null when it is none of these.
 */
export function browserOf(userAgent) {
  if (!userAgent) return null
  for (const [name, sign] of /** @type {[string, RegExp][]} */ (BROWSERS)) {
    const [, version] = userAgent.match(sign) ?? []
    if (!version) continue
    const system = /** @type {[string, RegExp][]} */ (SYSTEMS).find(([, mark]) => mark.test(userAgent))
    return [`${name} ${version}`, system?.[0]].filter(Boolean).join(" · ")
  }
  return null
}
