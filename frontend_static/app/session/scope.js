/** The part of the register that somebody sees, in words. */

import { store, text } from "../shell/page_store.js"

/** @import {Named, NamedScope, ScopeKind} from "./session.js" */

/** How many names are told before "and others". */
const TOLD = 3

/** @param {NamedScope} scope */
export function scopeText({ kind, names, count }) {
  const about = text(`scope.${kind}`)
  if (names.length === 0) return about
  const told = names.slice(0, TOLD).join(store.state.language === "zh" ? "、" : ", ")
  const list = count > TOLD ? text("scope.more", { names: told, count }) : told
  return text("scope.of", { about, list })
}

/** @param {{kind: ScopeKind, codes: Named[]}} scope As accounts and keys carry it. */
export function codedScopeText({ kind, codes }) {
  return scopeText({ kind, names: codes.map(({ name }) => name), count: codes.length })
}
