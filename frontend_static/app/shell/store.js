/** A store of one frozen object: read it, patch it, hear which keys changed. */

/**
 * @template {object} T
 * @typedef {object} Store
 * @property {Readonly<T>} state The state of now; never changed in place.
 * @property {(patch: Partial<T>) => void} set Replaces the given keys; equal values tell nobody.
 * @property {(listener: Listener<T>) => () => void} subscribe Returns what ends the subscription.
 */

/**
 * @template {object} T
 * @typedef {(state: Readonly<T>, changed: ReadonlySet<keyof T>) => void} Listener
 */

/**
 * @template {object} T
 * @param {T} initial
 * @returns {Store<T>}
 */
export function createStore(initial) {
  let state = Object.freeze({ ...initial })
  /** @type {Set<Listener<T>>} */
  const listeners = new Set()
  return {
    get state() {
      return state
    },
    set(patch) {
      const changed = changedKeys(state, patch)
      if (changed.size === 0) return
      state = Object.freeze({ ...state, ...patch })
      for (const listener of [...listeners]) listener(state, changed)
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

/**
 * @template {object} T
 * @param {T} state
 * @param {Partial<T>} patch
 * @returns {Set<keyof T>}
 */
function changedKeys(state, patch) {
  const keys = /** @type {(keyof T)[]} */ (Object.keys(patch))
  return new Set(keys.filter(key => !isSame(state[key], patch[key])))
}

/**
 * States are small plain data, so equal text means equal value and saves a needless redraw.
 * @param {unknown} a
 * @param {unknown} b
 */
function isSame(a, b) {
  return Object.is(a, b) || (isPlain(a) && isPlain(b) && JSON.stringify(a) === JSON.stringify(b))
}

/** @param {unknown} value */
function isPlain(value) {
  return typeof value === "object" && value !== null
}
