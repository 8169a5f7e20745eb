/** Names that the server found, and where the arrow keys go among them. */

import { wordFor } from "../grades/vocabulary.js"

/** @import {Vocabulary, Word} from "../grades/vocabulary.js" */
/** @import {Bounds, FeatureLayer} from "../shell/state.js" */

/**
 * @typedef {object} SearchResult
 * @property {FeatureLayer | "areas"} layer
 * @property {string} id
 * @property {number} number
 * @property {string} name
 * @property {string | null} detail A proper name that tells namesakes apart.
 * @property {number | null} grade
 * @property {string | null} kind Code of a sector, receptor kind, corridor class or area level.
 * @property {number | null} lon
 * @property {number | null} lat
 * @property {Bounds | null} bounds
 *
 * @typedef {{results: SearchResult[], total: number}} SearchAnswer
 */

export const LIMIT = 12

/** @param {string} words */
export function searchPath(words) {
  return `/api/v1/search?${new URLSearchParams({ q: words, limit: String(LIMIT) })}`
}

/**
 * The index an arrow key leads to; past either end it comes round.
 * @param {number} active -1 while none is.
 * @param {"ArrowDown" | "ArrowUp" | "Home" | "End"} key
 * @param {number} count
 */
export function nextActive(active, key, count) {
  if (count === 0) return -1
  if (key === "Home") return 0
  if (key === "End") return count - 1
  if (key === "ArrowDown") return (active + 1) % count
  return active <= 0 ? count - 1 : active - 1
}

/**
 * What stands behind the name: a proper name and the word for the kind.
 * @param {Pick<SearchResult, "layer" | "detail" | "kind">} result
 * @param {Vocabulary} vocabulary
 * @param {"zh" | "en"} language
 */
export function resultDetail({ layer, detail, kind }, vocabulary, language) {
  /** @type {Record<SearchResult["layer"], Word[]>} */
  const words = {
    enterprises: vocabulary.sectors,
    zones: [],
    receptors: vocabulary.receptor_kinds,
    corridors: vocabulary.corridor_classes,
    areas: vocabulary.area_levels,
  }
  return [detail, wordFor(words[layer], kind, language)].filter(Boolean).join(" · ")
}
