/** A problem as a sentence in the language of the page. */

import { sentenceFor } from "../api/problem.js"
import { store, text } from "./page_store.js"

/** @param {unknown} problem */
export function problemText(problem) {
  const sentence = sentenceFor(problem, store.state.language)
  return typeof sentence === "string" ? sentence : text(sentence.key, sentence.values)
}
