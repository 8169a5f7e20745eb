/** The kinds of receptors, folded under their layer: pictogram, count and a switch for each. */

import { html, nothing } from "lit"
import { formatCount } from "../language/format.js"
import { domain, store, text } from "../shell/page_store.js"
import { receptorIcon } from "../surroundings/receptor_icon.js"

/** @import {Word} from "../grades/vocabulary.js" */
/** @import {Counts} from "./counts.js" */

/**
 * @param {Counts | null} counts
 * @param {boolean} isStale Counted for another view than the present one.
 */
export function receptorKinds(counts, isStale) {
  const receptors = counts?.layers.receptors
  const present = domain().vocabulary.receptor_kinds.filter(kind => receptors?.total[kind.code])
  if (present.length === 0) return nothing
  return html`
    <details class="kinds">
      <summary>${text("legend.kinds", { count: present.length })}</summary>
      ${present.map(kind => kindRow(kind, isStale ? undefined : receptors?.in_view?.[kind.code], receptors?.total[kind.code] ?? 0))}
    </details>
  `
}

/**
 * @param {Word} kind
 * @param {number | undefined} inView
 * @param {number} total
 */
function kindRow(kind, inView, total) {
  const { hiddenKinds, language } = store.state
  const isHidden = hiddenKinds.includes(kind.code)
  const toggle = () =>
    store.set({
      hiddenKinds: isHidden ? hiddenKinds.filter(each => each !== kind.code) : [...hiddenKinds, kind.code],
    })
  return html`
    <label class="switch-row">
      <input type="checkbox" data-kind=${kind.code} .checked=${!isHidden} @change=${toggle} />
      ${receptorIcon(kind.code)}
      <span>${kind[language]}</span>
      <span class="count">
        ${inView === undefined ? nothing : html`<b>${formatCount(inView, language)}</b>`}<span>${formatCount(total, language)}</span>
      </span>
    </label>
  `
}
