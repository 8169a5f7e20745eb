/** The table of the coverage: for each township or sector how many should be there, are, are placed and are graded. */

import { html, nothing } from "lit"
import { formatCount, formatDay } from "../language/format.js"
import { store, text } from "../shell/page_store.js"
import { writeAddress } from "../work/address.js"
import { isNamed, linesOf, pendingOf } from "./coverage.js"

/** @import {Coverage, CoverageRow, Grouping, Line, Place, Share} from "./coverage.js" */

/**
 * @param {Coverage} coverage
 * @param {Grouping} grouping
 */
export function coverageTable(coverage, grouping) {
  const lines = linesOf(coverage, grouping)
  return html`<table class="table coverage-table" data-by=${grouping}>
    <caption class="visually-hidden">${text("coverage.title")}</caption>
    <thead>
      <tr>
        <th scope="col" rowspan="2">${text(`coverage.of.${grouping}`)}</th>
        <th scope="col" rowspan="2" class="number">${text("coverage.due")}</th>
        <th scope="col" rowspan="2" class="share-head">${text("coverage.registered")}<span class="row-remark">${text("coverage.ofDue")}</span></th>
        <th scope="col" rowspan="2" class="number">${text("coverage.pending")}</th>
        <th scope="col" rowspan="2" class="share-head">${text("coverage.mapped")}<span class="row-remark">${text("coverage.ofRegistered")}</span></th>
        <th scope="col" rowspan="2" class="number">${text("coverage.unplaced")}</th>
        <th scope="col" rowspan="2" class="share-head">${text("coverage.graded")}<span class="row-remark">${text("coverage.ofRegistered")}</span></th>
        <th scope="col" rowspan="2" class="number">${text("coverage.unassessed")}</th>
        <th scope="colgroup" colspan="3" class="group-head">${text("coverage.overdue")}</th>
        <th scope="col" rowspan="2" class="number">${text("coverage.beyond")}</th>
        <th scope="col" rowspan="2">${text("coverage.age")}</th>
      </tr>
      <tr class="second-head">
        <th scope="col" class="number">${text("lists.kind.short.enterprises")}</th>
        <th scope="col" class="number">${text("lists.kind.short.zones")}</th>
        <th scope="col" class="number">${text("lists.kind.short.events")}</th>
      </tr>
    </thead>
    <tbody>
      ${lines.map(drawn)}
    </tbody>
    <tfoot>
      ${drawn({ row: coverage.whole, level: "group", place: {} })}
    </tfoot>
  </table>`
}

/** @param {Line} line */
function drawn({ row, level, place }) {
  const isWhole = !place.township && !place.sector
  return html`<tr data-level=${level}>
    <th scope="row">${isWhole ? text("coverage.whole") : placeName(row, level)}</th>
    <td class="number">${entries(row.due, "due", place)}</td>
    ${share(row.registered_share, "registered", place)}
    <td class="number">${entries(pendingOf(row), "pending", place)}</td>
    ${share(row.mapped_share, "mapped", place)}
    <td class="number">${entries(row.unplaced, "unplaced", place)}</td>
    ${share(row.graded_share, "graded", place)}
    <td class="number">${entries(row.unassessed, "unassessed", place)}</td>
    <td class="number">${late(row.overdue_enterprises, "enterprises", place)}</td>
    <td class="number">${late(row.overdue_zones, "zones", place)}</td>
    <td class="number">${late(row.overdue_events, "events", place)}</td>
    <td class="number">${count(row.beyond_roster)}</td>
    <td class="age">${age(row)}</td>
  </tr>`
}

/**
 * @param {CoverageRow} row
 * @param {Line["level"]} level
 */
function placeName({ township, sector }, level) {
  const { language } = store.state
  if (level === "part") return sector?.[language] ?? text("coverage.noSector")
  if (township || sector) return (township ?? sector)?.[language]
  return text("coverage.unnamed")
}

/**
 * A number, and behind it the entries of the roster that it counts.
 * @param {number} number
 * @param {string} part
 * @param {Place} place
 */
function entries(number, part, place) {
  if (number === 0) return count(0)
  return html`<a href=${writeAddress("coverage", { by: currentGrouping(), part, ...place })} title=${text(`coverage.part.${part}`)}>${count(number)}</a>`
}

function currentGrouping() {
  const by = new URLSearchParams(location.hash.split("?")[1] ?? "").get("by")
  return by ?? ""
}

/**
 * Reviews that are overdue: rows of the register, which its lists show.
 * @param {number} number
 * @param {"enterprises" | "zones" | "events"} list
 * @param {Place} place
 */
function late(number, list, place) {
  if (number === 0) return count(0)
  if (!isNamed(place)) return count(number)
  return html`<a href=${writeAddress("risks", { list: list === "zones" ? "" : list, overdue: "true", ...place })}>${count(number)}</a>`
}

/** @param {number} number */
function count(number) {
  return number === 0 ? html`<span class="muted">0</span>` : html`${formatCount(number, store.state.language)}`
}

/**
 * A part of a whole: its number, the whole, per cent, and a bar that is read by its length alone.
 * @param {Share} told
 * @param {string} part
 * @param {Place} place
 */
function share({ part: number, whole, percent }, part, place) {
  const { language } = store.state
  return html`<td class="share">
    <span class="share-numbers">${entries(number, part, place)}<span class="muted">/ ${formatCount(whole, language)}</span><b>${percent === null ? "—" : `${percent}%`}</b></span>
    <span class="share-bar" aria-hidden="true">${percent === null ? nothing : html`<span style="width:${percent}%"></span>`}</span>
  </td>`
}

/** @param {CoverageRow} row */
function age({ median_age_days, oldest }) {
  if (oldest === null || median_age_days === null) return html`<span class="muted">—</span>`
  return html`${text("coverage.days", { days: Math.round(median_age_days) })}<span class="row-remark">${text("coverage.oldest", { day: formatDay(oldest, store.state.language) })}</span>`
}
