import { expect, test } from 'vitest'
import { mistakeLine } from '../../src/documents/mistake.ts'
import { readYaml } from '../../src/documents/yaml.ts'

const bytes = (...parts: (string | number[])[]) => Buffer.concat(parts.map((part) => Buffer.from(part as string)))

test.each<{ says: string; text: string | Uint8Array; line: string }>([
  { says: 'an empty text', text: '', line: 'x.yaml:1:1: empty: nothing is declared' },
  { says: 'comments alone', text: '# later\n', line: 'x.yaml:1:1: empty: nothing is declared' },
  { says: 'a null', text: '~', line: 'x.yaml:1:1: empty: nothing is declared' },
  {
    says: 'bytes that are not UTF-8',
    text: bytes('a: 1\nb: ', [0xff, 0xfe], '\n'),
    line: 'x.yaml:2:4: not UTF-8 text. Save the file as UTF-8',
  },
  { says: 'UTF-16', text: Buffer.from('\uFEFFa: 1', 'utf16le'), line: 'x.yaml:1:1: not UTF-8 text. Save the file as UTF-8' },
  { says: 'a text that was decoded with losses', text: 'a: \uFFFD', line: 'x.yaml:1:4: not UTF-8 text. Save the file as UTF-8' },
  { says: 'a NUL', text: 'a: b\0', line: 'x.yaml:1:5: not UTF-8 text. Save the file as UTF-8' },
  { says: 'too much', text: `a: ${'x'.repeat(1024 * 1024)}`, line: 'x.yaml:1:1: too large: 1025 KiB, the limit is 1024 KiB' },
  { says: 'a tab', text: 'a:\n\tb: 1', line: 'x.yaml:2:1: indented with a tab. YAML wants spaces' },
  { says: 'two documents', text: 'a: 1\n---\nb: 2', line: 'x.yaml:2:1: a second document begins here. Write one document per file' },
  { says: 'a loop', text: 'a: &a\n  b: *a', line: 'x.yaml:2:6: *a stands inside the part that it repeats' },
  { says: 'an alias of nothing', text: 'a: *b', line: 'x.yaml:1:4: *b repeats nothing: no &b stands above it' },
  { says: 'depth that a stack cannot hold', text: '['.repeat(20_000), line: 'x.yaml:1:1: nested too deeply' },
  { says: 'depth that a stack can hold', text: `${'['.repeat(150)}${']'.repeat(150)}`, line: 'x.yaml:1:101: nested too deeply' },
  { says: 'a key that is a list', text: '? [a]\n: b', line: 'x.yaml:1:3: a key must be plain text' },
  { says: 'a tag', text: 'a: !!js/function x', line: 'x.yaml:1:4: unknown tag !!js/function' },
  {
    says: 'an unclosed bracket',
    text: 'a: [1',
    line: 'x.yaml:1:6: not YAML: flow sequence in block collection must be sufficiently indented and end with a ]',
  },
  { says: 'a reserved character', text: 'a: @b', line: 'x.yaml:1:4: not YAML: plain value cannot start with reserved character @' },
  { says: 'a reference in braces', text: 'a: { b: ${params.c} }', line: 'x.yaml:1:10: inside { } and [ ] write "${…}" in quotes' },
  { says: 'a reserved key', text: 'a:\n  __proto__: 1', line: 'x.yaml:2:3: __proto__ cannot be a key' },
])('answers $says with one line', ({ text, line }) => {
  const { mistakes, document } = readYaml(text, 'x.yaml')
  expect(mistakes.map(mistakeLine)).toEqual([line])
  expect(document).toBeUndefined()
})

test('refuses aliases that grow without measure, quickly', () => {
  const levels = [
    '# not *this\na: &l0 [x, x, x, x, x, x, x, x, x]',
    ...Array.from({ length: 12 }, (_, i) => `b${i}: &l${i + 1} [${Array(9).fill(`*l${i}`).join(', ')}]`),
  ]
  const start = performance.now()
  expect(readYaml(levels.join('\n'), 'x.yaml').mistakes.map(mistakeLine)).toEqual([
    'x.yaml:3:10: aliases repeat too much: more than 100 times in all',
  ])
  expect(performance.now() - start).toBeLessThan(5_000)
})

test('skips a byte order mark, and still counts columns from the text', () => {
  const { document, mistakes } = readYaml(bytes([0xef, 0xbb, 0xbf], 'a: 1\r\nb:\r\n  c: 2\r\n'), 'x.yaml')
  expect(mistakes).toEqual([])
  expect(document!.value).toEqual({ a: 1, b: { c: 2 } })
  expect(document!.mistake(['a'], 'm')).toMatchObject({ line: 1, column: 4 })
  expect(document!.mistake(['b', 'c'], 'm', 'key')).toMatchObject({ line: 3, column: 3 })
})

test('reads on past a key that is written twice', () => {
  const { document, mistakes } = readYaml('a: 1\nb: 2\na: 3\nb : 4\n', 'x.yaml')
  expect(mistakes.map(mistakeLine)).toEqual(['x.yaml:3:1: key a is written twice', 'x.yaml:4:1: key b is written twice'])
  expect(document!.value).toEqual({ a: 3, b: 4 })
})

test.each<{ path: readonly (string | number)[]; at: 'key' | 'value'; place: string; what: string }>([
  { path: ['a', 0, 'b'], at: 'value', place: '2:8', what: 'a value' },
  { path: ['a', 0, 'b'], at: 'key', place: '2:5', what: 'a key' },
  { path: ['a', 1], at: 'value', place: '3:5', what: 'an item' },
  { path: ['c'], at: 'value', place: '4:1', what: 'a value that is not written, at its key' },
  { path: ['d', 'e'], at: 'value', place: '5:1', what: 'a missing key, at the map around it' },
  { path: ['g', 'b'], at: 'value', place: '6:12', what: 'a repeated value, where it is written' },
  { path: [], at: 'value', place: '1:1', what: 'the whole' },
])('finds the place of $what', ({ path, at, place }) => {
  const { document } = readYaml('a:\n  - b: 1\n  - c\nc:\nd: {}\nf: &f { b: 2 }\ng: *f\n', 'x.yaml')
  const { line, column } = document!.mistake(path, 'm', at)
  expect(`${line}:${column}`).toBe(place)
})
