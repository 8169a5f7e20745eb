/** A submission change by change: what the register says now, and what it is to say. */

import { html, nothing } from "lit"
import { formatArea } from "../language/format.js"
import { domain, store, text } from "../shell/page_store.js"
import "./assessment_sum.js"
import { isSame } from "./draft.js"
import { SECTIONS } from "./fields.js"
import { areaOf } from "./geometry.js"
import "./small_map.js"
import { valueText } from "./values.js"

/** @import {Field} from "./fields.js" */
/** @import {Shape} from "./map_shapes.js" */
/** @import {ChangeBeside, DossierRow, Submission} from "./submission.js" */
/** @import {Tables} from "./tables.js" */

/**
 * @typedef {object} Context
 * @property {Tables} tables
 * @property {readonly DossierRow[]} dossier Of the enterprise as it is now; empty for a new one.
 * @property {Submission} submission
 * @property {number} at Place of the change that is looked at; -1 for none.
 */

/** Kinds in the order in which they are read. */
const ORDER = ["enterprise", "zone", "risk_point", "risk_event", "measure", "person", "installation"]

/**
 * The changes as they are read: by kind, deletions first.
 * @param {readonly ChangeBeside[]} items
 */
export function inReadingOrder(items) {
  const rank = (/** @type {ChangeBeside} */ { kind, op }) => ORDER.indexOf(kind.code) * 2 + (op === "delete" ? 0 : 1)
  return [...items].sort((one, other) => rank(one) - rank(other))
}

/** @param {Context} context */
export function changeList(context) {
  const items = inReadingOrder(context.submission.items)
  if (items.length === 0) return html`<p class="nothing">${text("changes.empty")}</p>`
  return html`<ol class="change-list">
    ${items.map((item, place) => html`<li class="change" id="change-${place}" data-op=${opOf(item)} data-at=${place === context.at || nothing}>${change(item, context)}</li>`)}
  </ol>`
}

/** @param {ChangeBeside} item */
function opOf({ op, seen }) {
  return op === "delete" ? "deleted" : seen === null ? "new" : "changed"
}

/**
 * @param {ChangeBeside} item
 * @param {Context} context
 */
function change(item, context) {
  const { kind, name, op, seen, version } = item
  const { state } = context.submission
  const isStale = state.code === "submitted" && seen !== null && version !== null && version !== seen
  return html`
    <h3 class="change-head">
      <span class="tag">${text(`kind.${kind.code}`)}</span> ${name || nothing}
      <span class="tag is-marked">${text(`rowState.${opOf(item)}`)}</span>
      ${context.submission.items.length > 1 && parentName(item, context) ? html`<span class="muted">${parentName(item, context)}</span>` : nothing}
    </h3>
    ${isStale ? html`<p class="remark-box strong-box">${text("changes.stale")}</p>` : nothing}
    ${op === "delete" ? gone(item, context) : differences(item, context)}
  `
}

/**
 * @param {ChangeBeside} item
 * @param {Context} context
 */
function parentName(item, context) {
  const facts = { ...factsNow(item, context), ...item.facts }
  const id = facts.zone_id ?? facts.risk_point_id ?? facts.event_id
  return id ? nameOf(id, context) : null
}

/**
 * Everything that goes with what is deleted.
 * @param {ChangeBeside} item
 * @param {Context} context
 */
function gone(item, context) {
  const facts = item.present ?? {}
  const fields = SECTIONS[item.kind.code].flatMap(({ fields }) => fields)
  const told = fields.flatMap(field => {
    const words = say(field, facts[field.name], item, context)
    return words ? [`${text(field.label)} ${words}`] : []
  })
  const below = countBelow(item, context)
  return html`<p class="change-gone"><del>${told.join(" · ") || item.name}</del></p>
    ${below ? html`<p><b>${text("changes.withIt", { list: below })}</b></p>` : nothing}
    ${facts.boundary ? mapOf(item, context, null, facts.boundary) : nothing}`
}

/**
 * @param {ChangeBeside} item
 * @param {Context} context
 */
function countBelow(item, { dossier }) {
  /** @type {Map<string, number>} */
  const counted = new Map()
  const visit = (/** @type {string} */ id) => {
    for (const row of dossier) {
      if (![row.facts.zone_id, row.facts.risk_point_id, row.facts.event_id].includes(id)) continue
      counted.set(row.kind, (counted.get(row.kind) ?? 0) + 1)
      visit(row.id)
    }
  }
  visit(item.id)
  const list = [...counted].map(([kind, count]) => text("row.counted", { count, kind: text(`kind.${kind}`) }))
  return list.join(store.state.language === "zh" ? "\u3001" : ", ")
}

/**
 * @param {ChangeBeside} item
 * @param {Context} context
 */
function differences(item, context) {
  const isNew = item.seen === null
  // Once it is published the register says what the change said.
  const isPast = context.submission.state.code === "published"
  const fields = SECTIONS[item.kind.code].flatMap(({ fields }) => fields).filter(({ name }) => name in item.facts)
  const isAlone = isNew || isPast
  return html`<table class="change-table">
    <thead class=${isAlone ? "visually-hidden" : ""}>
      <tr><th scope="col">${text("changes.fact")}</th>${isAlone ? nothing : html`<th scope="col">${text("changes.now")}</th>`}<th scope="col">${text("changes.then")}</th></tr>
    </thead>
    <tbody>
      ${fields.map(field => {
        const [was, is] = [item.present?.[field.name], item.facts[field.name]]
        return html`<tr data-type=${field.type}>
          <th scope="row">${text(field.label)}</th>
          ${isAlone ? nothing : html`<td class="was-value">${value(field, was, item, context)}</td>`}
          <td class="is-value">${value(field, is, item, context)}${field.type === "area" && !isAlone ? difference(was, is) : nothing}</td>
        </tr>
        ${field.type === "area" || field.type === "point" ? html`<tr class="change-map"><td colspan=${isAlone ? 2 : 3}>${mapOf(item, context, is, isAlone ? null : was)}</td></tr>` : nothing}`
      })}
    </tbody>
  </table>`
}

/**
 * @param {any} was
 * @param {any} is
 */
function difference(was, is) {
  if (!was || !is) return nothing
  const { language } = store.state
  const by = areaOf(is) - areaOf(was)
  return html` <b class="area-difference">${by < 0 ? "\u2212" : "+"}${formatArea(Math.abs(by), language)}</b>`
}

/**
 * @param {Field} field
 * @param {unknown} said
 * @param {ChangeBeside} item
 * @param {Context} context
 */
function value(field, said, item, context) {
  const words = say(field, said, item, context)
  if (words === null) return html`<span class="muted">\u2014</span>`
  if (field.type === "assessment") return html`<span class="assessment-told">${words}</span><riskmap-assessment-sum .given=${said}></riskmap-assessment-sum>`
  return words
}

/**
 * @param {Field} field
 * @param {unknown} said
 * @param {ChangeBeside} item
 * @param {Context} context
 */
function say(field, said, item, context) {
  const now = factsNow(item, context)
  return valueText(field, said, {
    words: { tables: context.tables, ...domain() },
    language: store.state.language,
    text,
    facts: { ...now, ...item.facts },
    enterprise: context.dossier.find(({ kind }) => kind === "enterprise")?.facts ?? {},
    nameOf: id => nameOf(id, context),
  })
}

/**
 * @param {ChangeBeside} item
 * @param {Context} context
 */
function factsNow(item, { dossier }) {
  return dossier.find(({ id, kind }) => id === item.id && kind === item.kind.code)?.facts ?? {}
}

/**
 * @param {string} id
 * @param {Context} context
 */
function nameOf(id, { dossier, submission }) {
  return submission.items.find(item => item.id === id)?.name || dossier.find(row => row.id === id)?.name || null
}

/**
 * The old outline in grey, the new one in colour, among the enterprise's other zones.
 * @param {ChangeBeside} item
 * @param {Context} context
 * @param {any} is
 * @param {any} was
 */
function mapOf(item, { dossier, submission }, is, was) {
  const grade = dossier.find(({ id }) => id === item.id)?.grade ?? null
  const outline = dossier.find(({ kind }) => kind === "enterprise")?.facts.outline
  const proposed = submission.items.filter(each => each.kind.code === "zone" && each.id !== item.id && each.facts.boundary?.type)
  const changed = new Set(submission.items.map(({ id }) => id))
  /** @type {Shape[]} */
  const shapes = [
    ...(outline && !isSame(outline, was) ? [{ role: /** @type {const} */ ("outline"), geometry: outline }] : []),
    ...dossier.filter(each => each.kind === "zone" && each.id !== item.id && !(changed.has(each.id) && proposed.some(({ id }) => id === each.id)) && each.facts.boundary).map(each => ({ role: /** @type {const} */ ("other"), geometry: each.facts.boundary, grade: each.grade, name: each.name })),
    ...proposed.map(each => ({ role: /** @type {const} */ ("other"), geometry: each.facts.boundary, grade: null, name: each.name })),
    ...(is ? [{ role: /** @type {const} */ ("new"), geometry: is, grade }] : []),
    ...(was ? [{ role: /** @type {const} */ ("old"), geometry: was }] : []),
  ]
  return html`<riskmap-small-map .shapes=${shapes} .label=${text("smallMap.of", { name: item.name })}></riskmap-small-map>
    <p class="map-key muted">
      ${was ? html`<span class="key-old"></span> ${text("changes.keyOld")}` : nothing} ${is ? html`<span class="key-new"></span> ${text("changes.keyNew")}` : nothing}
      ${outline ? html`<span class="key-outline"></span> ${text("changes.keyOutline")}` : nothing}
    </p>`
}
