import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const page = readFileSync('docs/invariants.md', 'utf8')
const sections = page.split(/^\*\*(?=\d+\. )/m).slice(1)
const proofs = [...page.matchAll(/^- `(test\/\S+)`: (.+)$/gm)].map(([, file = '', name = '']) => ({ file, name }))

test('all 14 invariants are there, each with a test', () => {
  expect(sections.map((section) => Number.parseInt(section, 10))).toEqual(Array.from({ length: 14 }, (_, i) => i + 1))
  for (const section of sections) expect(section, section.slice(0, 40)).toMatch(/^- `test\//m)
})

test.each(proofs)('$file has the test "$name"', ({ file, name }) => {
  const text = readFileSync(file, 'utf8')
  const quoted = ["'", '"', '`'].map((quote) => `${quote}${name}${quote}`)
  expect(text.split('\n').filter((line) => /\btest\b/.test(line) && quoted.some((one) => line.includes(one)))).toHaveLength(1)
})
