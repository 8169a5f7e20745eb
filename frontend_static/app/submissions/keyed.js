/** Another thing is drawn anew, not drawn over: what was typed into the fields of one row must not stand in another's. */

import { repeat } from "lit/directives/repeat.js"

/** @import {TemplateResult} from "lit" */

/**
 * @param {string} key
 * @param {TemplateResult} template
 */
export function keyed(key, template) {
  return repeat([template], () => key, each => each)
}
