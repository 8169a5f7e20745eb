import assert from "node:assert/strict"
import { createServer } from "node:http"
import { after, before, test } from "node:test"
import { getJson, isAbort } from "../app/api/client.js"
import { Problem, sentenceFor } from "../app/api/problem.js"

/** A real server on this machine; each path answers one kind of trouble. */
const server = createServer((request, response) => {
  const problem = { "content-type": "application/problem+json" }
  switch (request.url) {
    case "/fine":
      return response.end('{"name": "plant"}')
    case "/missing":
      return response.writeHead(404, problem).end('{"detail": "sentence", "code": "not_found", "trace_id": "t1"}')
    case "/proxy":
      return response.writeHead(502, { "content-type": "text/html" }).end("<h1>Bad Gateway</h1>")
    case "/half":
      return response.end('{"name": ')
    default: // never answers
  }
})
let base = ""

before(async () => {
  await new Promise(ready => server.listen(0, "127.0.0.1", ready))
  base = `http://127.0.0.1:${server.address().port}`
})
after(() => {
  server.closeAllConnections()
  server.close()
})

test("an answer is parsed", async () => {
  assert.deepEqual(await getJson(`${base}/fine`), { name: "plant" })
})

test("the server's own sentence is kept for the reader, its trace for the operator", async () => {
  const problem = await getJson(`${base}/missing`).catch(error => error)
  assert.ok(problem instanceof Problem)
  assert.deepEqual([problem.status, problem.code, problem.traceId], [404, "not_found", "t1"])
  assert.equal(sentenceFor(problem, "zh"), "sentence")
  assert.deepEqual(sentenceFor(problem, "en"), { key: "problem.missing" })
})

test("a proxy's error page becomes a sentence of the catalogue", async () => {
  const problem = await getJson(`${base}/proxy`).catch(error => error)
  assert.deepEqual(sentenceFor(problem, "zh"), { key: "problem.server", values: { status: 502 } })
})

test("half an answer is a problem, not a crash", async () => {
  const problem = await getJson(`${base}/half`).catch(error => error)
  assert.ok(problem instanceof Problem)
})

test("a server that is not there is unreachable", async () => {
  const problem = await getJson("http://127.0.0.1:9/").catch(error => error)
  assert.deepEqual(sentenceFor(problem, "zh"), { key: "problem.unreachable" })
})

test("an aborted request is nobody's problem", async () => {
  const request = new AbortController()
  const asked = getJson(`${base}/silent`, { signal: request.signal }).catch(error => error)
  request.abort()
  assert.ok(isAbort(await asked))
})
