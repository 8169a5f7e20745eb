/** Fetching a file that the server has to write first: how far it is, what it is called, and why there is none. */

import { Problem, UNREACHABLE, problemOf } from "../api/problem.js"
import { isAbort } from "../api/client.js"

/** @typedef {{name: string, content: Blob}} NamedFile */

/**
 * @param {string} path
 * @param {object} options
 * @param {AbortSignal} options.signal
 * @param {(bytes: number) => void} options.onBytes Told how much has come, from the first byte on.
 * @returns {Promise<NamedFile>}
 */
export async function fetchFile(path, { signal, onBytes }) {
  try {
    const response = await fetch(path, { signal })
    if (!response.ok) throw await problemOf(response)
    const parts = []
    let bytes = 0
    const reader = /** @type {ReadableStream<Uint8Array<ArrayBuffer>>} */ (response.body).getReader()
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
      parts.push(piece.value)
      bytes += piece.value.byteLength
      onBytes(bytes)
    }
    const type = response.headers.get("content-type") ?? ""
    return { name: fileName(response.headers.get("content-disposition")), content: new Blob(parts, { type }) }
  } catch (cause) {
    if (cause instanceof Problem || isAbort(cause)) throw cause
    throw Object.assign(new Problem({ status: 0, code: UNREACHABLE }), { cause })
  }
}

/**
 * What a server calls the file it sends.
 * @param {string | null} disposition
 */
export function fileName(disposition) {
  const encoded = disposition?.match(/filename\*=UTF-8''([^;]+)/i)?.[1]
  return encoded ? decodeURIComponent(encoded) : "riskmap"
}

/** @param {NamedFile} file */
export function saveFile({ name, content }) {
  const link = document.createElement("a")
  link.href = URL.createObjectURL(content)
  link.download = name
  link.click()
  // The browser has it in hand by then.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}
