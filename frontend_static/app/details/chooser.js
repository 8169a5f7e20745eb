/** The list of features that lie on top of each other under one click. */

import { html } from "lit"
import { gradeBadge } from "../grades/badge.js"
import { wordFor } from "../grades/vocabulary.js"
import { domain, store, text } from "../shell/page_store.js"
import { receptorIcon } from "../surroundings/receptor_icon.js"

/** @import {Candidate} from "../maps/picking.js" */

/**
 * @param {readonly Candidate[]} choices
 * @param {unknown} closeButton
 */
export function chooser(choices, closeButton) {
  return html`
    <header class="panel-head">
      <div class="panel-kind"><span>${text("chooser.title", { count: choices.length })}</span>${closeButton}</div>
    </header>
    <ul class="panel-body choices">
      ${choices.map(choice)}
    </ul>
  `
}

/** @param {Candidate} candidate */
function choice(candidate) {
  const { layer, id, name } = candidate
  return html`
    <li>
      <button type="button" class="row-button" @click=${() => store.set({ selection: { layer, id } })}>
        ${sign(candidate)}
        <span class="row-name">${name || text("details.unnamed")}</span>
        <span class="row-detail">${kindOf(candidate)}</span>
      </button>
    </li>
  `
}

/** @param {Candidate} candidate */
function sign({ layer, grade, kind }) {
  return layer === "receptors" ? receptorIcon(kind) : gradeBadge(domain().vocabulary, grade)
}

/** @param {Candidate} candidate */
function kindOf({ layer, kind }) {
  const { vocabulary } = domain()
  const { language } = store.state
  if (layer === "receptors") return wordFor(vocabulary.receptor_kinds, kind, language)
  if (layer === "corridors") return wordFor(vocabulary.corridor_classes, kind, language)
  if (layer === "enterprises") return wordFor(vocabulary.sectors, kind, language) || text("layer.one.enterprises")
  return [text(`layer.one.${layer}`), kind].filter(Boolean).join(" · ")
}
