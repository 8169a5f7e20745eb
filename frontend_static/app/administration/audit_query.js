/** What is asked of the audit trail, as an address. */

/** @typedef {{q: string, action: string, result: string, since: string, until: string}} AuditQuery Days as 2026-12-31. */

const LIMIT = 50

/** Days begin in the district's time, which has no summer time. */
const OFFSET = "+08:00"

/**
 * @param {AuditQuery} query
 * @param {number} [before] Only events older than this number.
 */
export function auditPath({ q, action, result, since, until }, before) {
  const words = new URLSearchParams({ limit: String(LIMIT) })
  const wanted = { q, action, result, since: since && `${since}T00:00:00${OFFSET}`, until: until && `${dayAfter(until)}T00:00:00${OFFSET}` }
  for (const [name, value] of Object.entries(wanted)) if (value) words.set(name, value)
  if (before !== undefined) words.set("before", String(before))
  return `/api/v1/audit?${words}`
}

/** "Until the 3rd" includes the 3rd. @param {string} day */
function dayAfter(day) {
  const next = new Date(`${day}T00:00:00Z`)
  next.setUTCDate(next.getUTCDate() + 1)
  return next.toISOString().slice(0, 10)
}
