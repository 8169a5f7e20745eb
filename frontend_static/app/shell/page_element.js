/** What every element of the page is: a Lit element in the page's own DOM, styled by the page's style sheets. */

import { LitElement } from "lit"

export class PageElement extends LitElement {
  /** Without a shadow root the style sheets, `label for` and a test's selectors reach everything. */
  createRenderRoot() {
    return this
  }

  /**
   * Tell an ancestor.
   * @param {string} name
   * @param {unknown} [detail]
   */
  tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true }))
  }
}
