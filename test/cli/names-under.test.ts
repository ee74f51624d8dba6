import fc from 'fast-check'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { namesUnder } from '../../src/cli/names-under.ts'

/** As kubectl writes it. */
const KUBECONFIG = `apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: Zm9v
    server: https://10.0.0.1:6443
  name: not-a-context
contexts:
- context:
    cluster: not-a-context
    namespace: default
    user: someone
  name: kubernetes-admin@prod-a
- context:
    cluster: b
    extensions:
    - extension:
        provider: minikube.sigs.k8s.io
      name: context_info
    user: someone
  name: arn:aws:eks:us-east-1:1234:cluster/prod-b
current-context: kubernetes-admin@prod-a
kind: Config
users: []
`

test('the centers and regions of the example', () => {
  const text = readFileSync(new URL('../documents/example.yaml', import.meta.url), 'utf8')
  expect(namesUnder('centers', text)).toEqual(['zone-a', 'zone-b', 'zone-c'])
  expect(namesUnder('regions', text)).toEqual(['beijing', 'shanghai'])
})

test('the contexts of a kubeconfig as kubectl writes it, and nothing else that has a name', () => {
  expect(namesUnder('contexts', KUBECONFIG)).toEqual(['kubernetes-admin@prod-a', 'arn:aws:eks:us-east-1:1234:cluster/prod-b'])
})

test.each([
  { text: '---\n# three\ncenters: # of them\n\n  a: {}\n# here\n  "b":\n    x: 1\n  c: &c { x: 1 }\n', names: ['a', 'b', 'c'] },
  { text: 'centers:\r\n  a:\r\n    x: 1\r\n', names: ['a'] },
  { text: 'centers:\n', names: [] },
  { text: 'regions: [a]\n', names: [] },
  { text: '', names: [] },
  { text: 'centers: []', names: [] },
  { text: "centers: [ 'a', b ] # two\n", names: ['a', 'b'] },
  { text: 'centers:\n  - a # one\n  - "b"\n', names: ['a', 'b'] },
  { text: 'note: |\n  centers:\n  a: 1\ncenters:\n  a: |\n    b: 1\n   \n  c: 1\n', names: ['a', 'c'] },
  { text: 'centers:\n- name: a\n  x: { name: no }\n-   y: 1\n    name: b\n', names: ['a', 'b'] },
])('reads $text', ({ text, names }) => {
  expect(namesUnder('centers', text)).toEqual(names)
  const value = (parse(text) as { centers?: object } | null)?.centers ?? []
  const parsed = Array.isArray(value)
    ? value.map((one: string | { name: string }) => (typeof one === 'string' ? one : one.name))
    : Object.keys(value)
  expect(names).toEqual(parsed)
})

test.each([
  { text: '{"centers":{"a":1}}' },
  { text: 'centers: { a: 1 }\n' },
  { text: 'centers: [a,\n  b]\n' },
  { text: 'centers: &all\n  a: 1\n' },
  { text: 'centers: !!map\n  a: 1\n' },
  { text: 'x: &x { a: 1 }\ncenters: *x\n' },
  { text: 'x: &x { a: 1 }\ncenters:\n  <<: *x\n' },
  { text: 'centers:\n  ? a\n  : 1\n' },
  { text: 'centers:\n  "a\\u0062": 1\n' },
  { text: '"centers":\n  a: 1\n' },
  { text: 'centers:\n- { name: a }\n' },
  { text: 'centers:\n- name: &n a\n' },
  { text: 'centers:\n- name: >-\n    a\n' },
  { text: 'centers:\n- name: a\n    b\n' },
  { text: 'centers:\n- name : a\n' },
  { text: 'centers:\n-\n  name: a\n' },
  { text: 'a: 1\n---\ncenters:\n  a: 1\n' },
])('leaves $text to a parser', ({ text }) => {
  expect(namesUnder('centers', text)).toBeUndefined()
})

const name = fc.oneof(fc.stringMatching(/^[a-z][\w.@:/-]{0,12}$/), fc.string())
const value = fc.oneof(
  fc.string(),
  fc.lorem({ mode: 'sentences', maxCount: 6 }),
  fc.integer(),
  fc.constant(null),
  fc.jsonValue({ maxDepth: 2 }),
)
const rest = fc.dictionary(fc.oneof(fc.constantFrom('cluster', 'note', 'x'), fc.string()), value, { maxKeys: 3 })
const written = fc.record({ indentSeq: fc.boolean(), indent: fc.constantFrom(2, 4), lineWidth: fc.constantFrom(0, 40, 80) })

test('says what a parser says, or nothing: of lists', () => {
  let said = 0
  const contexts = fc.array(fc.tuple(rest, name, rest), { maxLength: 4 })
  fc.assert(
    fc.property(rest, contexts, rest, written, (before, entries, after, options) => {
      const items = entries.map(([first, own, last]) => ({ ...first, name: own, ...last }))
      const names = namesUnder('contexts', stringify({ ...before, contexts: items, ...after, kind: 'Config' }, options))
      if (names === undefined) return
      said++
      expect(names).toEqual(items.map((one) => one.name))
    }),
  )
  expect(said).toBeGreaterThan(5)
})

test('says what a parser says, or nothing: of maps', () => {
  let said = 0
  fc.assert(
    fc.property(rest, fc.dictionary(name, value, { maxKeys: 4 }), rest, written, (before, centers, after, options) => {
      const names = namesUnder('centers', stringify({ ...before, centers, ...after, kind: 'Topology' }, options))
      if (names === undefined) return
      said++
      expect(new Set(names)).toEqual(new Set(Object.keys(centers)))
    }),
  )
  expect(said).toBeGreaterThan(5)
})
