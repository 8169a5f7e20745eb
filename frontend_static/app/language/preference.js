/** The language that was chosen last, shared by all pages of this browser. */

/** @import {Language} from "./format.js" */

const KEY = "riskmap.language"

/** @returns {Language} */
export function preferredLanguage() {
  try {
    return localStorage.getItem(KEY) === "en" ? "en" : "zh"
  } catch {
    return "zh" // the browser keeps nothing for us
  }
}

/** @param {Language} language */
export function preferLanguage(language) {
  try {
    localStorage.setItem(KEY, language)
  } catch {
    // It is forgotten with the page, which is all that can be done.
  }
}
