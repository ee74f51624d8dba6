import { describe, expect, test } from 'vitest'
import type { AnyObject } from '../../src/domain/compare.ts'
import { contentOf, locateObject } from '../../src/domain/object-content.ts'

const of = (kind: string, content: object, metadata: object = {}): AnyObject => ({
  apiVersion: 'v1',
  kind,
  metadata: { name: 'one', ...metadata },
  ...content,
})
const deployment = (resources: object, more: object = {}): AnyObject =>
  of('Deployment', { spec: { template: { spec: { containers: [{ name: 'c', image: 'i', resources, ...more }] } } } })
const service = (port: object, more: object = {}): AnyObject => of('Service', { spec: { ports: [{ port: 80, ...port }], ...more } })

/** What was read, what is wanted, and how a server keeps what is wanted. */
const kept: readonly (readonly [name: string, read: AnyObject, want: AnyObject, now: AnyObject])[] = [
  ['half a core', deployment({ limits: { cpu: '1' } }), deployment({ limits: { cpu: 0.5 } }), deployment({ limits: { cpu: '500m' } })],
  [
    'a thousand milli',
    deployment({ limits: { cpu: '2' } }),
    deployment({ limits: { cpu: '1000m' } }),
    deployment({ limits: { cpu: '1' } }),
  ],
  [
    'memory in bytes, and in Mi',
    deployment({ requests: { memory: '1Ki' } }),
    deployment({ requests: { memory: '1024Mi' } }),
    deployment({ requests: { memory: '1Gi' } }),
  ],
  [
    'memory in bytes',
    deployment({ requests: { memory: '1Ki' } }),
    deployment({ requests: { memory: 1073741824 } }),
    deployment({ requests: { memory: '1073741824' } }),
  ],
  ['a port as a text', service({ targetPort: 1 }), service({ targetPort: '8080' }), service({ targetPort: 8080, protocol: 'TCP' })],
  ['an empty list', service({}, { externalIPs: ['1.1.1.1'] }), service({}, { externalIPs: [] }), service({})],
  ['an empty map', service({}, { selector: { a: 'b' } }), service({}, { selector: {} }), service({})],
  ['an empty text', service({}, { externalName: 'x' }), service({}, { externalName: '' }), service({})],
  ['false', deployment({}, { tty: true }), deployment({}, { tty: false }), deployment({})],
  ['null', service({}, { sessionAffinity: 'ClientIP' }), service({}, { sessionAffinity: null }), service({})],
  ['maps that are empty within', deployment({ limits: { cpu: '1' } }), deployment({ limits: {}, requests: {} }), deployment({})],
  [
    'a revision that its controller counts on',
    of('Deployment', { spec: { a: 1 } }, { annotations: { 'deployment.kubernetes.io/revision': '4' } }),
    of('Deployment', { spec: { a: 2 } }, { annotations: { 'deployment.kubernetes.io/revision': '4' } }),
    of('Deployment', { spec: { a: 2 } }, { annotations: { 'deployment.kubernetes.io/revision': '5' } }),
  ],
  [
    'plain texts of a Secret',
    of('Secret', { data: { a: 'YQ==' } }),
    of('Secret', { stringData: { a: '密码' } }),
    of('Secret', { data: { a: '5a+G56CB' }, type: 'Opaque' }),
  ],
  [
    'base64 in lines',
    of('Secret', { data: { a: 'YQ==' } }),
    of('Secret', { data: { a: 'YWJj\nZGVm\n' } }),
    of('Secret', { data: { a: 'YWJjZGVm' } }),
  ],
]

describe('an object that a server keeps in its own way is what was wanted', () => {
  test.each(kept)('%s', (_, read, want, now) => {
    expect(locateObject(now, read, want)).toBe('after')
    expect(locateObject(read, read, want)).toBe('before')
    // Made anew, it is what was wanted all the same.
    expect(locateObject(now, undefined, want)).toBe('after')
    expect(locateObject(undefined, read, want)).toBe('neither')
  })
})

test.each([
  ['another amount', deployment({ limits: { cpu: '1' } }), deployment({ limits: { cpu: 0.5 } }), deployment({ limits: { cpu: '5m' } })],
  ['an item more', service({}), service({}, { externalIPs: ['a'] }), service({}, { externalIPs: ['a', 'b'] })],
  [
    'an empty text of a ConfigMap that is gone',
    of('ConfigMap', { data: { a: '1', b: '' } }),
    of('ConfigMap', { data: { a: '2', b: '' } }),
    of('ConfigMap', { data: { a: '2' } }),
  ],
  [
    'letters of a ConfigMap that only look alike',
    of('ConfigMap', { data: { timeout: '1s' } }),
    of('ConfigMap', { data: { timeout: '60s' } }),
    of('ConfigMap', { data: { timeout: '1m' } }),
  ],
  [
    'a label that only looks alike',
    of('ConfigMap', {}, { labels: { port: '1' } }),
    of('ConfigMap', {}, { labels: { port: '8080' } }),
    of('ConfigMap', {}, { labels: { port: '08080' } }),
  ],
])('%s is neither', (_, read, want, now) => {
  expect(locateObject(now, read, want)).toBe('neither')
})

test('what was read is still there, though it is written another way by now', () => {
  const [read, want] = [deployment({ limits: { cpu: '0.5' } }), deployment({ limits: { cpu: '2' } })]
  expect(locateObject(deployment({ limits: { cpu: '500m' }, requests: {} }), read, want)).toBe('before')
})

test('a want that says the same in other letters is told from what was read by the letters', () => {
  const [read, want] = [deployment({ limits: { cpu: '500m' } }), deployment({ limits: { cpu: '0.5' } })]
  expect([locateObject(read, read, want), locateObject(want, read, want)]).toEqual(['before', 'after'])
})

test('one that is on its way out is gone', () => {
  const one = of('ConfigMap', { data: { a: '1' } })
  expect(locateObject(of('ConfigMap', { data: { a: '1' } }, { deletionTimestamp: 'now', finalizers: ['f'] }), one, undefined)).toBe('after')
})

test('a Secret is read the same with its texts in plain and packed', () => {
  expect(contentOf(of('Secret', { data: { a: 'YQ==', b: 'Yg==' }, stringData: { b: 'c' } }))).toEqual(
    contentOf(of('Secret', { data: { a: 'YQ==', b: 'Yw==' } })),
  )
  expect(contentOf(of('Secret', { type: 'x' }))).not.toHaveProperty('data')
})
