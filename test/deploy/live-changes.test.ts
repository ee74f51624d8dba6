import { expect, test } from 'vitest'
import { liveChanges, touchedSince } from '../../src/deploy/live-changes.ts'
import { manifestKey, type Manifest } from '../../src/deploy/manifests.ts'

const namespace = 'higress-system'
const deployment = (spec: Record<string, unknown>, container: Record<string, unknown> = {}): Manifest => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'gateway' },
  spec: { ...spec, template: { spec: { containers: [{ name: 'gateway', image: 'gateway:1', ...container }] } } },
})
/** As a server gives it back: with what it, its controllers and a webhook added. */
const served = (manifest: Manifest, container: Record<string, unknown> = {}, spec: Record<string, unknown> = {}): Manifest => ({
  ...manifest,
  metadata: {
    ...(manifest['metadata'] as object),
    namespace,
    uid: 'u',
    resourceVersion: '7',
    annotations: { 'meta.helm.sh/release-name': 'gateway', 'deployment.kubernetes.io/revision': '3' },
  },
  spec: {
    replicas: 1,
    revisionHistoryLimit: 10,
    ...(manifest['spec'] as object),
    template: {
      spec: {
        restartPolicy: 'Always',
        containers: [
          { name: 'mesh', image: 'mesh:9' },
          { name: 'gateway', image: 'gateway:1', terminationMessagePath: '/dev/termination-log', ...container },
        ],
      },
    },
    ...spec,
  },
  status: { readyReplicas: 1 },
})
const changesOf = (deployed: readonly Manifest[], rendered: readonly Manifest[], live: readonly (Manifest | undefined)[]) => {
  const keys = [...new Set([...deployed, ...rendered].map((one) => manifestKey(one, namespace)))]
  return liveChanges({ deployed, rendered, found: new Map(keys.map((key, i) => [key, live[i]])), namespace })
}

test('what servers, controllers and webhooks added is no change, and quantities are equal by their meaning', () => {
  const one = deployment({ paused: false }, { resources: { limits: { cpu: '1000m', memory: '1Gi' } } })
  const live = served(deployment({}), { resources: { limits: { cpu: '1', memory: '1024Mi' } } })
  expect(changesOf([one], [one], [live])).toEqual([])
})

test('what the render sets and what it no longer sets are changes; containers are known by name, wherever they stand', () => {
  const old = deployment({ minReadySeconds: 5 })
  const next = deployment({ replicas: 3 }, { image: 'gateway:2' })
  const [change] = changesOf([old], [next], [served(old)])
  expect(change?.leaves.toSorted((a, b) => (a.pointer < b.pointer ? -1 : 1))).toEqual([
    { pointer: '/spec/minReadySeconds', before: 5 },
    { pointer: '/spec/replicas', before: 1, after: 3 },
    { pointer: '/spec/template/spec/containers/0/image', before: 'gateway:1', after: 'gateway:2' },
  ])
})

test('what was changed by hand since shows as such, beside what the upgrade changes', () => {
  const old = deployment({ replicas: 2 })
  const live = served(old, { image: 'gateway:hotfix' }, { replicas: 5 })
  expect(changesOf([old], [deployment({ replicas: 3 })], [live])).toEqual([
    {
      object: 'Deployment.apps higress-system/gateway',
      kind: 'changed',
      leaves: [
        { pointer: '/spec/replicas', before: 5, after: 3, byHand: true },
        { pointer: '/spec/template/spec/containers/0/image', before: 'gateway:hotfix', after: 'gateway:1', byHand: true },
      ],
    },
  ])
  const key = manifestKey(old, namespace)
  expect(touchedSince({ deployed: [old], found: new Map([[key, live]]), namespace })).toEqual([key])
  expect(touchedSince({ deployed: [old], found: new Map([[key, served(old)]]), namespace })).toEqual([])
  expect(touchedSince({ deployed: [old], found: new Map([[key, undefined]]), namespace })).toEqual([key])
  expect(touchedSince({ deployed: [old], found: new Map(), namespace })).toEqual([])
})

test('objects that are gone are added again, those that the chart dropped are removed, and a kept one is left', () => {
  const map = (name: string, annotations?: Record<string, string>): Manifest => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, ...(annotations === undefined ? {} : { annotations }) },
    data: { a: '1' },
  })
  const [gone, dropped, kept, away] = [map('gone'), map('dropped'), map('kept', { 'helm.sh/resource-policy': 'keep' }), map('away')]
  expect(changesOf([gone, dropped, kept, away], [gone], [undefined, dropped, kept, undefined])).toEqual([
    { object: 'ConfigMap higress-system/dropped', kind: 'removed', leaves: [] },
    { object: 'ConfigMap higress-system/gone', kind: 'added', leaves: [] },
  ])
})

test('an object that could not be read is compared with the deployed revision', () => {
  const [old, next] = [deployment({ replicas: 2 }), deployment({ replicas: 3 })]
  expect(liveChanges({ deployed: [old], rendered: [next], found: new Map(), namespace })[0]?.leaves).toEqual([
    { pointer: '/spec/replicas', before: 2, after: 3 },
  ])
})

test('a Secret shows that it changes, and text is as good as its data', () => {
  const secret = (more: Record<string, unknown>): Manifest => ({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, ...more })
  const live = secret({ type: 'Opaque', data: { key: btoa('one') } })
  expect(changesOf([], [secret({ stringData: { key: 'one' } })], [live])).toEqual([])
  const told = JSON.stringify(changesOf([], [secret({ stringData: { key: 'two' } })], [live]))
  expect(told).toContain('/data/key')
  for (const text of ['two', btoa('two'), btoa('one')]) expect(told).not.toContain(`"${text}"`)
})
