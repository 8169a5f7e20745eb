/** What an audited change did, field by field. */

/** @typedef {Record<string, unknown> | null} Facts */
/** @typedef {{field: string, before: unknown, after: unknown}} Difference Undefined: it was not there. */

/**
 * Every field that differs; fields inside of fields by their path. What only one side tells is a difference, too.
 * @param {Facts} before
 * @param {Facts} after
 * @returns {Difference[]}
 */
export function differences(before, after) {
  const [was, is] = [flattened(before), flattened(after)]
  const fields = [...new Set([...was.keys(), ...is.keys()])]
  return fields
    .map(field => ({ field, before: was.get(field), after: is.get(field) }))
    .filter(({ before, after }) => JSON.stringify(before) !== JSON.stringify(after))
}

/**
 * @param {Facts} facts
 * @returns {Map<string, unknown>}
 */
function flattened(facts) {
  const entries = Object.entries(facts ?? {}).flatMap(([name, value]) => {
    if (!isPlainObject(value)) return [/** @type {[string, unknown]} */ ([name, value])]
    return [...flattened(value)].map(([inner, each]) => /** @type {[string, unknown]} */ ([`${name}.${inner}`, each]))
  })
  return new Map(entries)
}

/**
 * @param {unknown} value
 * @returns {value is Record<string, unknown>}
 */
function isPlainObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}

/**
 * A value as people read it; null when there is none.
 * @param {unknown} value
 * @param {{yes: string, no: string}} words
 * @returns {string | null}
 */
export function valueText(value, { yes, no }) {
  if (value === undefined || value === null || value === "") return null
  if (typeof value === "boolean") return value ? yes : no
  if (Array.isArray(value)) return value.length > 0 ? value.map(each => valueText(each, { yes, no }) ?? "—").join(", ") : null
  return typeof value === "object" ? JSON.stringify(value) : String(value)
}
