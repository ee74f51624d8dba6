import { afterEach, expect, test } from 'vitest'
import { systemClock } from '../../src/adapters/system-clock.ts'
import { compare } from '../../src/compare/compare.ts'
import type { Topology } from '../../src/domain/topology.ts'
import { comparedKinds, liveColumns, outByMarks, readCenters } from '../../src/engine/diff.ts'
import type { World } from '../../src/ports/world.ts'
import { clusterAt } from '../adapters/kube/one-context.ts'
import { hostileServer, type Behaviour, type HostileServer } from '../adapters/hostile-server.ts'
import { topology } from '../domain/world.ts'
import { memoryWorld } from '../worlds/memory-world.ts'
import { documentOf, kindOf } from './world.ts'

const centers = ['zone-a', 'zone-b', 'zone-c']
const kinds = [kindOf('ConfigMap'), kindOf('Deployment'), kindOf('WasmPlugin')]
const config = (name: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'ai-system' }, data: { a: '1' } })

async function seen(world: World, of: Topology = topology, chosen = kinds) {
  const read = await readCenters(world, { topology: of, centers, kinds: chosen })
  return documentOf(compare({ columns: liveColumns(of, centers, 0), kinds: read, intents: [], aliases: {}, now: 0 }))
}

test('centers that hold the same are equal, and a kind that nobody serves is no drift', async () => {
  const world = memoryWorld({ topology, routes: [], marker: false })
  for (const center of centers) world.cluster(center).put(config('one'))
  for (const center of centers) world.cluster(center).unserved.add('WasmPlugin')
  const document = await seen(world, topology, [kinds[0]!, kinds[2]!])
  expect(document).toMatchObject({ verdict: 'equal', totals: { equal: 1, drift: 0, unknown: 0 }, objects: [], unread: [] })
})

test.each([
  ['refused', { kind: 'refused' }, 'unreachable'],
  ['blackholed', { kind: 'blackholed' }, 'unreachable'],
  ['forbidden', { kind: 'forbidden' }, 'forbidden'],
  ['answering 500', { kind: 'status', status: 500 }, 'unknown'],
] as const)('a center that is %s hides no drift of the others, and counts as no value', async (_, fault, gap) => {
  const world = memoryWorld({ topology, routes: [], marker: false })
  world.cluster('zone-a').put(config('one'))
  world.cluster('zone-b').put({ ...config('one'), data: { a: '2' } })
  world.cluster('zone-a').put(config('same'))
  world.cluster('zone-b').put(config('same'))
  world.cluster('zone-c').fault = fault
  const began = world.clock.monotonic()
  const document = await seen(world, topology, [kinds[0]!])
  expect(document.objects.map(({ name, verdict, presence }) => [name, verdict, presence['zone-c']])).toEqual([
    ['one', 'drift', gap],
    ['same', 'unknown', gap],
  ])
  expect(document.unread).toMatchObject([{ column: 'zone-c', kind: 'ConfigMap', gap }])
  // Versions, index of schemas and lists have a deadline each, and none waits for another center.
  expect(world.clock.monotonic() - began).toBeLessThanOrEqual(3 * topology.policy.deadlines.read)
})

test('a third of the kinds forbidden: these are not read, the others are compared', async () => {
  const world = memoryWorld({ topology, routes: [], marker: false })
  for (const center of centers) world.cluster(center).put(config('one'))
  const cluster = world.cluster('zone-b')
  const list = cluster.list.bind(cluster)
  cluster.list = async (kind, options, deadline) =>
    kind.kind === 'Deployment' ? { state: 'forbidden', why: 'no', at: 0, took: 0 } : await list(kind, options, deadline)
  const document = await seen(world)
  expect(document.unread).toMatchObject([{ column: 'zone-b', kind: 'Deployment', gap: 'forbidden' }])
  expect(document.counts.find(({ kind }) => kind === 'ConfigMap')).toMatchObject({ equal: 1, drift: 0 })
  expect(document.counts.find(({ kind }) => kind === 'Deployment')).toMatchObject({ equal: 0 })
})

test('the version that all serve is read, where one does not serve the declared one', async () => {
  const world = memoryWorld({ topology, routes: [], marker: false })
  const group = (...versions: string[]) => ({ text: JSON.stringify({ versions: versions.map((version) => ({ version })) }) })
  for (const center of centers)
    world.cluster(center).texts.set('/apis/apps', center === 'zone-c' ? group('v1beta2') : group('v1', 'v1beta2'))
  const asked: string[] = []
  for (const center of centers) {
    const cluster = world.cluster(center)
    const list = cluster.list.bind(cluster)
    cluster.list = (kind, options, deadline) => {
      asked.push(kind.version)
      return list(kind, options, deadline)
    }
  }
  await seen(world, topology, [kinds[1]!])
  expect(asked).toEqual(['v1beta2', 'v1beta2', 'v1beta2'])
})

test('each schema is read once, and kept by its hash', async () => {
  const world = memoryWorld({ topology, routes: [], marker: false })
  const url = '/openapi/v3/apis/apps/v1?hash=ABC'
  const schema = {
    components: {
      schemas: {
        d: {
          'x-kubernetes-group-version-kind': [{ group: 'apps', version: 'v1', kind: 'Deployment' }],
          properties: { spec: { properties: { own: { default: 7 } } } },
        },
      },
    },
  }
  for (const center of centers) {
    world.cluster(center).texts.set('/openapi/v3', { text: JSON.stringify({ paths: { 'apis/apps/v1': { serverRelativeURL: url } } }) })
    world.cluster(center).texts.set(url, { text: JSON.stringify(schema) })
    world.cluster(center).put({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'd', namespace: 'x' },
      spec: center === 'zone-a' ? { own: 7, replicas: 1 } : {},
    })
  }
  const kept = new Map<string, string>()
  const store = {
    get: async (key: string) => await Promise.resolve(kept.get(key)),
    set: async (key: string, text: string) => void (await Promise.resolve(kept.set(key, text))),
  }
  const only = { ...kinds[1]!, namespaces: ['x'] }
  const reads = () => centers.reduce((sum, center) => sum + world.cluster(center).reads.filter((one) => one === `read ${url}`).length, 0)
  const read = await readCenters(world, { topology, centers, kinds: [only], store })
  expect(compare({ columns: liveColumns(topology, centers, 0), kinds: read, intents: [], aliases: {}, now: 0 }).objects).toEqual([])
  expect([reads(), [...kept.keys()]]).toEqual([1, [url]])
  await readCenters(world, { topology, centers, kinds: [only], store })
  expect(reads()).toBe(1)
})

test('managed routes come first, and nobody is out of a world without marks', async () => {
  const compared = { kinds: [kindOf('ConfigMap')], intents: [], aliases: {} }
  expect(comparedKinds({ ...topology, compare: compared }).map(({ kind }) => kind)).toEqual(['HTTPRoute', 'ConfigMap'])
  expect(outByMarks(topology, [])).toEqual([])
})

let server: HostileServer | undefined
afterEach(async () => {
  await server?.close()
  server = undefined
})

const page = (names: readonly string[], next?: string): string =>
  JSON.stringify({
    kind: 'ConfigMapList',
    apiVersion: 'v1',
    metadata: { resourceVersion: '1', ...(next === undefined ? {} : { continue: next }) },
    items: names.map((name) => ({ ...config(name), metadata: { ...config(name).metadata, uid: name, resourceVersion: '1' } })),
  })

/** zone-a on a server that misbehaves, the others in memory with the objects `one` and `two`. */
async function against(behaviour: Behaviour) {
  server = await hostileServer((request, response, socket, count) => {
    if (request.url.startsWith('/api/v1/configmaps')) behaviour(request, response, socket, count)
    else response.writeHead(404, { 'content-type': 'application/json' }).end('{"kind":"Status","code":404,"reason":"NotFound"}')
  })
  const memory = memoryWorld({ topology, routes: [], marker: false })
  for (const center of ['zone-b', 'zone-c']) for (const name of ['one', 'two']) memory.cluster(center).put(config(name))
  const real = await clusterAt(server.url)
  const quick: Topology = { ...topology, policy: { ...topology.policy, deadlines: { ...topology.policy.deadlines, read: 700 } } }
  const others = new Map(
    [...memory.clusters].map(
      ([name, cluster]) =>
        [
          name,
          {
            ...cluster,
            read: async (path: string) => await cluster.read(path, { at: memory.clock.monotonic() + 700 }),
            list: async (kind: Parameters<typeof cluster.list>[0], options: Parameters<typeof cluster.list>[1]) =>
              await cluster.list(kind, options, { at: memory.clock.monotonic() + 700 }),
          },
        ] as const,
    ),
  )
  try {
    return await seen({ ...memory, clock: systemClock, clusters: new Map<string, typeof real>([...others, ['zone-a', real]]) }, quick, [
      kinds[0]!,
    ])
  } finally {
    await real.close()
  }
}

test('a token that expires in the middle of a list: it is read again, whole', async () => {
  let expired = false
  const document = await against(({ url }, response) => {
    const later = url.includes('continue=')
    if (later && !expired) {
      expired = true
      response.writeHead(410).end('{"kind":"Status","code":410,"reason":"Expired"}')
    } else response.writeHead(200, { 'content-type': 'application/json' }).end(later ? page(['two']) : page(['one'], 'next'))
  })
  expect(expired).toBe(true)
  expect(document).toMatchObject({ verdict: 'equal', totals: { equal: 2 }, unread: [] })
})

test('a busy server is asked again, when it says', async () => {
  let asked = 0
  const document = await against((_, response) => {
    if (asked++ === 0) response.writeHead(429, { 'retry-after': '0' }).end()
    else response.writeHead(200, { 'content-type': 'application/json' }).end(page(['one', 'two']))
  })
  expect(asked).toBe(2)
  expect(document).toMatchObject({ verdict: 'equal', unread: [] })
})

test.each([
  ['hangs', () => undefined, 'unreachable'],
  [
    'sends half an answer',
    (_: unknown, response: Parameters<Behaviour>[1]) =>
      void response.writeHead(200, { 'content-length': '9999' }).end(page(['one']).slice(0, 40)),
    'unknown',
  ],
  [
    'answers with another kind',
    (_: unknown, response: Parameters<Behaviour>[1]) => void response.writeHead(200).end('{"kind":"SecretList","items":[]}'),
    'unknown',
  ],
  [
    'answers with a page of HTML',
    (_: unknown, response: Parameters<Behaviour>[1]) => void response.writeHead(200).end('<html>'),
    'unknown',
  ],
  [
    'ends a list in the middle',
    ({ url }: { url: string }, response: Parameters<Behaviour>[1]) =>
      void (url.includes('continue=')
        ? response.writeHead(404).end('{"kind":"Status","code":404,"reason":"NotFound"}')
        : response.writeHead(200).end(page(['one'], 'next'))),
    'unknown',
  ],
] as const)('of a server that %s nothing is taken for an object that is not there', async (_, behaviour, gap) => {
  const document = await against(behaviour)
  expect(document.unread.map(({ column }) => column)).toEqual(['zone-a'])
  expect(document.unread[0]?.gap).toBe(gap)
  expect(document.totals).toMatchObject({ equal: 0, drift: 0, unknown: 2 })
})
