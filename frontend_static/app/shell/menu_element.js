/** A menu: a button, and behind it a list of lines. It closes as soon as somebody turns to something else. */

import { html, nothing } from "lit"
import { PageElement } from "./page_element.js"

/** @import {TemplateResult} from "lit" */

/**
 * @typedef {object} Line
 * @property {string} words
 * @property {string} [path] Where it leads; a line without one does something.
 * @property {boolean} [isCurrent] Whether it leads to where one is.
 * @property {() => unknown} [act]
 */

/** Which line a key goes to, from the one that has the focus (-1: none has). */
const STEPS = /** @type {Record<string, (at: number, last: number) => number>} */ ({
  ArrowDown: (at, last) => (at < last ? at + 1 : 0),
  ArrowUp: (at, last) => (at > 0 ? at - 1 : last),
  Home: () => 0,
  End: (_, last) => last,
})

export class MenuElement extends PageElement {
  disconnectedCallback() {
    super.disconnectedCallback()
    removeEventListener("pointerdown", this.#closeOutside)
  }

  /**
   * @param {object} parts
   * @param {string} parts.kind The class that gives the button its looks.
   * @param {string} parts.label
   * @param {TemplateResult} parts.button What is drawn on it.
   * @param {readonly Line[]} parts.lines
   * @param {TemplateResult | typeof nothing} [parts.head] Stands above the lines.
   * @param {TemplateResult | typeof nothing} [parts.foot]
   */
  menu({ kind, label, button, lines, head = nothing, foot = nothing }) {
    return html`<details class="menu ${kind}" @toggle=${this.#follow} @focusout=${this.#leave} @keydown=${this.#press}>
      <summary aria-label=${label} title=${label}>${button}</summary>
      <div class="menu-list">${head} ${lines.map(line => this.#line(line))} ${foot}</div>
    </details>`
  }

  open() {
    this.#menu.open = true
  }

  /** @param {Line} line */
  #line({ words, path, isCurrent, act }) {
    if (path) return html`<a class="menu-line" href=${path} aria-current=${isCurrent ? "page" : nothing}>${words}</a>`
    return html`<button type="button" class="menu-line" @click=${() => this.#do(act)}>${words}</button>`
  }

  /** @param {Line["act"]} act */
  #do(act) {
    // A dialog gives the focus back to what had it, so that must not be a line that is hidden by then.
    this.#close()
    act?.()
  }

  #follow() {
    const { open } = this.#menu
    // Bare ground takes no focus, so a click there is no focusout.
    if (open) addEventListener("pointerdown", this.#closeOutside)
    else removeEventListener("pointerdown", this.#closeOutside)
    if (open) this.#place()
  }

  /** Near the lower edge of the window the list opens upwards. */
  #place() {
    const list = /** @type {HTMLElement} */ (this.querySelector(".menu-list"))
    this.#menu.classList.remove("opens-up")
    const { bottom, height } = list.getBoundingClientRect()
    const hasRoomAbove = this.#menu.getBoundingClientRect().top > height
    this.#menu.classList.toggle("opens-up", bottom > innerHeight - 8 && hasRoomAbove)
  }

  /** @param {FocusEvent} event */
  #leave({ relatedTarget }) {
    if (relatedTarget instanceof Node && !this.contains(relatedTarget)) this.#menu.open = false
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    const { open } = this.#menu
    if (event.key === "Escape" && open) this.#close()
    else if (event.key === "ArrowDown" || (event.key in STEPS && open)) this.#step(STEPS[event.key])
    else return
    event.preventDefault()
    // Behind the menu the same keys pan the map or close what lies on it.
    event.stopPropagation()
  }

  /** @param {(at: number, last: number) => number} next */
  #step(next) {
    this.open()
    const lines = [.../** @type {NodeListOf<HTMLElement>} */ (this.querySelectorAll(".menu-line"))]
    const at = lines.findIndex(line => line === document.activeElement)
    lines[next(at, lines.length - 1)]?.focus()
  }

  #close() {
    this.#menu.querySelector("summary")?.focus()
    this.#menu.open = false
  }

  #closeOutside = (/** @type {Event} */ event) => {
    if (!this.contains(/** @type {Node} */ (event.target))) this.#menu.open = false
  }

  get #menu() {
    return /** @type {HTMLDetailsElement} */ (this.querySelector("details"))
  }
}
