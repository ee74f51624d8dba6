import { expect, test } from 'vitest'
import type { Manifest } from '../../src/deploy/manifests.ts'
import { portion, quantity } from '../../src/deploy/quantity.ts'
import { schedulingFindings, schedulingWords, type SchedulingRequest } from '../../src/deploy/schedulability.ts'

const ZONE = 'topology.kubernetes.io/zone'
const labels = { app: 'gateway' }
const apart = {
  podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: ZONE, labelSelector: { matchLabels: labels } }] },
}
const node = (zone: string | undefined, spec: Manifest = {}): Manifest => ({
  metadata: { name: `n-${zone}`, labels: zone === undefined ? {} : { [ZONE]: zone } },
  spec,
})
const nodes = ['a', 'b', 'c'].map((zone) => node(zone))
function gateway(
  replicas: number,
  { pod = { affinity: apart }, strategy = {}, resources = {} }: { pod?: Manifest; strategy?: Manifest; resources?: Manifest } = {},
): Manifest {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'gateway' },
    spec: { replicas, ...strategy, template: { metadata: { labels }, spec: { containers: [{ name: 'g', resources }], ...pod } } },
  }
}
const request = (more: Partial<SchedulingRequest>): SchedulingRequest => ({
  center: 'zone-a',
  namespace: 'higress-system',
  rendered: [],
  deployed: [],
  nodes,
  ...more,
})
const found = (more: Partial<SchedulingRequest>) =>
  schedulingFindings(request(more)).map(({ reason, effect }) => {
    expect(schedulingWords).toHaveProperty(reason)
    return `${reason} ${effect}`
  })
const goFirst = { strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } } }
const scaler = (minReplicas: number): Manifest => ({
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: { name: 'h' },
  spec: { minReplicas, scaleTargetRef: { kind: 'Deployment', name: 'gateway' } },
})

test.each<{ says: string; more: Partial<SchedulingRequest>; finds: readonly string[] }>([
  { says: 'more replicas than zones', more: { rendered: [gateway(4)] }, finds: ['anti-affinity refuse'] },
  { says: 'nothing in as many, at first', more: { rendered: [gateway(3)] }, finds: [] },
  { says: 'that as many cannot roll', more: { rendered: [gateway(3)], deployed: [gateway(3)] }, finds: ['anti-affinity-rollout refuse'] },
  {
    says: 'that they can where one goes first',
    more: { rendered: [gateway(3, { strategy: goFirst })], deployed: [gateway(3)] },
    finds: [],
  },
  { says: 'that fewer can roll', more: { rendered: [gateway(2)], deployed: [gateway(2)] }, finds: [] },
  { says: 'nodes without the label', more: { rendered: [gateway(1)], nodes: [node(undefined)] }, finds: ['anti-affinity refuse'] },
  {
    says: 'a zone whose only node is cordoned',
    more: { rendered: [gateway(3)], nodes: [...nodes.slice(1), node('a', { unschedulable: true })] },
    finds: ['anti-affinity refuse'],
  },
  {
    says: 'a zone whose only node is tainted',
    more: { rendered: [gateway(3)], nodes: [...nodes.slice(1), node('a', { taints: [{ key: 'gpu', effect: 'NoSchedule' }] })] },
    finds: ['anti-affinity refuse'],
  },
  {
    says: 'nothing where the taint is tolerated',
    more: {
      rendered: [gateway(3, { pod: { affinity: apart, tolerations: [{ key: 'gpu', operator: 'Exists' }] } })],
      nodes: [...nodes.slice(1), node('a', { taints: [{ key: 'gpu', effect: 'NoSchedule' }] })],
    },
    finds: [],
  },
  { says: 'what an autoscaler keeps at least', more: { rendered: [gateway(1), scaler(4)] }, finds: ['anti-affinity refuse'] },
  {
    says: 'nothing where other pods are kept apart from',
    more: {
      rendered: [
        gateway(9, {
          pod: {
            affinity: {
              podAntiAffinity: {
                requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: ZONE, labelSelector: { matchLabels: { app: 'db' } } }],
              },
            },
          },
        }),
      ],
    },
    finds: [],
  },
])('finds $says', ({ more, finds }) => {
  expect(found(more)).toEqual(finds)
})

test('says nothing of nodes that could not be read', () => {
  const { nodes: _, ...unread } = request({ rendered: [gateway(9)] })
  expect(schedulingFindings(unread)).toEqual([])
})

const budget = (spec: Manifest): Manifest => ({
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: { name: 'b' },
  spec: { selector: { matchLabels: labels }, ...spec },
})
test.each([
  { spec: { minAvailable: 2 }, blocks: true },
  { spec: { minAvailable: '100%' }, blocks: true },
  { spec: { minAvailable: '51%' }, blocks: true },
  { spec: { minAvailable: 1 }, blocks: false },
  { spec: { maxUnavailable: 0 }, blocks: true },
  { spec: { maxUnavailable: '0%' }, blocks: true },
  { spec: { maxUnavailable: '1%' }, blocks: false },
  { spec: { maxUnavailable: 0, selector: { matchLabels: { app: 'db' } } }, blocks: false },
])('a budget of $spec over 2 pods blocks: $blocks', ({ spec, blocks }) => {
  const pods = gateway(2, { pod: {} })
  expect(found({ rendered: [pods, budget(spec)] })).toEqual(blocks ? ['budget-blocks warn'] : [])
  expect(found({ rendered: [pods], budgets: [{ ...budget(spec), metadata: { name: 'b', namespace: 'higress-system' } }] })).toEqual(
    blocks ? ['budget-blocks warn'] : [],
  )
})

const quota = (hard: Manifest, used?: Manifest, spec: Manifest = {}): Manifest => ({
  metadata: { name: 'q', namespace: 'higress-system' },
  spec: { hard, ...spec },
  ...(used ? { status: { used } } : {}),
})
const sized = (replicas: number) => gateway(replicas, { pod: {}, resources: { requests: { cpu: '500m', memory: '1Gi' } } })
test.each<{ says: string; more: Partial<SchedulingRequest>; finds: readonly string[] }>([
  {
    says: 'what fits',
    more: { rendered: [sized(4)], quotas: [quota({ 'requests.cpu': '2', 'requests.memory': '4Gi', pods: '4' })] },
    finds: [],
  },
  {
    says: 'too much of one resource',
    more: { rendered: [sized(4)], quotas: [quota({ cpu: '2', memory: '3Gi' })] },
    finds: ['quota-exceeded refuse'],
  },
  {
    says: 'that a rolling update needs more',
    more: { rendered: [sized(4)], deployed: [sized(4)], quotas: [quota({ pods: '4' }, { pods: '4' })] },
    finds: ['quota-exceeded refuse'],
  },
  {
    says: 'what others use',
    more: { rendered: [sized(2)], quotas: [quota({ pods: '4' }, { pods: '3' })] },
    finds: ['quota-exceeded refuse'],
  },
  {
    says: 'what the release gives back',
    more: { rendered: [sized(3)], deployed: [sized(2)], quotas: [quota({ pods: '4' }, { pods: '2' })] },
    finds: [],
  },
  {
    says: 'pods that say nothing',
    more: { rendered: [gateway(1, { pod: {} })], quotas: [quota({ 'limits.memory': '1Gi' })] },
    finds: ['quota-unsaid warn'],
  },
  {
    says: 'nothing in a scoped quota',
    more: { rendered: [sized(9)], quotas: [quota({ pods: '1' }, undefined, { scopes: ['BestEffort'] })] },
    finds: [],
  },
])('of a quota finds $says', ({ more, finds }) => {
  expect(found(more)).toEqual(finds)
})

test.each([
  ['500m', 0.5],
  ['4Gi', 4 * 2 ** 30],
  ['1e3', 1000],
  ['2k', 2000],
  [3, 3],
  ['1.5', 1.5],
  ['much', undefined],
  [undefined, undefined],
])('reads the quantity %s as %s', (text, value) => {
  expect(quantity(text)).toBe(value)
})

test('rounds a share of the pods as Kubernetes does', () => {
  expect([portion('25%', 3, 'up'), portion('25%', 3, 'down'), portion(2, 3, 'up'), portion('x', 3, 'up')]).toEqual([1, 0, 2, undefined])
})
