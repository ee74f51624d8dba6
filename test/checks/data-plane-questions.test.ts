import { expect, test } from 'vitest'
import { dataPlaneEndpoints } from '../../src/checks/data-plane-endpoints.ts'
import { dataPlaneRoutes } from '../../src/checks/data-plane-routes.ts'
import type { DataPlane, ProgrammedCluster, ProgrammedRule } from '../../src/domain/data-plane.ts'
import type { Observation } from '../../src/domain/observation.ts'
import type { Topology } from '../../src/domain/topology.ts'
import { httpRoute } from '../../src/gateways/http-route.ts'
import { backend, rule, topology, type RuleSpec } from '../domain/world.ts'
import { ask, AT, object, present, said, silent } from './ask.ts'

const one: Topology = { ...topology, services: topology.services.slice(0, 1) }
const accepted = {
  parents: [
    {
      parentRef: { name: 'higress-gateway' },
      controllerName: 'higress.io/gateway-controller',
      conditions: [{ type: 'Accepted', status: 'True', reason: 'Accepted', message: '', observedGeneration: 1 }],
    },
  ],
}
const routesOf = (rules: readonly RuleSpec[], status?: object) => [
  httpRoute.toRoute(
    object('HTTPRoute', 'r', { spec: { rules }, ...(status === undefined ? {} : { status }) }, { namespace: 'ai-system' }),
    'zone-a',
    one,
  ),
]
const cluster = (center: string, port = 8080): string => `outbound|${port}||${backend(center).name}`
const entry = (path: string | undefined, weights: Readonly<Record<string, number>>): ProgrammedRule => ({
  path,
  targets: Object.entries(weights).map(([center, weight]) => ({ cluster: center.includes('|') ? center : cluster(center), weight })),
})
const plane = (entries: readonly ProgrammedRule[], clusters: readonly ProgrammedCluster[] = []): Observation<DataPlane> =>
  present({ pod: 'gw-0', routes: new Map(entries.length === 0 ? [] : [['ai-system/r', entries]]), clusters })
const halves = { 'zone-a': 50, 'zone-b': 50 }

test.each<{ of: string; rules: readonly RuleSpec[]; entries: readonly ProgrammedRule[]; status?: object; says: string }>([
  { of: 'the live weights', rules: [rule('/api', halves)], entries: [entry('/api', halves)], says: 'passed programmed' },
  {
    of: 'the same proportion',
    rules: [rule('/api', { 'zone-a': 1, 'zone-b': 2 })],
    entries: [entry('/api', { 'zone-a': 33, 'zone-b': 67 })],
    says: 'passed programmed',
  },
  {
    of: 'no weight-0 backend',
    rules: [rule('/', { 'zone-a': 1, 'zone-c': 0 })],
    entries: [entry('/', { 'zone-a': 1 })],
    says: 'passed programmed',
  },
  {
    of: 'a prefix made an expression',
    rules: [rule('/api', halves)],
    entries: [entry('/api((\\/).*)?', halves)],
    says: 'passed programmed',
  },
  {
    of: 'its own answer for a rule without weight',
    rules: [rule('/', { 'zone-a': 0 })],
    entries: [entry('/', {})],
    says: 'passed programmed',
  },
  {
    of: 'weights of before',
    rules: [rule('/api', { 'zone-a': 0, 'zone-b': 100 })],
    entries: [entry('/api', halves)],
    says: 'failed other-weights',
  },
  {
    of: 'another cluster',
    rules: [rule('/api', { 'zone-a': 1 })],
    entries: [entry('/api', { 'outbound|8080||other.nacos': 1 })],
    says: 'failed other-weights',
  },
  {
    of: 'another port',
    rules: [rule('/api', { 'zone-a': 1 })],
    entries: [entry('/api', { [cluster('zone-a', 80)]: 1 })],
    says: 'failed other-weights',
  },
  {
    of: 'a further cluster',
    rules: [rule('/api', { 'zone-a': 99 })],
    entries: [entry('/api', { 'zone-a': 99, 'zone-b': 1 })],
    says: 'failed other-weights',
  },
  {
    of: 'another rule only',
    rules: [rule('/api', halves), rule('/v1', halves)],
    entries: [entry('/v1', halves)],
    says: 'failed rule-lost',
  },
  { of: 'a longer path only', rules: [rule('/api', halves)], entries: [entry('/apis', halves)], says: 'failed rule-lost' },
  { of: 'nothing of an accepted route', rules: [rule('/api', halves)], entries: [], status: accepted, says: 'failed dropped' },
  { of: 'nothing of a route that nobody accepted', rules: [rule('/api', halves)], entries: [], says: 'failed absent' },
])('a data plane with $of: $says', ({ rules, entries, status, says }) => {
  expect(said(ask(dataPlaneRoutes, { routes: routesOf(rules, status), dataPlane: plane(entries) }, one))).toEqual([says])
})

test.each<{ of: string; clusters: readonly ProgrammedCluster[]; says: string }>([
  { of: 'healthy endpoints', clusters: [{ name: cluster('zone-a'), endpoints: 3, healthy: 1 }], says: 'passed healthy' },
  { of: 'only sick endpoints', clusters: [{ name: cluster('zone-a'), endpoints: 3, healthy: 0 }], says: 'failed sick' },
  { of: 'no endpoint', clusters: [{ name: cluster('zone-a'), endpoints: 0, healthy: 0 }], says: 'failed empty' },
  { of: 'another cluster', clusters: [{ name: cluster('zone-b'), endpoints: 3, healthy: 3 }], says: 'failed no-cluster' },
  { of: 'a cluster of no known name', clusters: [{ name: 'xds-grpc', endpoints: 1, healthy: 1 }], says: 'failed no-cluster' },
])('a backend with $of: $says', ({ clusters, says }) => {
  const routes = routesOf([rule('/', { 'zone-a': 1, 'zone-b': 0 })])
  expect(said(ask(dataPlaneEndpoints, { routes, dataPlane: plane([entry('/', {})], clusters) }, one))).toEqual([says])
})

test('of a Service the cluster’s host is its name and namespace, in any domain', () => {
  const ref = { name: 'ai-service', port: 8080, weight: 1 }
  const own: Topology = {
    ...one,
    services: one.services.map((each) => ({
      ...each,
      backends: { 'zone-a': { group: '', kind: 'Service', name: 'ai-service', namespace: 'ai-system', port: 8080 } },
    })),
  }
  const routes = [
    httpRoute.toRoute(object('HTTPRoute', 'r', { spec: { rules: [{ backendRefs: [ref] }] } }, { namespace: 'ai-system' }), 'zone-a', own),
  ]
  const name = 'outbound|8080||ai-service.ai-system.svc.some.domain'
  const seen = plane([entry('/', { [name]: 1 })], [{ name, endpoints: 1, healthy: 1 }])
  expect(said(ask(dataPlaneRoutes, { routes, dataPlane: seen }, own))).toEqual(['passed programmed'])
  expect(said(ask(dataPlaneEndpoints, { routes, dataPlane: seen }, own))).toEqual(['passed healthy'])
})

test.each<{ seen: Observation<DataPlane>; says: string }>([
  { seen: { state: 'absent', at: AT, took: 1 }, says: 'inconclusive no-pod' },
  { seen: { state: 'forbidden', why: 'cannot create', at: AT, took: 1 }, says: 'inconclusive not-allowed' },
  { seen: { state: 'unknown', why: 'error dialing backend', at: AT, took: 1 }, says: 'inconclusive not-forwarded' },
  { seen: silent, says: 'inconclusive not-forwarded' },
])('a data plane that is $seen.state is $says', ({ seen, says }) => {
  for (const question of [dataPlaneRoutes, dataPlaneEndpoints])
    expect(said(ask(question, { routes: routesOf([rule('/', halves)]), dataPlane: seen }, one))).toEqual([says])
})

test('without routes there is nothing to ask about', () => {
  for (const question of [dataPlaneRoutes, dataPlaneEndpoints]) expect(ask(question, { routes: [], dataPlane: silent }, one)).toEqual([])
})
