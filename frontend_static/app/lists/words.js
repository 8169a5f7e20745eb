/** What a list is narrowed by, as a sentence for paper. */

import { gradeOf } from "../grades/vocabulary.js"
import { domain, store, text } from "../shell/page_store.js"
import { FLAGS, narrowedBy } from "./query.js"

/** @import {Word} from "../grades/vocabulary.js" */
/** @import {Filters} from "../work/address.js" */

/**
 * @param {Filters} address
 * @param {Record<string, Word[]>} words The words of the codes, as the answer tells them.
 */
export function filtersInWords(address, words) {
  const parts = Object.entries(narrowedBy(address)).map(([name, value]) => `${text(`lists.filter.${name}`)}: ${said(name, value, words[name])}`)
  return text("print.filters", { parts: parts.join(text("lists.semicolon")) || text("lists.all") })
}

/**
 * @param {string} name
 * @param {string} value
 * @param {Word[] | undefined} words
 */
function said(name, value, words) {
  const { language } = store.state
  if (FLAGS.some(flag => flag === name)) return text(value === "true" ? "lists.yes" : "lists.no")
  if (name === "grade") return value.split(",").map(code => gradeOf(domain().vocabulary, Number(code))[language]).join(text("lists.comma"))
  return words?.map(word => word[language]).join(text("lists.comma")) || value
}
