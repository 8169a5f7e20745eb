/**
 * Moments as people choose them: minutes, sometimes seconds, of the district's own time, written "2026-11-01T08:00".
 *
 * China keeps one time all year, so such a text names one moment and no zone has to be computed with.
 */

const OFFSET = "+08:00"
const OFFSET_MS = 8 * 3600 * 1000
const MOMENT = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2})(?::(\d{2}))?$/

/**
 * @param {string | null | undefined} words From an address or a field.
 * @returns {string | null} "2026-11-01T08:00", with seconds where there are any; null for what is no moment.
 */
export function readMoment(words) {
  const [, day, minute, second = "00"] = words?.match(MOMENT) ?? []
  if (!day) return null
  // A 31st of February is another day once it was read.
  const written = localTime(new Date(`${day}T${minute}:${second}${OFFSET}`))
  return written === `${day}T${minute}:${second}` ? withoutIdleSeconds(written) : null
}

/**
 * As the server wants it, RFC 3339 with the offset.
 * @param {string} at
 */
export function rfc3339(at) {
  return `${at.length === 16 ? `${at}:00` : at}${OFFSET}`
}

/**
 * As a person reads it: the same in both languages, and in the order that sorts.
 * @param {string} at
 */
export function spoken(at) {
  return at.replace("T", " ")
}

/**
 * A path that asks of a moment; of the present when there is none.
 * @param {string} path With or without a query.
 * @param {string | null} at
 */
export function asOf(path, at) {
  if (at === null) return path
  return `${path}${path.includes("?") ? "&" : "?"}datetime=${encodeURIComponent(rfc3339(at))}`
}

/**
 * The minute of now, the latest that can be asked for.
 * @param {Date} now
 */
export function minuteOf(now) {
  return localTime(now).slice(0, 16)
}

/**
 * Whether a moment is still to come.
 * @param {string} at
 * @param {Date} now
 */
export function isAhead(at, now) {
  return Date.parse(rfc3339(at)) > now.getTime()
}

/**
 * Whether a day that was set for a review has passed, in the district's own time.
 * @param {string | null | undefined} due "2026-12-31"
 * @param {number} now Milliseconds.
 */
export function isOverdue(due, now) {
  return Boolean(due) && String(due) < localTime(new Date(now)).slice(0, 10)
}

/** @typedef {"today" | "lastMonday" | "lastMonth" | "lastYear"} QuickChoice */

/**
 * The moments that are asked for most: beginnings of days, and the last minute of the month before.
 * @param {Date} now
 * @returns {{choice: QuickChoice, at: string}[]}
 */
export function quickChoices(now) {
  const today = new Date(`${localTime(now).slice(0, 10)}T00:00:00Z`)
  const weekday = (today.getUTCDay() + 6) % 7
  const firstOfMonth = Date.UTC(today.getUTCFullYear(), today.getUTCMonth(), 1)
  return [
    { choice: "today", at: minute(today) },
    { choice: "lastMonday", at: minute(daysBefore(today, weekday + 7)) },
    { choice: "lastMonth", at: minute(new Date(firstOfMonth - 60_000)) },
    { choice: "lastYear", at: minute(aYearBefore(today)) },
  ]
}

/** @param {Date} day */
function aYearBefore(day) {
  const [year, month] = [day.getUTCFullYear() - 1, day.getUTCMonth()]
  const last = new Date(Date.UTC(year, month + 1, 0)).getUTCDate()
  return new Date(Date.UTC(year, month, Math.min(day.getUTCDate(), last)))
}

/**
 * @param {Date} day
 * @param {number} count
 */
function daysBefore(day, count) {
  return new Date(day.getTime() - count * 24 * 3600 * 1000)
}

/** @param {Date} date Whose UTC fields are the local ones. */
function minute(date) {
  return date.toISOString().slice(0, 16)
}

/** @param {Date} date */
function localTime(date) {
  return Number.isNaN(date.getTime()) ? "" : new Date(date.getTime() + OFFSET_MS).toISOString().slice(0, 19)
}

/** @param {string} at */
function withoutIdleSeconds(at) {
  return at.endsWith(":00") ? at.slice(0, 16) : at
}
