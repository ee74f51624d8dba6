import fc from 'fast-check'
import { expect, test } from 'vitest'
import { changes, foldCenters, manifestKey, manifestsOf, normalisedText, type Manifest } from '../../src/deploy/manifests.ts'

const NAMESPACE = 'higress-system'
const object = (name: string, spec: unknown = {}, more: Manifest = {}): Manifest => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name },
  spec,
  ...more,
})

test('passes over empty documents and opens lists', () => {
  const one = object('one')
  expect(manifestsOf([null, one, { kind: 'List', apiVersion: 'v1', items: [object('two')] }, 'text'])).toEqual([one, object('two')])
})

test.each([
  { manifest: object('gateway'), key: 'Deployment.apps higress-system/gateway' },
  { manifest: { apiVersion: 'v1', kind: 'Service', metadata: { name: 's', namespace: 'ai-system' } }, key: 'Service ai-system/s' },
  {
    manifest: { apiVersion: 'networking.k8s.io/v1', kind: 'IngressClass', metadata: { name: 'higress' } },
    key: 'IngressClass.networking.k8s.io higress',
  },
])('knows $key', ({ manifest, key }) => {
  expect(manifestKey(manifest, NAMESPACE)).toBe(key)
})

test('tells what is added, removed and changed, leaf by leaf', () => {
  const before = [object('kept', { replicas: 2, 'a/b': { c: [1, 2] } }), object('gone')]
  const after = [object('new'), object('kept', { replicas: 3, 'a/b': { c: [1, 2, 3] } })]
  expect(changes(before, after, NAMESPACE)).toEqual([
    { object: 'Deployment.apps higress-system/gone', kind: 'removed', leaves: [] },
    {
      object: 'Deployment.apps higress-system/kept',
      kind: 'changed',
      leaves: [
        { pointer: '/spec/a~1b/c/2', after: 3 },
        { pointer: '/spec/replicas', before: 2, after: 3 },
      ],
    },
    { object: 'Deployment.apps higress-system/new', kind: 'added', leaves: [] },
  ])
})

test('says that a secret changes, and never what it is', () => {
  const secret = (token: string): Manifest => ({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, stringData: { token } })
  const env = (value: string): Manifest => object('d', { env: [{ name: 'DB_PASSWORD', value }] })
  const text = JSON.stringify(changes([secret('old-one'), env('old-two')], [secret('new-one'), env('new-two')], NAMESPACE))
  expect(text).toContain('/stringData/token')
  expect(text).toContain('/spec/env/0/value')
  expect(text).not.toMatch(/(?:old|new)-(?:one|two)/)
})

test('says once what is the same in several centers, and by leaf what is not', () => {
  const change = (center: string) =>
    changes([object('gateway', { replicas: 2 })], [object('gateway', { replicas: 3, cluster: center })], NAMESPACE)
  expect(foldCenters({ 'zone-a': change('a'), 'zone-b': change('b'), 'zone-c': [] })).toEqual([
    {
      object: 'Deployment.apps higress-system/gateway',
      kind: 'changed',
      centers: ['zone-a', 'zone-b'],
      leaves: [
        { pointer: '/spec/cluster', after: 'a', centers: ['zone-a'] },
        { pointer: '/spec/cluster', after: 'b', centers: ['zone-b'] },
        { pointer: '/spec/replicas', before: 2, after: 3, centers: ['zone-a', 'zone-b'] },
      ],
    },
  ])
})

const spec = fc.dictionary(
  fc.constantFrom('a', 'b', 'c/d'),
  fc.oneof(fc.nat(3), fc.array(fc.nat(2), { maxLength: 3 }), fc.dictionary(fc.constantFrom('x', 'y'), fc.nat(2))),
)
const render = fc
  .uniqueArray(fc.tuple(fc.constantFrom('one', 'two', 'three'), spec), { selector: ([name]) => name })
  .map((all) => all.map(([name, content]) => object(name, content)))

test('a render does not differ from itself, in whatever order', () => {
  fc.assert(
    fc.property(render, (manifests) => {
      const turned = manifests.toReversed().map((one) => Object.fromEntries(Object.entries(one).reverse()))
      expect(changes(manifests, turned, NAMESPACE)).toEqual([])
      expect(normalisedText(turned, NAMESPACE)).toBe(normalisedText(manifests, NAMESPACE))
    }),
  )
})

test('two renders differ exactly where their texts do', () => {
  fc.assert(
    fc.property(render, render, (one, other) => {
      expect(changes(one, other, NAMESPACE).length > 0).toBe(normalisedText(one, NAMESPACE) !== normalisedText(other, NAMESPACE))
    }),
  )
})

test('folding loses no change of any center and invents none', () => {
  fc.assert(
    fc.property(fc.tuple(render, render, render), render, (befores, after) => {
      const perCenter = Object.fromEntries(befores.map((before, i) => [`zone-${i}`, changes(before, after, NAMESPACE)]))
      const folded = foldCenters(perCenter)
      for (const [center, own] of Object.entries(perCenter)) {
        const unfolded = folded
          .filter(({ centers }) => centers.includes(center))
          .map(({ object: name, kind, leaves }) => ({
            object: name,
            kind,
            leaves: leaves.filter(({ centers }) => centers.includes(center)).map(({ centers: _, ...leaf }) => leaf),
          }))
        expect(unfolded).toEqual(own)
      }
    }),
  )
})
