/** What scopes are made of, with the number of accounts that watch over each. */

/** @import {Word} from "../grades/vocabulary.js" */
/** @import {Named} from "../session/session.js" */

/**
 * @typedef {object} Territories
 * @property {{code: string, name: string, accounts: number}[]} townships
 * @property {{code: string, zh: string, en: string, accounts: number}[]} sectors
 * @property {{id: string, code: string, name: string, kind: Word, accounts: number}[]} groups
 *
 * @typedef {{code: string, name: string, detail: string, accounts: number}} Territory `code` is what a scope carries.
 * @typedef {"townships" | "sectors" | "groups"} TerritoryKind
 */

/** @type {readonly TerritoryKind[]} */
export const TERRITORY_KINDS = ["townships", "sectors", "groups"]

/**
 * @param {Territories} territories
 * @param {TerritoryKind} kind
 * @param {"zh" | "en"} language
 * @returns {Territory[]}
 */
export function territoriesOf(territories, kind, language) {
  if (kind === "townships") {
    return territories.townships.map(({ code, name, accounts }) => ({ code, name, detail: code, accounts }))
  }
  if (kind === "sectors") {
    return territories.sectors.map(sector => ({ code: sector.code, name: sector[language], detail: "", accounts: sector.accounts }))
  }
  // A group's code is the district's own; its scope is granted by id.
  return territories.groups.map(group => ({ code: group.id, name: group.name, detail: group.kind[language], accounts: group.accounts }))
}

/**
 * Those whose name or code holds the words.
 * @template {Named & {detail?: string}} T
 * @param {T[]} all
 * @param {string} words
 */
export function matching(all, words) {
  const wanted = words.trim().toLowerCase()
  return all.filter(({ name, code, detail = "" }) => `${name} ${code} ${detail}`.toLowerCase().includes(wanted))
}

/**
 * The list with one taken out or put in.
 * @param {readonly Named[]} chosen
 * @param {Named} item
 * @returns {Named[]}
 */
export function switched(chosen, item) {
  const others = chosen.filter(({ code }) => code !== item.code)
  return others.length < chosen.length ? others : [...chosen, { code: item.code, name: item.name }]
}
