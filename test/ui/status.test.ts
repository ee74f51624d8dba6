import { describe, expect, test } from 'vitest'
import type { SituationInForce } from '../../src/domain/record.ts'
import type { BackendRef, Condition, Route } from '../../src/domain/route.ts'
import type { Sighting } from '../../src/domain/sighting.ts'
import { plainPaint } from '../../src/ui/color.ts'
import { renderLines } from '../../src/ui/line.ts'
import { statusDocument, type StatusInput } from '../../src/ui/status.ts'
import { statusTable } from '../../src/ui/status-table.ts'
import { calm, center, lostA } from './fixtures/journal.ts'
import { topology } from './fixtures/topology.ts'

const NOW = Date.parse('2026-11-20T03:15:00Z')
const seen = { at: NOW, took: 12 }
type Weights = Readonly<Record<string, number>>

const ref =
  (weights: Weights) =>
  (name: string, index: number): BackendRef => ({
    index,
    backend: { group: '', kind: 'Service', name, port: 8080 },
    id: name,
    weight: weights[name] ?? 1,
    ...(name.startsWith('zone') ? { member: { service: 'ai-service', center: name } } : {}),
  })
const unresolved: Condition = { status: 'False', reason: 'InvalidKind', message: '', observedGeneration: 7 }
const good: Condition = { status: 'True', reason: 'Accepted', message: '', observedGeneration: 7 }

function route(cluster: string, name: string, rules: readonly (readonly [string, Weights])[], over: Partial<Route> = {}): Route {
  return {
    gateway: 'http-route',
    center: cluster,
    kind: 'HTTPRoute',
    namespace: 'ai-system',
    name,
    uid: `${cluster}-${name}`,
    generation: 7,
    resourceVersion: '1',
    hostnames: [],
    rules: rules.map(([key, weights], index) => ({
      index,
      key,
      backends: Object.keys(weights).map(ref(weights)),
      rawMatches: [],
      rawBackendRefs: [],
    })),
    conditions: [{ parent: 'gw', controller: 'higress.io/gateway-controller', accepted: good, resolvedRefs: good }],
    mark: { state: 'none' },
    hasAnnotations: false,
    owners: [],
    ...over,
  }
}

const even = { 'zone-a': 50, 'zone-b': 50 }
const routesOf = (cluster: string, chat: Weights = even): readonly Route[] => [
  route(cluster, 'ai-service-dual-active', [['/v1/chat', chat]]),
  route(cluster, 'cross-region-failover', [['/', { ...even, 'zone-c': 0 }]]),
  route(cluster, 'proximity-by-header', [
    ['X-Client-Region=beijing', even],
    ['X-Client-Region=shanghai', { 'zone-c': 100 }],
  ]),
]

function sighting(name: string, routes: readonly Route[], over: Partial<Sighting> = {}): Sighting {
  return {
    center: name,
    identity: { state: 'present', value: 'uid', ...seen },
    routes: { state: 'present', value: routes, ...seen },
    workloads: { state: 'present', value: [], ...seen },
    gateway: { state: 'present', value: { status: 404 }, ...seen },
    serving: { verdict: 'yes', reason: 'proved', facts: {} },
    ...over,
  }
}

const input: StatusInput = {
  topology,
  sightings: ['zone-a', 'zone-b', 'zone-c'].map((name) => sighting(name, routesOf(name))),
  inForce: calm,
  summaries: [center('zone-a', { share: 0.499 }), center('zone-b', { share: 0.501 }), center('zone-c')],
  now: NOW,
  took: 100,
}
const show = (over: Partial<StatusInput> = {}, language: 'en' | 'zh' = 'en', width = 80) =>
  renderLines(statusTable(statusDocument({ ...input, ...over }), { language, width }), plainPaint)

test('shows three centers and every managed rule', () => {
  expect(show()).toMatchInlineSnapshot(`
    "ai-gateway · 2 regions, 3 centers · observed in 100 ms

    CENTER  REGION    ROLE     API       GATEWAY   READY  SHARE  ROUTES  DEFERRED
    zone-a  beijing   active   ok 12 ms  ok 14 ms  10/10  49.9%       4  -
    zone-b  beijing   active   ok 12 ms  ok 14 ms  10/10  50.1%       4  -
    zone-c  shanghai  standby  ok 31 ms  ok 35 ms  2/2     0.0%       4  -

    ROUTE                             RULE                      zone-a zone-b zone-c
    ai-system/ai-service-dual-active  /v1/chat                      50     50      -
    ai-system/cross-region-failover   /                             50     50      0
    ai-system/proximity-by-header     X-Client-Region=beijing       50     50      -
                                      X-Client-Region=shanghai       -      -    100
    Same in all 3 clusters. Situation: normal. No run in force.
    "
  `)
})

test('speaks Chinese in aligned columns', () => {
  expect(show({}, 'zh')).toMatchInlineSnapshot(`
    "ai-gateway · 2 个地域，3 个中心 · 观测用时 100 ms

    中心    地域      角色  API         网关        就绪    占比  路由  推迟
    zone-a  beijing   主用  正常 12 ms  正常 14 ms  10/10  49.9%     4  -
    zone-b  beijing   主用  正常 12 ms  正常 14 ms  10/10  50.1%     4  -
    zone-c  shanghai  备用  正常 31 ms  正常 35 ms  2/2     0.0%     4  -

    路由                              规则                      zone-a zone-b zone-c
    ai-system/ai-service-dual-active  /v1/chat                      50     50      -
    ai-system/cross-region-failover   /                             50     50      0
    ai-system/proximity-by-header     X-Client-Region=beijing       50     50      -
                                      X-Client-Region=shanghai       -      -    100
    3 个集群一致。态势：正常。无生效运行。
    "
  `)
})

test('takes one line per cluster for a rule that differs, and says why a cell could not be read', () => {
  const sightings = [
    sighting('zone-a', [], { routes: { state: 'forbidden', why: 'forbidden', ...seen } }),
    sighting('zone-b', routesOf('zone-b')),
    sighting('zone-c', routesOf('zone-c', { 'zone-a': 0, 'zone-b': 100 }).slice(0, 2)),
  ]
  expect(show({ sightings, inForce: { ...calm, unread: ['zone-a'] } })).toMatchInlineSnapshot(`
    "ai-gateway · 2 regions, 3 centers · observed in 100 ms

    CENTER  REGION    ROLE     API       GATEWAY   READY  SHARE  ROUTES  DEFERRED
    zone-a  beijing   active   ok 12 ms  ok 14 ms  10/10  49.9%       4  -
    zone-b  beijing   active   ok 12 ms  ok 14 ms  10/10  50.1%       4  -
    zone-c  shanghai  standby  ok 31 ms  ok 35 ms  2/2     0.0%       4  -

    ROUTE                             RULE                      zone-a zone-b zone-c
    ai-system/ai-service-dual-active  /v1/chat
                                        in zone-a: forbidden         -      -      -
                                        in zone-b                   50     50      -
                                        in zone-c                    0    100      -
    ai-system/cross-region-failover   /                             50     50      0
    ai-system/proximity-by-header     X-Client-Region=beijing
                                        in zone-a: forbidden         -      -      -
                                        in zone-b                   50     50      -
                                        in zone-c: absent            -      -      -
                                      X-Client-Region=shanghai
                                        in zone-a: forbidden         -      -      -
                                        in zone-b                    -      -    100
                                        in zone-c: absent            -      -      -
    3 rules differ between clusters. Situation: normal. No run in force. Not read:
    zone-a (forbidden).
    "
  `)
})

test('names the situation in force, what is behind, and the commands that follow', () => {
  const sightings = [
    sighting('zone-a', [], { routes: { state: 'unreachable', why: 'no answer 3 s', ...seen } }),
    ...input.sightings.slice(1),
  ]
  const inForce: SituationInForce = {
    ...calm,
    out: ['zone-a'],
    seq: 3,
    run: '20261120-0315-k3f9',
    verb: 'failover',
    behind: ['zone-c'],
    unread: ['zone-a'],
  }
  const text = show({ sightings, inForce, summaries: [lostA, center('zone-b', { share: 1 }), center('zone-c')] })
  expect(text.replaceAll(/\s+/g, ' ')).toContain(
    'Situation: without zone-a. In force: run 20261120-0315-k3f9 (failover). Behind the situation: zone-c. Not read: zone-a (no answer 3 s).',
  )
  expect(text).toMatch(/zone-a +beijing +active +no answer +refused +\? +\? +\? +yes\n/)
  expect(text).toContain('\nzone-a: API no answer in 3 s\n')
  expect(text.trimEnd().split('\n').at(-1)).toBe('Next: tricenter sync --center zone-a --wait')
})

describe('conditions', () => {
  test.each([
    ['false', { resolvedRefs: unresolved }, 'zone-b ai-system/r: ResolvedRefs=False, InvalidKind (generation 7, seen 7)'],
    ['stale', { accepted: { ...good, observedGeneration: 6 } }, 'zone-b ai-system/r: reported on generation 6, 7 is live'],
  ])('that are %s are shown', (_, change, text) => {
    const odd = route('zone-b', 'r', [['/', even]], {
      conditions: [{ parent: 'gw', controller: 'c', accepted: good, resolvedRefs: good, ...change }],
    })
    expect(show({ sightings: [sighting('zone-b', [odd])] })).toContain(text)
  })

  test('that nobody reported are shown', () => {
    expect(show({ sightings: [sighting('zone-b', [route('zone-b', 'r', [['/', even]], { conditions: [] })])] })).toContain(
      'zone-b ai-system/r: no gateway has reported on it',
    )
  })
})

test('finds an abandoned drill and ends with the command that restores it', () => {
  const state = (until: number) =>
    ({
      service: 'ai-service',
      workload: { kind: 'Deployment', namespace: 'ai-system', name: 'ai-service-zone-a' },
      uid: 'u',
      resourceVersion: '1',
      desired: 0,
      ready: 0,
      fault: { run: '20261120-0200-aaaa', uid: 'u', replicas: 10, until },
      hasAnnotations: true,
      owners: [],
    }) as const
  const with_ = (until: number) =>
    show({
      sightings: [
        sighting('zone-a', routesOf('zone-a'), { workloads: { state: 'present', value: [state(until)], ...seen } }),
        ...input.sightings.slice(1),
      ],
    })
  expect(with_(NOW - 1)).toContain('Abandoned drill 20261120-0200-aaaa: zone-a ai-system/ai-service-zone-a is at 0,\nwas 10.')
  expect(
    with_(NOW - 1)
      .trimEnd()
      .split('\n')
      .at(-1),
  ).toBe('Next: tricenter resume 20261120-0200-aaaa')
  expect(with_(NOW + 1)).toContain('Drill 20261120-0200-aaaa holds zone-a')
  expect(with_(NOW + 1)).not.toContain('Next:')
})

test('shows a paced run that goes on, and one that was left', () => {
  const inForce: SituationInForce = { ...calm, out: ['zone-a'], seq: 4, run: '20261120-0400-bbbb', verb: 'failback', progress: 25 }
  expect(show({ inForce: { ...inForce, until: NOW + 1000 } })).toContain('going on, 25 % of the way')
  const left = show({ inForce: { ...inForce, until: NOW - 1000 } })
  expect(left).toContain('left at 25 % of the way')
  expect(left).toContain('Next: tricenter resume 20261120-0400-bbbb')
})

test('names refs that belong to no service, and marks that count for nothing', () => {
  const odd = route('zone-b', 'r', [['/', { ...even, legacy: 10 }]], { mark: { state: 'foreign' } })
  const text = show({ sightings: [sighting('zone-b', [odd])] })
  expect(text).toContain('1 unmanaged')
  expect(text).toContain('zone-b ai-system/r: carries a mark of another object')
})

test('is a document that JSON keeps as it is', () => {
  const document = statusDocument(input)
  expect(JSON.parse(JSON.stringify(document))).toEqual(document)
  expect(document).toMatchObject({ apiVersion: 'tricenter.io/v1', kind: 'Status', situation: { out: [], going: false } })
  expect(document.rules[0]).toMatchObject({
    route: 'ai-system/ai-service-dual-active',
    rule: '/v1/chat',
    same: true,
    clusters: { 'zone-a': { state: 'present', weights: even } },
  })
})

test('is never cut in a pipe', () => {
  const long = 'a-route-with-a-very-long-name-that-does-not-fit-into-eighty-columns'
  const document = statusDocument({ ...input, sightings: [sighting('zone-b', [route('zone-b', long, [['/', even]])])] })
  expect(renderLines(statusTable(document, { language: 'en' }), plainPaint)).toContain(long)
})
