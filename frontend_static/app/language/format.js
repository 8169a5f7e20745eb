/** Numbers, measures, dates and coordinates as text: the same on every page and in both languages. */

/** @typedef {"zh" | "en"} Language */

const LOCALES = { zh: "zh-CN", en: "en-GB" }

/** Dates are stored in UTC and read in the district's own time. */
const TIME_ZONE = "Asia/Shanghai"

/**
 * @param {number} value
 * @param {Language} language
 */
export function formatCount(value, language) {
  return new Intl.NumberFormat(LOCALES[language]).format(value)
}

/**
 * Three significant digits, in metres below one kilometre and in kilometres from there.
 * @param {number} metres
 * @param {Language} language
 */
export function formatLength(metres, language) {
  const isShort = metres < 999.5
  const digits = { maximumSignificantDigits: 3 }
  const value = new Intl.NumberFormat(LOCALES[language], digits).format(isShort ? metres : metres / 1000)
  return `${value} ${isShort ? "m" : "km"}`
}

/**
 * Whole square metres: what a land certificate states.
 * @param {number} squareMetres
 * @param {Language} language
 */
export function formatArea(squareMetres, language) {
  return `${formatCount(Math.round(squareMetres), language)} m²`
}

/**
 * Day and minute in the district's time.
 * @param {string} moment ISO 8601.
 * @param {Language} language
 */
export function formatMoment(moment, language) {
  return new Intl.DateTimeFormat(LOCALES[language], momentOptions(language)).format(new Date(moment))
}

/**
 * Day and second, where the order of events matters.
 * @param {string} moment ISO 8601.
 * @param {Language} language
 */
export function formatSecond(moment, language) {
  return new Intl.DateTimeFormat(LOCALES[language], { ...momentOptions(language), second: "2-digit" }).format(new Date(moment))
}

/**
 * @param {Language} language
 * @returns {Intl.DateTimeFormatOptions}
 */
function momentOptions(language) {
  return {
    timeZone: TIME_ZONE,
    year: "numeric",
    // 03/04 is read as March here and as April there.
    month: language === "zh" ? "2-digit" : "short",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  }
}

/**
 * A day without an hour, such as the last one of an account.
 * @param {string} day ISO 8601: "2026-12-31".
 * @param {Language} language
 */
export function formatDay(day, language) {
  const month = language === "zh" ? "2-digit" : "short"
  const format = new Intl.DateTimeFormat(LOCALES[language], { timeZone: "UTC", year: "numeric", month, day: "2-digit" })
  return format.format(new Date(`${day.slice(0, 10)}T00:00:00Z`))
}

/**
 * Six decimals of a degree, 0.1 m on the ground, in the order longitude, latitude.
 * @param {number} lon
 * @param {number} lat
 */
export function formatLonLat(lon, lat) {
  return `${lon.toFixed(6)}, ${lat.toFixed(6)}`
}
