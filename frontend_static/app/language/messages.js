/** Look up and fill in the sentences of the catalogue. */

import { CATALOGUE } from "./catalogue.js"

/** @import {Language} from "./format.js" */
/** @typedef {keyof typeof CATALOGUE} MessageKey */

/**
 * @param {Language} language
 * @param {string} key A key of the catalogue; an unknown one is a mistake of ours and throws.
 * @param {Record<string, string | number>} [values] For the `{name}` places of the sentence.
 * @returns {string}
 */
export function message(language, key, values = {}) {
  const entry = CATALOGUE[/** @type {MessageKey} */ (key)]
  if (!entry) throw new Error(`no message ${key}`)
  return entry[language].replace(/\{(\w+)\}/g, (_, /** @type {string} */ name) => String(values[name] ?? ""))
}

/**
 * Whether there is a sentence for what a server may name.
 * @param {string} key
 */
export function hasMessage(key) {
  return key in CATALOGUE
}
