/** Undo and redo: what was, what is, and what was taken back. Writing on in one field is one step. */

/**
 * @template T
 * @typedef {{past: readonly T[], present: T, future: readonly T[], at: string | null}} History `at`: the field of the last step.
 */

/** Steps that can be taken back. */
const STEPS = 200

/**
 * @template T
 * @param {T} present
 * @returns {History<T>}
 */
export function begun(present) {
  return { past: [], present, future: [], at: null }
}

/**
 * @template T
 * @param {History<T>} history
 * @param {T} present
 * @param {string | null} [at] The field that is being written in.
 * @returns {History<T>}
 */
export function done(history, present, at = null) {
  if (at !== null && at === history.at) return { ...history, present, future: [] }
  return { past: [...history.past, history.present].slice(-STEPS), present, future: [], at }
}

/**
 * @template T
 * @param {History<T>} history
 * @returns {History<T>}
 */
export function undo(history) {
  const [last] = history.past.slice(-1)
  if (history.past.length === 0) return history
  return { past: history.past.slice(0, -1), present: last, future: [history.present, ...history.future], at: null }
}

/**
 * @template T
 * @param {History<T>} history
 * @returns {History<T>}
 */
export function redo(history) {
  const [next, ...future] = history.future
  if (history.future.length === 0) return history
  return { past: [...history.past, history.present], present: next, future, at: null }
}
