import { expect, test } from 'vitest'
import { isShared, withoutScale } from '../../src/deploy/drift.ts'
import type { ObjectChange } from '../../src/domain/deploy.ts'

const change = (object: string, ...pointers: readonly string[]): ObjectChange => ({
  object,
  kind: 'changed',
  leaves: pointers.map((pointer) => ({ pointer, before: 1, after: 2 })),
})
const scaler = {
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: { name: 'any' },
  spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'gateway' } },
}

test('replicas that an autoscaler of the chart sets are no drift, those of others are', () => {
  const all = [change('Deployment.apps a/gateway', '/spec/replicas', '/spec/paused'), change('Deployment.apps a/other', '/spec/replicas')]
  expect(withoutScale(all, [scaler], 'a')).toEqual([change('Deployment.apps a/gateway', '/spec/paused'), all[1]])
  expect(withoutScale(all, [], 'a')).toEqual(all)
})

test('weights of routes alone are no drift: switches and rebalances set them', () => {
  const route = 'HTTPRoute.gateway.networking.k8s.io a/r'
  expect(withoutScale([change(route, '/spec/rules/0/backendRefs/1/weight')], [], 'a')).toEqual([])
  const more = change(route, '/spec/rules/0/backendRefs/1/port')
  expect(withoutScale([more], [], 'a')).toEqual([more])
})

test('what is gone is drift', () => {
  const gone: ObjectChange = { object: 'ConfigMap a/c', kind: 'added', leaves: [] }
  expect(withoutScale([gone], [scaler], 'a')).toEqual([gone])
})

test.each([
  ['helm', undefined, false],
  ['kube-controller-manager', undefined, false],
  ['kubectl-edit', undefined, true],
  ['tricenter', undefined, true],
  ['gateway', 'status', false],
])('fields of %s (%s) are somebody else’s: %s', (manager, subresource, expected) => {
  const live = { metadata: { managedFields: [{ manager, ...(subresource === undefined ? {} : { subresource }) }] } }
  expect(isShared([], new Map([['ConfigMap a/c', live]]))).toBe(expected)
})

test('what differs by hand is somebody else’s, whoever it was', () => {
  const byHand: ObjectChange = { object: 'ConfigMap a/c', kind: 'changed', leaves: [{ pointer: '/data/x', byHand: true }] }
  expect(isShared([byHand], new Map())).toBe(true)
})
