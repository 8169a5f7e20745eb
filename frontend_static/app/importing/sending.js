/** Sending a file: how much of it has gone, and what the server answers. */

import { Problem, UNREACHABLE, UNREADABLE } from "../api/problem.js"

/** @import {Upload} from "./upload.js" */

/**
 * @param {File} file
 * @param {Record<string, string>} said What is told beside it; what is empty is left out.
 * @param {object} options
 * @param {AbortSignal} options.signal
 * @param {(part: number) => void} options.onPart Told how much has gone, from 0 to 1.
 * @returns {Promise<Upload>}
 */
export function sendFile(file, said, { signal, onPart }) {
  const query = new URLSearchParams(Object.entries({ ...said, name: file.name }).filter(([, value]) => value !== ""))
  // fetch does not tell how much has gone.
  const request = new XMLHttpRequest()
  return new Promise((resolve, reject) => {
    request.open("POST", `/api/v1/imports?${query}`)
    request.setRequestHeader("content-type", "application/octet-stream")
    request.setRequestHeader("x-csrf", "1")
    request.setRequestHeader("accept", "application/json")
    request.upload.addEventListener("progress", event => event.lengthComputable && onPart(event.loaded / event.total))
    request.addEventListener("load", () => {
      if (request.status === 201) resolve(JSON.parse(request.responseText))
      else reject(problemOf(request))
    })
    request.addEventListener("error", () => reject(new Problem({ status: 0, code: UNREACHABLE })))
    request.addEventListener("abort", () => reject(new DOMException("", "AbortError")))
    signal.addEventListener("abort", () => request.abort())
    request.send(file)
  })
}

/** @param {XMLHttpRequest} request */
function problemOf({ status, responseText }) {
  try {
    const { code, detail, trace_id: traceId, errors } = JSON.parse(responseText)
    return new Problem({ status, code, detail, traceId, errors })
  } catch {
    return new Problem({ status, code: UNREADABLE })
  }
}
