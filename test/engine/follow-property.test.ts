import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ComparedKind } from '../../src/domain/compare.ts'
import { encodeMark } from '../../src/domain/mark-codec.ts'
import { MARK_ANNOTATION } from '../../src/domain/mark.ts'
import type { Topology } from '../../src/domain/topology.ts'
import type { Manifest, MemoryCluster, MemoryFault } from '../worlds/memory-cluster.ts'
import { centers, fewRoutes, topology as plain } from './fixture.ts'
import { followed, type Followed } from './follow-world.ts'
import { configMaps, versioned } from './objects-world.ts'

const deployments: ComparedKind = {
  group: 'apps',
  version: 'v1',
  plural: 'deployments',
  kind: 'Deployment',
  namespaced: true,
  namespaces: ['ai-system', 'other'],
  rename: ['gateway-{center}'],
  ignore: ['metadata.labels.build'],
  check: { by: 'content' },
}
const declared = { kind: 'Deployment', name: '*', path: 'spec.replicas', centers: ['zone-c'], value: 2, reason: 'smaller' }
const topology: Topology = {
  ...plain,
  compare: { kinds: [configMaps, deployments, versioned], intents: [declared], aliases: { 'zone-c': 'shanghai' } },
}
const alias = (center: string): string => (center === 'zone-c' ? 'shanghai' : center)
const NAMES = ['one', 'two', 'three']

/** What may befall three centers while they are followed. */
type Event =
  | { readonly do: 'config' | 'gateway' | 'plugin' | 'mark'; readonly center: string; readonly name: string; readonly value: number }
  | { readonly do: 'weight'; readonly center: string; readonly value: number; readonly other: number }
  | { readonly do: 'drop'; readonly center: string; readonly kind: string; readonly name: string }
  | { readonly do: 'fault'; readonly center: string; readonly fault: MemoryFault | null }
  | { readonly do: 'unserved' | 'restart' | 'compact'; readonly center: string }
  | { readonly do: 'pass'; readonly ms: number }

const center = fc.constantFrom(...centers)
const name = fc.constantFrom(...NAMES)
const value = fc.integer({ min: 1, max: 3 })
const event: fc.Arbitrary<Event> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constantFrom('config', 'gateway', 'plugin', 'mark'), center, name, value }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('weight' as const), center, value, other: value }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('drop' as const),
      center,
      kind: fc.constantFrom('ConfigMap', 'Deployment', 'Plugin', 'HTTPRoute'),
      name,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('fault' as const),
      center,
      fault: fc.constantFrom<MemoryFault | null>(
        null,
        { kind: 'refused' },
        { kind: 'blackholed' },
        { kind: 'forbidden' },
        { kind: 'status', status: 500 },
        { kind: 'slow', ms: 700 },
      ),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('unserved', 'restart', 'compact'), center }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.constantFrom(1, 400, 3_000, 20_000) }) },
)

function manager(value: number): object {
  const fieldsV1 = { 'f:data': { 'f:a': {} }, 'f:spec': { 'f:replicas': {} } }
  return { manager: `person-${value}`, operation: 'Update', time: `2026-11-20T03:0${value}:00Z`, fieldsV1 }
}

function befall({ world, pass }: Followed, one: Event): Promise<void> | undefined {
  if (one.do === 'pass') return pass(one.ms)
  const cluster = world.cluster(one.center)
  switch (one.do) {
    case 'config': {
      const data = { a: String(one.value), 'b.yaml': `x: ${one.value}\n`, password: `secret-${one.value}` }
      cluster.put(object('v1', 'ConfigMap', one.name, { data }, { managedFields: [manager(one.value)] }))
      break
    }
    case 'gateway': {
      const own = one.name === 'one' ? `gateway-${alias(one.center)}` : one.name
      const spec = { replicas: one.value, selector: { app: own } }
      const labels = { build: String(one.value) }
      cluster.put(
        object(
          'apps/v1',
          'Deployment',
          own,
          { spec },
          { labels, managedFields: [manager(one.value)], namespace: one.name === 'two' ? 'other' : 'ai-system' },
        ),
      )
      break
    }
    case 'plugin':
      cluster.put(object('example.com/v1', 'Plugin', one.name, { spec: {} }, { annotations: { 'hango.data.version': String(one.value) } }))
      break
    case 'weight':
    case 'mark':
      editRoute(cluster, one)
      break
    case 'drop':
      cluster.drop(
        one.kind,
        'ai-system',
        one.kind === 'HTTPRoute' ? routeName : one.kind === 'Deployment' ? `gateway-${alias(one.center)}` : one.name,
      )
      break
    case 'fault':
      cluster.fault = one.fault
      // Rights that are taken away, and a server that fails, are noticed by the next request.
      cluster.endWatches()
      break
    case 'unserved':
      if (!cluster.unserved.delete('Plugin')) cluster.unserved.add('Plugin')
      cluster.endWatches()
      break
    case 'restart':
      cluster.endWatches()
      break
    case 'compact':
      cluster.compact()
  }
  return undefined
}

const routeName = String(fewRoutes[0]?.metadata.name)

function editRoute(cluster: MemoryCluster, one: Extract<Event, { readonly value: number }>): void {
  const uid = cluster.peek('HTTPRoute', 'ai-system', routeName)?.metadata.uid
  if (uid === undefined) return
  cluster.edit('HTTPRoute', 'ai-system', routeName, (draft) => {
    if ('other' in one) {
      draft['spec'].rules[0].backendRefs[0].weight = one.value
      draft['spec'].rules[0].backendRefs[1].weight = one.other
    } else {
      const situation = one.value === 1 ? [] : ['zone-a']
      const mark = { seq: one.value, run: 'r', verb: 'failover' as const, uid, was: [], situation, normal: {}, set: {} }
      draft['metadata'].annotations = { [MARK_ANNOTATION]: encodeMark(mark) }
    }
  })
}

function object(apiVersion: string, kind: string, name: string, content: object, metadata: object): Manifest {
  return { apiVersion, kind, ...content, metadata: { name, namespace: 'ai-system', ...metadata } }
}

const desired = [object('v1', 'ConfigMap', 'one', { data: { a: '1', 'b.yaml': 'x: 1', password: 'secret-1' } }, {})]

test('whatever happens to the centers, what is followed is what a fresh diff says', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(event, { minLength: 1, maxLength: 25 }), fc.boolean(), async (events, withDesired) => {
      const it = await followed({ topology, objects: fewRoutes, desired: withDesired ? desired : [] })
      try {
        for (const one of events) await befall(it, one)
        await it.pass(120_000)
        await sameAsFresh(it)
        for (const center of centers) it.world.cluster(center).fault = null
        await it.pass(120_000)
        await sameAsFresh(it)
      } finally {
        it.stop()
      }
    }),
    { numRuns: 60 },
  )
})

async function sameAsFresh({ following, fresh, events }: Followed): Promise<void> {
  const document = await fresh()
  const state = following.state()
  const unread = (all: typeof state.unread) => all.map(({ column, kind, gap }) => `${column} ${kind} ${gap}`).sort()
  expect(unread(state.unread)).toEqual(unread(document.unread))
  expect(state.totals).toEqual(document.totals)
  expect(state.counts).toEqual(document.counts)
  expect(state.objects).toEqual(document.objects.filter(({ verdict }) => verdict !== 'unknown'))
  expect(state.out).toEqual(document.out)
  // What was told adds up to what there is, but for what cannot be seen now.
  const standing = new Set<string>()
  for (const one of events) {
    if (!('object' in one)) continue
    const key = `${one.object.kind} ${one.object.name}`
    if (one.type === 'ended') standing.delete(key)
    else standing.add(key)
  }
  const drifting = document.objects.filter(({ verdict }) => verdict === 'drift' || verdict === 'odd-one-out')
  for (const { kind, name } of drifting) expect(standing).toContain(`${kind} ${name}`)
  if (document.unread.length === 0) expect(standing.size).toBe(drifting.length)
}
