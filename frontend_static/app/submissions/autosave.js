/** Keeping a draft: on this machine at once, at the server when the writing rests; what could not be sent is not lost. */

import { Problem } from "../api/problem.js"

/** @import {Content} from "./merge.js" */

/**
 * @typedef {"saved" | "waiting" | "sending" | "failed" | "conflict"} SavingState
 * @typedef {{version: number, base: Content, content: Content, at: number}} LocalCopy
 * @typedef {Pick<Storage, "getItem" | "setItem" | "removeItem">} Shelf
 */

/** How long the writing rests before it is sent. */
const REST_MS = 2_000
/** How long until what was refused by the network is sent again. */
const AGAIN_MS = 15_000

export class Autosave {
  /** @type {SavingState} */
  state = "saved"
  /** When the server last took it, or null. @type {number | null} */
  savedAt = null
  /** @type {unknown} */
  problem = null

  /**
   * @param {object} parts
   * @param {string} parts.key Of the copy on this machine.
   * @param {Content} parts.content What the server has.
   * @param {number} parts.version
   * @param {(content: Content, version: number) => Promise<{version: number}>} parts.send
   * @param {() => void} parts.onChange
   * @param {Shelf | null} parts.shelf
   * @param {number} [parts.restMs]
   */
  constructor({ key, content, version, send, onChange, shelf, restMs = REST_MS }) {
    this.#key = key
    this.#sent = content
    this.content = content
    this.version = version
    this.#send = send
    this.#onChange = onChange
    this.#shelf = shelf
    this.#restMs = restMs
  }

  /** What the server has. */
  get sent() {
    return this.#sent
  }

  /** Whether there is something that the server does not have. */
  get isUnsent() {
    return this.state !== "saved"
  }

  /** @param {Content} content */
  write(content) {
    this.content = content
    this.#keepHere()
    if (this.state !== "conflict" && this.state !== "sending") this.#become("waiting")
    this.#sendLater(this.#restMs)
  }

  /**
   * Send now what is not sent yet.
   * @returns {Promise<boolean>} Whether the server has everything.
   */
  async flush() {
    clearTimeout(this.#timer)
    if (this.#sending) await this.#sending
    if (this.state === "saved") return true
    if (this.state === "conflict") return false
    this.#sending = this.#sendNow()
    await this.#sending
    this.#sending = null
    return /** @type {SavingState} */ (this.state) === "saved"
  }

  /**
   * Go on after a conflict, from what the server has now.
   * @param {Content} theirs
   * @param {number} version
   * @param {Content} content What is to be kept.
   */
  settle(theirs, version, content) {
    this.#sent = theirs
    this.version = version
    this.state = "saved"
    this.write(content)
    return this.flush()
  }

  /** What lies on this machine and was never sent. @returns {LocalCopy | null} */
  get copy() {
    try {
      return JSON.parse(this.#shelf?.getItem(this.#key) ?? "null")
    } catch {
      return null
    }
  }

  dropCopy() {
    this.#shelf?.removeItem(this.#key)
  }

  stop() {
    clearTimeout(this.#timer)
  }

  async #sendNow() {
    const { content } = this
    this.#become("sending")
    try {
      const { version } = await this.#send(content, this.version)
      this.version = version
      this.#sent = content
      this.savedAt = Date.now()
      this.problem = null
      if (this.content !== content) {
        this.#become("waiting")
        this.#keepHere()
        return this.#sendLater(this.#restMs)
      }
      this.dropCopy()
      this.#become("saved")
    } catch (problem) {
      this.problem = problem
      const isConflict = problem instanceof Problem && problem.status === 412
      this.#become(isConflict ? "conflict" : "failed")
      const isPassing = problem instanceof Problem && (problem.status === 0 || problem.status >= 500)
      if (isPassing) this.#sendLater(AGAIN_MS)
    }
  }

  /** @param {number} restMs */
  #sendLater(restMs) {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.flush(), restMs)
  }

  #keepHere() {
    const copy = { version: this.version, base: this.#sent, content: this.content, at: Date.now() }
    try {
      this.#shelf?.setItem(this.#key, JSON.stringify(copy))
    } catch {
      // The browser keeps nothing for us, or is full: the server still gets it.
    }
  }

  /** @param {SavingState} state */
  #become(state) {
    this.state = state
    this.#onChange()
  }

  #key
  /** @type {Content} */
  #sent
  #send
  #onChange
  #shelf
  #restMs
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer
  /** @type {Promise<void> | null} */
  #sending = null
}
