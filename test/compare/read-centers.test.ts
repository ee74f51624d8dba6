import { afterEach, describe, expect, test } from 'vitest'
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

/** How lists are read: whole, or as bytes page by page with what is equal everywhere let go. */
const WAYS = ['whole', 'sifted'] as const
type Way = (typeof WAYS)[number]
const sift = { of: () => true, wanted: () => false }

async function seen(world: World, of: Topology = topology, chosen = kinds, way: Way = 'whole') {
  const read = await readCenters(world, { topology: of, centers, kinds: chosen, ...(way === 'sifted' ? { sift } : {}) })
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
async function against(behaviour: Behaviour, way: Way, names: readonly string[] = ['one', 'two']) {
  server = await hostileServer((request, response, socket, count) => {
    if (request.url.startsWith('/api/v1/configmaps')) behaviour(request, response, socket, count)
    else response.writeHead(404, { 'content-type': 'application/json' }).end('{"kind":"Status","code":404,"reason":"NotFound"}')
  })
  const memory = memoryWorld({ topology, routes: [], marker: false })
  for (const center of ['zone-b', 'zone-c']) for (const name of names) memory.cluster(center).put(config(name))
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
    const clusters = new Map<string, typeof real>([...others, ['zone-a', real]])
    return await seen({ ...memory, clock: systemClock, clusters }, quick, [kinds[0]!], way)
  } finally {
    await real.close()
  }
}

describe.each(WAYS)('a server that is busy, broken or lying, its lists read %s', (way) => {
  test('a token that expires in the middle of a list: it is read again, whole', async () => {
    let expired = false
    const document = await against(({ url }, response) => {
      const later = url.includes('continue=')
      if (later && !expired) {
        expired = true
        response.writeHead(410).end('{"kind":"Status","code":410,"reason":"Expired"}')
      } else response.writeHead(200, { 'content-type': 'application/json' }).end(later ? page(['two']) : page(['one'], 'next'))
    }, way)
    expect(expired).toBe(true)
    expect(document).toMatchObject({ verdict: 'equal', totals: { equal: 2 }, unread: [] })
  })

  test.each(['first', 'second'] as const)('a server that is busy at the %s page is asked again, when it says', async (which) => {
    const asked: string[] = []
    const document = await against(({ url }, response) => {
      const later = url.includes('continue=')
      asked.push(url)
      if (later === (which === 'second') && asked.filter((one) => one === url).length === 1)
        response.writeHead(429, { 'retry-after': '0' }).end()
      else response.writeHead(200, { 'content-type': 'application/json' }).end(later ? page(['two']) : page(['one'], 'next'))
    }, way)
    // No page is asked for again but the one that was refused.
    expect(asked).toHaveLength(3)
    expect(document).toMatchObject({ verdict: 'equal', totals: { equal: 2 }, unread: [] })
  })

  test('a server that asks for more patience than there is time is not waited for', async () => {
    const document = await against((_, response) => void response.writeHead(429, { 'retry-after': '30' }).end(), way)
    expect(document.unread.map(({ column }) => column)).toEqual(['zone-a'])
    expect(document.totals).toMatchObject({ equal: 0, unknown: 2 })
  })

  const answer =
    (body: string): Behaviour =>
    (_, response) =>
      void response.writeHead(200, { 'content-type': 'application/json' }).end(body)
  const second =
    (then: Behaviour): Behaviour =>
    (request, ...more) =>
      request.url.includes('continue=') ? then(request, ...more) : answer(page(['one'], 'next'))(request, ...more)
  const broken: readonly (readonly [name: string, behaviour: Behaviour, gap: string])[] = [
    ['hangs', () => undefined, 'unreachable'],
    ['hangs at the second page', second(() => undefined), 'unreachable'],
    [
      'sends half an answer',
      (_, response) => void response.writeHead(200, { 'content-length': '9999' }).end(page(['one']).slice(0, 40)),
      'unknown',
    ],
    ['says that half a text is all', answer(page(['one', 'two']).slice(0, -30)), 'unknown'],
    ['answers with another kind', answer('{"kind":"SecretList","items":[]}'), 'unknown'],
    ['answers with a single object', answer(JSON.stringify(config('one'))), 'unknown'],
    ['answers with a status and 200', answer('{"kind":"Status","status":"Failure","code":500}'), 'unknown'],
    [
      'answers with a page of HTML and 200',
      (_, response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>'),
      'unknown',
    ],
    ['answers with nothing', answer(''), 'unknown'],
    ['answers with null', answer('null'), 'unknown'],
    ['has no list of items', answer('{"kind":"ConfigMapList","apiVersion":"v1","metadata":{}}'), 'unknown'],
    ['goes round in a circle', answer(page(['one'], 'next')), 'unknown'],
    ['expires twice', second((_, response) => void response.writeHead(410).end('{"kind":"Status","code":410}')), 'unknown'],
    ['fails at the second page', second((_, response) => void response.writeHead(500).end()), 'unknown'],
    ['forbids the second page', second((_, response) => void response.writeHead(403).end('{"kind":"Status","code":403}')), 'forbidden'],
    [
      'ends a list in the middle',
      second((_, response) => void response.writeHead(404).end('{"kind":"Status","code":404,"reason":"NotFound"}')),
      'unknown',
    ],
  ]
  test.each(broken)('of a server that %s nothing is taken for an object that is not there', async (_, behaviour, gap) => {
    const document = await against(behaviour, way)
    expect(document.unread.map(({ column }) => column)).toEqual(['zone-a'])
    expect(document.unread[0]?.gap).toBe(gap)
    expect(document.totals).toMatchObject({ equal: 0, drift: 0, unknown: 2 })
  })

  test('an object that a list holds twice is told of, and hides no drift', async () => {
    const other = JSON.parse(page(['one', 'one', 'two'])) as { items: { data: object }[] }
    const [first] = other.items
    if (first !== undefined) first.data = { a: '2' }
    const document = await against(answer(JSON.stringify(other)), way)
    expect(document.warnings).toMatchObject([{ reason: 'object-twice', facts: { column: 'zone-a' } }])
    expect(document.objects.map(({ name, odd }) => [name, odd])).toEqual([['one', ['zone-a']]])
  })
})

describe.each(WAYS)('lists read %s', (way) => {
  test('centers that answer the same to the byte are equal, and every object is counted', async () => {
    const names = Array.from({ length: 40 }, (_, i) => `same-${i}`)
    const document = await against(
      (_, response) => void response.writeHead(200, { 'content-type': 'application/json' }).end(page(names)),
      way,
      names,
    )
    expect(document).toMatchObject({ verdict: 'equal', totals: { equal: 40, drift: 0, unknown: 0 }, objects: [], unread: [] })
  })

  test('a third of the namespaces forbidden in one center: the kind is not read there, and nothing of it is equal', async () => {
    const namespaces = ['one', 'two', 'three']
    const world = memoryWorld({ topology, routes: [], marker: false })
    for (const center of centers)
      for (const namespace of namespaces) world.cluster(center).put({ ...config('same'), metadata: { name: 'same', namespace } })
    world.cluster('zone-c').put({ ...config('more'), metadata: { name: 'more', namespace: 'one' } })
    const cluster = world.cluster('zone-b')
    const [list, pages] = [cluster.list.bind(cluster), cluster.pages.bind(cluster)]
    const no = { state: 'forbidden', why: 'no', at: 0, took: 0 } as const
    cluster.list = async (kind, options, deadline) => (options.namespace === 'two' ? no : await list(kind, options, deadline))
    cluster.pages = (kind, options, deadline) =>
      options.namespace === 'two'
        ? (async function* () {
            yield await Promise.resolve(no)
          })()
        : pages(kind, options, deadline)
    const document = await seen(world, topology, [{ ...kinds[0]!, namespaces }], way)
    expect(document.unread).toMatchObject([{ column: 'zone-b', kind: 'ConfigMap', gap: 'forbidden' }])
    expect(document.totals).toMatchObject({ equal: 0, drift: 1, unknown: 3 })
    expect(document.objects.filter(({ presence }) => presence['zone-b'] !== 'forbidden')).toEqual([])
  })
})
