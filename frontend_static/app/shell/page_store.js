/** The page's one store, filled from the address, and what keeps elements in step with it. */

import { message } from "../language/messages.js"
import { preferLanguage, preferredLanguage } from "../language/preference.js"
import { LINKED, readLink, writeLink } from "./link.js"
import { initialState } from "./state.js"
import { createStore } from "./store.js"

/** @import {LitElement, ReactiveController} from "lit" */
/** @import {State} from "./state.js" */

export const store = createStore({ ...initialState(), language: preferredLanguage() })

store.subscribe((state, changed) => {
  if (changed.has("language")) preferLanguage(state.language)
})

/** What the server told at the start. Elements that need it are only drawn once it is there. */
export function domain() {
  if (!store.state.domain) throw new Error("drawn before the vocabulary arrived")
  return store.state.domain
}

/**
 * A sentence in the language of the page.
 * @param {string} key
 * @param {Record<string, string | number>} [values]
 */
export function text(key, values) {
  return message(store.state.language, key, values)
}

/**
 * Redraw an element when one of these keys of the state changes. The language always counts.
 * @param {LitElement} host
 * @param {...keyof State} keys
 */
export function redrawOn(host, ...keys) {
  const wanted = [...keys, "language"]
  /** @type {() => void} */
  let end = () => {}
  /** @type {ReactiveController} */
  const controller = {
    hostConnected() {
      end = store.subscribe((_, changed) => {
        if (wanted.some(key => changed.has(/** @type {keyof State} */ (key)))) host.requestUpdate()
      })
    },
    hostDisconnected() {
      end()
    },
  }
  host.addController(controller)
}

/** Read the address into the store, then keep the two equal: a pasted address moves the map, a moved map rewrites it. */
export function followAddress() {
  const follow = () => store.set(readLink(location.hash, store.state.language))
  follow()
  addEventListener("hashchange", follow)
  store.subscribe((state, changed) => {
    if (!LINKED.some(key => changed.has(key))) return
    const hash = writeLink(state)
    // replaceState does not fire hashchange, and "back" leaves the map instead of retracing every pan.
    if (hash !== location.hash) history.replaceState(null, "", hash)
  })
}
