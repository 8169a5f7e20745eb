/** The address of the work page, `#review?township=410411001&page=2`: the tab, and what narrows it. */

/** @typedef {Record<string, string>} Filters A filter that says nothing is not there. */

/**
 * @param {string} hash With or without the leading "#".
 * @returns {{tab: string, filters: Filters}}
 */
export function readAddress(hash) {
  const [tab, query = ""] = hash.replace(/^#/, "").split("?")
  return { tab, filters: Object.fromEntries([...new URLSearchParams(query)].filter(([, value]) => value)) }
}

/**
 * @param {string} tab
 * @param {Record<string, string | number | null | undefined>} [filters] What is empty or null is left out.
 */
export function writeAddress(tab, filters = {}) {
  const said = Object.entries(filters).filter(([, value]) => value !== "" && value !== null && value !== undefined)
  const query = new URLSearchParams(said.map(([name, value]) => [name, String(value)]))
  return said.length > 0 ? `#${tab}?${query}` : `#${tab}`
}
