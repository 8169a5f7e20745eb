/** What a click on the map means: which of the features under it the user can have wanted. */

import { FEATURE_LAYERS, UNGRADED } from "../shell/state.js"

/** @import {FeatureLayer} from "../shell/state.js" */

/**
 * @typedef {object} Candidate
 * @property {FeatureLayer} layer
 * @property {string} id The tile's number, as text.
 * @property {string} name
 * @property {number} grade `UNGRADED` when there is none.
 * @property {string} kind A receptor's kind, a corridor's class, an enterprise's sector, a zone's floor; may be empty.
 *
 * @typedef {object} TileFeature The part of MapLibre's feature that is read here.
 * @property {number | string | undefined} id
 * @property {string} sourceLayer
 * @property {Record<string, unknown>} properties
 * @property {{type: string}} geometry
 */

/**
 * Style layers that answer a click, in tiers: a sign lies on purpose on top of the area around it, so only the
 * first tier with a hit counts. Within a tier everything is offered.
 */
export const TIERS = Object.freeze([
  ["enterprise-symbol", "receptor-symbol", "receptor-dot"],
  ["zone-fill"],
  ["receptor-area", "road", "railway", "pipeline", "waterway"],
  ["enterprise-outline-fill"],
])

/**
 * The distinct features of the first tier that was hit, worst grade first.
 * @param {(styleLayers: string[]) => TileFeature[]} query Features of some style layers at the place of the click.
 * @returns {Candidate[]}
 */
export function candidatesAt(query) {
  for (const tier of TIERS) {
    const found = distinct(query([...tier]).flatMap(candidate))
    if (found.length > 0) return found.sort(byWorstGrade)
  }
  return []
}

/**
 * @param {TileFeature} feature
 * @returns {Candidate[]} Empty for a feature that has no number, for it cannot be looked up.
 */
export function candidate({ id, sourceLayer, properties }) {
  // An outline carries the number of its enterprise.
  const layer = sourceLayer === "enterprise_outlines" ? "enterprises" : sourceLayer
  const known = FEATURE_LAYERS.find(each => each === layer)
  if (!known || id === undefined) return []
  return [
    {
      layer: known,
      id: String(id),
      name: String(properties.name ?? ""),
      grade: Number(properties.grade ?? UNGRADED),
      kind: String(properties.kind ?? properties.class ?? properties.floor ?? properties.sector ?? ""),
    },
  ]
}

/**
 * A feature that spans several tiles is found once in each.
 * @param {Candidate[]} candidates
 */
function distinct(candidates) {
  return [...new Map(candidates.map(each => [`${each.layer}/${each.id}`, each])).values()]
}

/**
 * @param {Candidate} a
 * @param {Candidate} b
 */
function byWorstGrade(a, b) {
  return rank(a) - rank(b)
}

/** @param {Candidate} candidate */
function rank({ grade }) {
  return grade === UNGRADED ? Infinity : grade
}
