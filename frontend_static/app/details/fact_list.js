/** Facts in two columns, name and value; what nobody has registered is said, never left out. */

import { html, nothing } from "lit"
import { formatLonLat, formatMoment } from "../language/format.js"
import { store, text } from "../shell/page_store.js"

/** @import {TemplateResult} from "lit" */
/** @import {CommonFacts} from "./facts.js" */

/** @typedef {[key: string, value: unknown]} Fact Message key and what to show; null means "not registered". */

/** @param {Fact[]} facts */
export function factList(facts) {
  return html`<dl class="facts">${facts.map(([key, value]) => fact(text(key), value))}</dl>`
}

/**
 * Where a row came from and how far to trust its place: folded, for the careful reader.
 * @param {CommonFacts} facts
 * @returns {TemplateResult}
 */
export function origin({ lon, lat, accuracy_m, original_datum, source, source_id, version, updated_at }) {
  return html`
    <details class="origin">
      <summary>${text("details.origin")}</summary>
      ${factList([
        ["fact.lonLat", lon === null || lat === null ? null : formatLonLat(lon, lat)],
        ["fact.accuracy", accuracy_m === null ? null : `±${accuracy_m} m`],
        ["fact.originalDatum", original_datum],
        ["fact.source", source],
        ["fact.sourceId", source_id],
        ["fact.version", version],
        ["fact.updatedAt", formatMoment(updated_at, store.state.language)],
      ])}
    </details>
  `
}

/**
 * @param {string} name
 * @param {unknown} value
 */
function fact(name, value) {
  const isKnown = value !== null && value !== undefined && value !== ""
  return html`<dt>${name}</dt>
    <dd class=${isKnown ? nothing : "muted"}>${isKnown ? value : text("fact.unknown")}</dd>`
}
