/** Which key does what: one table, from which both the page and its key sheet read. */

/** @typedef {"proximity" | "emergency" | "time" | "search" | "help" | "close" | "legend" | "home" | "north" | "hatch" | "all" | "zoomIn" | "zoomOut"} Command */

/** Letters are layout-independent enough here; `?` and `/` are matched as characters, wherever the keyboard has them. */
const BINDINGS = /** @type {Record<string, Command>} */ ({
  "/": "search",
  "?": "help",
  Escape: "close",
  l: "legend",
  h: "home",
  n: "north",
  t: "time",
  p: "proximity",
  e: "emergency",
  x: "hatch",
  a: "all",
  "+": "zoomIn",
  "=": "zoomIn",
  "-": "zoomOut",
})

/** Rows of the key sheet: keys as printed on a keyboard, and the message that explains them. */
export const KEY_SHEET = Object.freeze([
  { keys: ["/"], message: "keys.search" },
  { keys: ["↑", "↓", "Enter"], message: "keys.results" },
  { keys: ["Esc"], message: "keys.close" },
  { keys: ["1", "2", "3", "4", "0"], message: "keys.grades" },
  { keys: ["Shift", "1–4"], message: "keys.gradeAlone" },
  { keys: ["A"], message: "keys.all" },
  { keys: ["T"], message: "keys.time" },
  { keys: ["P"], message: "keys.proximity" },
  { keys: ["E"], message: "keys.emergency" },
  { keys: ["X"], message: "keys.hatch" },
  { keys: ["L"], message: "keys.legend" },
  { keys: ["H"], message: "keys.home" },
  { keys: ["N"], message: "keys.north" },
  { keys: ["+", "−"], message: "keys.zoom" },
  { keys: ["←", "→", "↑", "↓"], message: "keys.pan" },
  { keys: ["Enter"], message: "keys.pick" },
  { keys: ["?"], message: "keys.help" },
])

/**
 * @typedef {object} Press The part of a keyboard event that is read here.
 * @property {string} key
 * @property {string} code The place on the keyboard, for digits that Shift turns into other characters.
 * @property {boolean} shiftKey
 * @property {boolean} ctrlKey
 * @property {boolean} altKey
 * @property {boolean} metaKey
 */

/**
 * @param {Press} press
 * @returns {Command | {grade: number, isAlone: boolean} | null} Null when the key belongs to the browser.
 */
export function commandOf({ key, code, shiftKey, ctrlKey, altKey, metaKey }) {
  if (ctrlKey || altKey || metaKey) return null
  const digit = code.match(/^(?:Digit|Numpad)([0-4])$/)
  if (digit) return { grade: Number(digit[1]), isAlone: shiftKey }
  return BINDINGS[key.length === 1 ? key.toLowerCase() : key] ?? null
}

/**
 * Whether the user is writing, so that letters are letters. Esc is a command even then.
 * @param {EventTarget | null} target
 */
export function isWriting(target) {
  return target instanceof HTMLElement && target.matches("input:not([type=checkbox]), textarea, select")
}
