/** What a publication changes of zones, as far as a reviewer must see it before they say yes. */

/** @import {Shape} from "./map_shapes.js" */
/** @import {ChangeBeside, DossierRow, Outcome} from "./submission.js" */

/**
 * The names of the zones that come, go and move, and how many changes are of something else.
 * @param {readonly ChangeBeside[]} items
 */
export function zonesOf(items) {
  const zones = items.filter(({ kind }) => kind.code === "zone")
  const names = (/** @type {(item: ChangeBeside) => boolean} */ isMeant) => zones.filter(isMeant).map(({ name }) => name)
  const added = names(({ op, seen }) => op === "put" && seen === null)
  const deleted = names(({ op }) => op === "delete")
  const moved = names(({ op, seen, facts }) => op === "put" && seen !== null && "boundary" in facts)
  return { added, deleted, moved, others: items.length - added.length - deleted.length - moved.length }
}

/**
 * The zones as they are and as they will be, among those that stay; nothing where no outline and no grade of a zone changes.
 * @param {readonly ChangeBeside[]} items
 * @param {readonly DossierRow[]} dossier
 * @param {Outcome} outcome
 * @returns {Shape[]}
 */
export function outlines(items, dossier, outcome) {
  const changes = new Map(items.filter(({ kind }) => kind.code === "zone").map(item => [item.id, item]))
  const after = new Map(outcome.grades.filter(({ kind }) => kind === "zone").map(row => [row.id, row.after]))
  const zones = dossier.filter(({ kind, facts }) => kind === "zone" && facts.boundary)
  const present = zones.flatMap(({ id, name, grade, facts }) => {
    const change = changes.get(id)
    const isGone = change?.op === "delete"
    const now = change?.facts.boundary ?? facts.boundary
    const isMoved = change?.facts.boundary !== undefined
    /** @type {Shape[]} */
    const shapes = []
    if (!isGone) shapes.push({ role: isMoved || after.has(id) ? "new" : "other", geometry: now, grade: after.has(id) ? after.get(id) : grade, name })
    if (isGone || isMoved) shapes.push({ role: "old", geometry: facts.boundary, name })
    return shapes
  })
  const known = new Set(zones.map(({ id }) => id))
  const fresh = [...changes.values()]
    .filter(({ id, op, facts }) => op === "put" && !known.has(id) && facts.boundary)
    .map(({ id, name, facts }) => ({ role: /** @type {const} */ ("new"), geometry: facts.boundary, grade: after.get(id) ?? null, name }))
  const shapes = [...present, ...fresh]
  return shapes.some(({ role }) => role !== "other") ? shapes : []
}
