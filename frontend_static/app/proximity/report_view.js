/** An analysis as it is read: counts by distance, what the distance rules say, and the pairs. */

import { html, nothing } from "lit"
import { formatCount, formatLength } from "../language/format.js"
import { icon } from "../shell/icons.js"
import { store, text } from "../shell/page_store.js"
import { areaWords, pairButton } from "./pair_list.js"
import { boundsOfEnds, keyOf } from "./pairs.js"

/** @import {Finding, LayerSummary, Report, Rule} from "./pairs.js" */
/** @import {Bounds} from "../shell/state.js" */

/**
 * @param {Report} report
 * @param {(place: Bounds) => void} show Take the map somewhere.
 */
export function reportView(report, show) {
  const { language } = store.state
  const { sites, unplaced, layers, pairs, pairs_total, asked } = report
  const distances = [...asked.distance_m].sort((a, b) => a - b)
  return html`
    <p class="near-disclaimer" role="note">${icon("warning")} ${report.disclaimer[language]}</p>
    <p class="near-counted">
      ${text("near.counted", { sites: formatCount(sites, language) })}
      ${unplaced > 0 ? html`<b>${text("near.unplaced", { count: formatCount(unplaced, language) })}</b>` : nothing}
    </p>
    ${layers.map(summary)}
    ${findings(report, show)}
    ${pairs_total > pairs.length ? html`<p class="near-cut">${text("near.cut", { shown: formatCount(pairs.length, language), total: formatCount(pairs_total, language) })}</p>` : nothing}
    <riskmap-near-pairs .pairs=${pairs} .findings=${report.findings} .distances=${distances}></riskmap-near-pairs>
  `
}

/** @param {LayerSummary} layer */
function summary({ layer, targets, by_distance }) {
  const { language } = store.state
  const count = (/** @type {number} */ value) => formatCount(value, language)
  return html`<table class="near-summary">
    <caption>${text(`layer.${layer}`)} <span class="muted">${text("near.targets", { count: count(targets) })}</span></caption>
    <thead>
      <tr>
        <th scope="col">${text("near.column.distance")}</th>
        <th scope="col">${text("near.column.pairs")}</th>
        <th scope="col">${text("near.column.sites")}</th>
        <th scope="col">${text("near.column.targets")}</th>
        <th scope="col" title=${text("near.borderlineTitle")}>${text("near.column.borderline")}</th>
      </tr>
    </thead>
    <tbody>
      ${by_distance.map(
        row => html`<tr>
          <th scope="row">≤ ${formatLength(row.distance_m, language)}</th>
          <td>${count(row.pairs)}</td>
          <td>${count(row.sites)}</td>
          <td>${count(row.receptors)}</td>
          <td>${count(row.borderline)}</td>
        </tr>`,
      )}
    </tbody>
  </table>`
}

/**
 * @param {Report} report
 * @param {(place: Bounds) => void} show
 */
function findings({ findings, rules }, show) {
  const { language } = store.state
  if (findings.length === 0) return html`<p class="near-counted">${text("near.noFindings")}</p>`
  return html`<details class="near-findings">
    <summary>${text("near.findings", { count: formatCount(findings.length, language) })}</summary>
    ${rules.map(rule => {
      const found = findings.filter(finding => finding.rule === rule.id)
      return html`<section>
        <h3>${rule[language]}</h3>
        <p class="near-clause">${clause(rule)}</p>
        <p class="near-clause">${rule.note[language]}</p>
        <ol class="near-list">${found.map(finding => html`<li>${findingRow(finding, show)}</li>`)}</ol>
      </section>`
    })}
  </details>`
}

/** @param {Rule} rule */
function clause({ standard, edition, clause, verified }) {
  return html`<b>${standard} ${edition} ${clause}</b>${verified ? nothing : html` <span class="near-unread">${text("near.unverified")}</span>`}`
}

/**
 * @param {Finding} finding
 * @param {(place: Bounds) => void} show
 */
function findingRow(finding, show) {
  const { language } = store.state
  const act = () => {
    store.set({ pair: keyOf(finding) })
    show(boundsOfEnds(finding))
  }
  return html`${pairButton(
    finding,
    html`<span class="row-name">
        ${finding.site.name} <span class="near-to" aria-hidden="true">→</span> ${finding.target.name || text("details.unnamed")}
        <span class="near-about">${finding.because[language]}</span>
      </span>
      <span class="near-figures"><b>${formatLength(finding.distance_m, language)}</b> <span class="near-verdict">${finding.outcome[language]}</span></span>`,
    act,
  )}
  ${areaWords(finding.report_area)}`
}
