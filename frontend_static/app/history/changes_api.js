/** Asks for what differs between two moments, layer by layer. */

import { getJson } from "../api/client.js"
import { FEATURE_LAYERS } from "../shell/state.js"
import { KINDS, noCounts } from "./changes.js"
import { rfc3339 } from "./moment.js"

/** @import {Change, ChangeCounts, Changes} from "./changes.js" */
/** @import {Comparison} from "./comparison.js" */
/** @import {FeatureLayer} from "../shell/state.js" */

/** Rows of a layer that are listed and drawn; who needs all of more takes the file. */
const LIMIT = 1000

/** @typedef {{summary: ChangeCounts, matched: number, changes: Omit<Change, "layer">[]}} Answer */

/**
 * @param {FeatureLayer} layer
 * @param {Comparison} comparison
 */
export function changesPath(layer, { from, to }) {
  const words = new URLSearchParams({ layer, from: rfc3339(from) })
  if (to !== null) words.set("to", rfc3339(to))
  return `/api/v1/changes?${words}`
}

/**
 * @param {FeatureLayer} layer
 * @param {Comparison} comparison
 */
export function geojsonPath(layer, comparison) {
  return `${changesPath(layer, comparison)}&f=geojson`
}

/**
 * @param {Comparison} comparison
 * @param {AbortSignal} signal
 * @returns {Promise<Pick<Changes, "items" | "counts" | "layers" | "total">>}
 */
export async function askChanges(comparison, signal) {
  const found = await Promise.all(FEATURE_LAYERS.map(layer => changesOf(layer, comparison, signal)))
  const counts = noCounts()
  for (const { summary } of found) for (const kind of KINDS) counts[kind] += summary[kind]
  return {
    items: found.flatMap(({ items }) => items),
    counts,
    layers: FEATURE_LAYERS.filter((_, index) => found[index].total > 0),
    total: found.reduce((sum, each) => sum + each.total, 0),
  }
}

/**
 * What has appeared may be a whole import; it is asked for apart, so that it crowds nothing else out.
 * @param {FeatureLayer} layer
 * @param {Comparison} comparison
 * @param {AbortSignal} signal
 */
async function changesOf(layer, comparison, signal) {
  const path = `${changesPath(layer, comparison)}&limit=${LIMIT}`
  const others = "&kind=gone&kind=raised&kind=lowered&kind=moved&kind=changed"
  const { summary, matched, changes } = /** @type {Answer} */ (await getJson(`${path}${others}`, { signal }))
  const added = summary.appeared === 0 ? [] : /** @type {Answer} */ (await getJson(`${path}&kind=appeared`, { signal })).changes
  return {
    summary,
    total: matched + summary.appeared,
    items: [...changes, ...added].map(change => ({ ...change, layer })),
  }
}
