/** The seconds until the next try is allowed, counted down before the reader's eyes. */

import { Problem } from "../api/problem.js"

/** @import {LitElement} from "lit" */

export class Wait {
  seconds = 0
  /** Whether one was there and has passed, so that its sentence is no longer true. */
  isOver = false

  /** @param {LitElement} host */
  constructor(host) {
    this.#host = host
  }

  /** @param {unknown} problem Starts a wait only when it says how long. */
  start(problem) {
    if (!(problem instanceof Problem) || problem.status !== 429 || !problem.retryAfterS) return
    this.seconds = problem.retryAfterS
    this.#timer = setInterval(() => this.#count(), 1000)
    this.#host.requestUpdate()
  }

  stop() {
    clearInterval(this.#timer)
    this.seconds = 0
    this.isOver = false
  }

  #count() {
    this.seconds -= 1
    if (this.seconds <= 0) {
      clearInterval(this.#timer)
      this.isOver = true
    }
    this.#host.requestUpdate()
  }

  /** @type {LitElement} */
  #host
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #timer
}
