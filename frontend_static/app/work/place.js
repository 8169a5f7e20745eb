/** Where somebody is on the work page: its tabs read their filters from the address and write them there. */

import { readAddress, writeAddress } from "./address.js"

/** @import {LitElement} from "lit" */
/** @import {Filters} from "./address.js" */

/** @returns {Filters} */
export function filters() {
  return readAddress(location.hash).filters
}

/**
 * Change some filters and leave the others; an empty one is taken out. "Back" leaves the tab, not each key stroke.
 * @param {Record<string, string | number | null | undefined>} changes
 */
export function narrow(changes) {
  const { tab, filters } = readAddress(location.hash)
  history.replaceState(null, "", writeAddress(tab, { ...filters, ...changes }))
  dispatchEvent(new Event("hashchange"))
}

/**
 * Go to a tab, as a link would: "back" comes back here.
 * @param {string} tab
 * @param {Record<string, string | number | null | undefined>} [filters]
 */
export function goTo(tab, filters) {
  location.hash = writeAddress(tab, filters)
}

/**
 * Tell an element about each change of its address, from when it is there until it goes.
 * @param {LitElement} host
 * @param {() => void} listen
 */
export function onPlace(host, listen) {
  host.addController({
    hostConnected: () => addEventListener("hashchange", listen),
    hostDisconnected: () => removeEventListener("hashchange", listen),
  })
}
