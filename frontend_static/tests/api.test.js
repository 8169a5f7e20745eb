import assert from "node:assert/strict"
import { createServer } from "node:http"
import { after, before, test } from "node:test"
import { getJson, isAbort, onSignInRequired, sendJson } from "../app/api/client.js"
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
    case "/echo":
      return echo(request, response)
    case "/done":
      return response.writeHead(204).end()
    case "/changed":
      return response
        .writeHead(412, problem)
        .end('{"code": "changed_meanwhile", "current": {"version": 2}, "errors": [{"pointer": "/name", "reason": "r"}]}')
    case "/often":
      return response.writeHead(429, { ...problem, "retry-after": "30" }).end('{"code": "too_many_attempts", "detail": "d"}')
    case "/locked":
      return response.writeHead(401, problem).end('{"code": "sign_in_required"}')
    case "/wrong":
      return response.writeHead(401, problem).end('{"code": "wrong_credentials"}')
    default: // never answers
  }
})
let base = ""

/** Tells what it was sent. */
async function echo(request, response) {
  let body = ""
  for await (const chunk of request) body += chunk
  const { method, headers } = request
  response.end(JSON.stringify({ method, csrf: headers["x-csrf"], match: headers["if-match"], type: headers["content-type"], body }))
}

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

test("a write carries the header that no foreign form can send, and the version it was made for", async () => {
  const told = await sendJson("PATCH", `${base}/echo`, { name: "x" }, { ifMatch: 3 })
  assert.deepEqual(told, { method: "PATCH", csrf: "1", match: '"3"', type: "application/json", body: '{"name":"x"}' })
})

test("a write without a body claims none", async () => {
  const told = await sendJson("DELETE", `${base}/echo`)
  assert.deepEqual([told.type, told.body, told.csrf], [undefined, "", "1"])
  assert.equal(await sendJson("DELETE", `${base}/done`), null)
})

test("a conflict brings the present state and the faults along", async () => {
  const problem = await sendJson("PUT", `${base}/changed`, {}).catch(error => error)
  assert.deepEqual([problem.current, problem.errors], [{ version: 2 }, [{ pointer: "/name", reason: "r" }]])
  assert.deepEqual(sentenceFor(problem, "en"), { key: "problem.changedMeanwhile" })
})

test("too many attempts are told with the seconds to wait", async () => {
  const problem = await sendJson("POST", `${base}/often`, {}).catch(error => error)
  assert.deepEqual(sentenceFor(problem, "zh"), { key: "problem.tooManyAttempts", values: { seconds: 30 } })
})

test("a session that has ended is told to the page, a wrong password is not", async () => {
  let count = 0
  onSignInRequired(() => (count += 1))
  await getJson(`${base}/wrong`).catch(() => null)
  assert.equal(count, 0)
  await getJson(`${base}/locked`).catch(() => null)
  assert.equal(count, 1)
})
