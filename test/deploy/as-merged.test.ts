import { expect, test } from 'vitest'
import { asMerged } from '../../src/deploy/as-merged.ts'
import type { Manifest } from '../../src/deploy/manifests.ts'

const NAMESPACE = 'higress-system'
const route = (timeout: string, more: Manifest = {}): Manifest => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata: { name: 'r' },
  spec: { hostnames: ['a'], rules: [{ timeouts: { request: timeout } }], ...more },
})
const key = `HTTPRoute.gateway.networking.k8s.io ${NAMESPACE}/r`

function merged(deployed: Manifest, rendered: Manifest, live: Manifest | undefined, serverSide = false): Manifest | undefined {
  return asMerged({ deployed: [deployed], rendered: [rendered], found: new Map([[key, live]]), namespace: NAMESPACE }, serverSide)[0]
}

test('Helm sends of a custom object what the chart changes, and leaves what somebody else has changed', () => {
  expect(merged(route('1s'), route('1s'), route('9s'))).toEqual(route('9s'))
  expect(merged(route('1s'), route('1s', { hostnames: ['b'] }), route('9s'))).toEqual(route('9s', { hostnames: ['b'] }))
})

test('a list that the chart changes is sent whole, and what it drops is dropped', () => {
  expect(merged(route('1s'), route('2s'), route('9s', { parentRefs: [] }))).toEqual(route('2s', { parentRefs: [] }))
  expect(merged(route('1s', { parentRefs: [] }), route('1s'), route('9s', { parentRefs: [1] }))).toEqual(route('9s'))
})

test('an object that is gone is made anew, a server-side apply lays everything', () => {
  expect(merged(route('1s'), route('1s'), undefined)).toEqual(route('1s'))
  expect(merged(route('1s'), route('1s'), route('9s'), true)).toEqual(route('1s'))
})

test.each([
  ['v1', 'ConfigMap', true],
  ['apps/v1', 'Deployment', true],
  ['rbac.authorization.k8s.io/v1', 'Role', true],
  ['apiextensions.k8s.io/v1', 'CustomResourceDefinition', true],
  ['gateway.networking.k8s.io/v1', 'HTTPRoute', false],
  ['networking.higress.io/v1', 'McpBridge', false],
])('of %s %s Helm looks at what is live: %s', (apiVersion, kind, restored) => {
  const one = (value: string): Manifest => ({ apiVersion, kind, metadata: { name: 'x', namespace: NAMESPACE }, data: { value } })
  const [group] = apiVersion.includes('/') ? apiVersion.split('/') : ['']
  const name = `${kind}${group === '' ? '' : `.${group}`} ${kind === 'CustomResourceDefinition' ? '' : `${NAMESPACE}/`}x`
  const sides = { deployed: [one('a')], rendered: [one('a')], found: new Map([[name, one('other')]]), namespace: NAMESPACE }
  expect(asMerged(sides, false)).toEqual([one(restored ? 'a' : 'other')])
})
