/** What each kind of line means, folded under its layer. */

import { html, svg } from "lit"
import { domain, store, text } from "../shell/page_store.js"

export function corridorClasses() {
  const { language } = store.state
  return html`
    <details class="kinds">
      <summary>${text("legend.classes")}</summary>
      ${domain().vocabulary.corridor_classes.map(
        ({ code, [language]: word }) => html`<p class="sign-row">${lineSign(code)} <span>${word}</span></p>`,
      )}
      <p class="sign-row">${gradedSign()} <span>${text("legend.gradedCorridor")}</span></p>
    </details>
  `
}

/** The worst grade stands for all of them. */
function gradedSign() {
  const { colour, stroke, text: ink, letter } = domain().vocabulary.grades[0]
  return html`<svg class="line-sign" viewBox="0 0 28 14" aria-hidden="true">
    ${svg`
      <path d="M0 7h28" style="stroke:${colour};stroke-width:3" />
      <rect x="8" y="1" width="12" height="12" style="fill:${colour};stroke:${stroke}" />
      <text x="14" y="10.5" text-anchor="middle" style="fill:${ink}">${letter}</text>
    `}
  </svg>`
}

/** @param {string} corridorClass */
function lineSign(corridorClass) {
  return html`<svg class="line-sign" data-class=${corridorClass} viewBox="0 0 28 14" aria-hidden="true">
    ${svg`<path class="line-casing" d="M0 7h28" /><path class="line-core" d="M0 7h28" />`}
  </svg>`
}
