import assert from "node:assert/strict"
import { readFile, readdir } from "node:fs/promises"
import test from "node:test"
import { CATALOGUE } from "../app/language/catalogue.js"
import { message } from "../app/language/messages.js"

const APP = new URL("../app/", import.meta.url)
const sources = await Promise.all(
  (await readdir(APP, { recursive: true }))
    .filter(name => name.endsWith(".js") && !/^language\/\w*catalogue\.js$/.test(name))
    .map(async name => [name, await readFile(new URL(name, APP), "utf8")]),
)

function places(sentence) {
  return [...sentence.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort()
}

for (const [key, entry] of Object.entries(CATALOGUE)) {
  test(`${key} is said in both languages with the same places to fill`, () => {
    assert.deepEqual(Object.keys(entry).sort(), ["en", "zh"])
    assert.ok(entry.zh.trim() && entry.en.trim())
    assert.deepEqual(places(entry.zh), places(entry.en))
  })
}

test("English sentences hold no Chinese, but for the name of that language", () => {
  const chinese = Object.entries(CATALOGUE).filter(([, { en }]) => /\p{Script=Han}/u.test(en))
  assert.deepEqual(chinese.map(([key]) => key), ["language.other"])
})

test("no Chinese stands outside the catalogue", () => {
  const files = sources.filter(([, text]) => /\p{Script=Han}/u.test(text)).map(([name]) => name)
  assert.deepEqual(files, [])
})

test("every sentence is used somewhere", () => {
  const code = sources.map(([, text]) => text).join("\n")
  // Keys that end in a code are put together: text(`layer.${layer}`).
  const isUsed = key => code.includes(`"${key}"`) || code.includes(`\`${key.replace(/\.[^.]+$/, ".$")}`)
  assert.deepEqual(Object.keys(CATALOGUE).filter(key => !isUsed(key)), [])
})

test("every key that the code names exists", () => {
  const called = sources.flatMap(([, text]) => [...text.matchAll(/\btext\(\s*"([^"]+)"/g)].map(([, key]) => key))
  assert.ok(called.length > 50)
  assert.deepEqual(called.filter(key => !(key in CATALOGUE)), [])
})

test("places are filled, and a missing sentence is an error", () => {
  assert.equal(message("en", "search.more", { shown: 12, total: 40 }), "First 12 of 40; type more to narrow")
  assert.throws(() => message("zh", "no.such.key"))
})
