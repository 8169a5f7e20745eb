/**
 * The tabs of the work page: which element draws each, and what somebody must be allowed to do to have it.
 *
 * An element is defined by a module that `elements.js` imports; a tab whose element nobody has defined is not shown.
 */

import { mayAny } from "../session/session.js"

/** @import {Action, Session} from "../session/session.js" */

/** @typedef {{id: string, element: string, needs: readonly Action[]}} Tab Any of `needs` opens it. */

/** In the order in which they stand; the first that is open is the page's start. @type {readonly Tab[]} */
export const TABS = Object.freeze([
  { id: "risks", element: "risk-list-tab", needs: ["look"] },
  { id: "submissions", element: "submissions-tab", needs: ["edit"] },
  { id: "review", element: "review-tab", needs: ["review"] },
  { id: "downgrades", element: "downgrades-tab", needs: ["look"] },
  { id: "coverage", element: "coverage-tab", needs: ["look"] },
  { id: "import", element: "import-tab", needs: ["review"] },
])

/**
 * @param {Session | null} session
 * @param {(element: string) => boolean} isDefined
 */
export function tabsFor(session, isDefined) {
  return TABS.filter(({ element, needs }) => isDefined(element) && mayAny(session, ...needs))
}

/**
 * The tab that an address names, or the first that is open; undefined where none is.
 * @param {string} named
 * @param {readonly Tab[]} tabs
 * @returns {Tab | undefined}
 */
export function tabOf(named, tabs) {
  return tabs.find(({ id }) => id === named) ?? tabs[0]
}
