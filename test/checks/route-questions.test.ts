import { expect, test } from 'vitest'
import { backendsDistinct } from '../../src/checks/backends-distinct.ts'
import { backendsSupported } from '../../src/checks/backends-supported.ts'
import { fieldsHonoured } from '../../src/checks/fields-honoured.ts'
import { filtersEffective } from '../../src/checks/filters-effective.ts'
import { routesAlike } from '../../src/checks/routes-alike.ts'
import { routesPresent } from '../../src/checks/routes-present.ts'
import { routesReported } from '../../src/checks/routes-reported.ts'
import { rulesReachable } from '../../src/checks/rules-reachable.ts'
import { rulesWeighted } from '../../src/checks/rules-weighted.ts'
import type { Topology } from '../../src/domain/topology.ts'
import { httpRoute } from '../../src/gateways/http-route.ts'
import type { KubeObject } from '../../src/ports/cluster.ts'
import { backend, rule, topology } from '../domain/world.ts'
import { ask, askAll, object, present, said, silent } from './ask.ts'

const one: Topology = { ...topology, services: topology.services.slice(0, 1) }
const condition = (type: string, status: string, observedGeneration = 1, reason = 'Accepted') => ({
  type,
  status,
  reason,
  message: '',
  observedGeneration,
})
const report = (conditions: readonly object[], controllerName = 'higress.io/gateway-controller') => ({
  parents: [{ parentRef: { name: 'higress-gateway' }, controllerName, conditions }],
})

function routeObject(
  name: string,
  rules: readonly object[],
  more: { readonly hostnames?: readonly string[]; readonly status?: object; readonly created?: string } = {},
): KubeObject {
  const { hostnames = ['ai.example.com'], status, created = '2026-01-01T00:00:00Z' } = more
  return object(
    'HTTPRoute',
    name,
    { spec: { parentRefs: [{ name: 'higress-gateway' }], hostnames, rules }, ...(status === undefined ? {} : { status }) },
    { namespace: 'ai-system', creationTimestamp: created },
  )
}
const lens = (...objects: readonly KubeObject[]) => objects.map((each) => httpRoute.toRoute(each, 'zone-a', one))
const halves = { 'zone-a': 50, 'zone-b': 50, 'zone-c': 0 }

test.each([
  {
    of: 'accepted and resolved now',
    status: report([condition('Accepted', 'True'), condition('ResolvedRefs', 'True')]),
    says: 'passed reported',
  },
  {
    of: 'not resolved',
    status: report([condition('Accepted', 'True'), condition('ResolvedRefs', 'False', 1, 'InvalidKind')]),
    says: 'failed not-resolved',
  },
  { of: 'not accepted', status: report([condition('Accepted', 'False')]), says: 'failed not-accepted' },
  {
    of: 'an older generation',
    status: report([condition('Accepted', 'True', 0), condition('ResolvedRefs', 'True', 0)]),
    says: 'inconclusive stale',
  },
  { of: 'nobody', status: undefined, says: 'inconclusive unreported' },
  { of: 'half a report', status: report([condition('Accepted', 'True')]), says: 'inconclusive unreported' },
  { of: 'undecided', status: report([condition('Accepted', 'Unknown')]), says: 'inconclusive undecided' },
  {
    of: 'another controller',
    status: report([condition('Accepted', 'True')], 'istio.io/gateway-controller'),
    says: 'failed wrong-controller',
  },
])('a report of $of is $says', ({ status, says }) => {
  const routes = lens(routeObject('r', [rule('/', halves)], status === undefined ? {} : { status }))
  expect(said(ask(routesReported, { routes }, one))).toEqual([says])
})

test('a service that no route names is failed', () => {
  expect(said(ask(routesPresent, { routes: lens(routeObject('r', [rule('/', halves)])) }, one))).toEqual(['passed named'])
  expect(said(ask(routesPresent, { routes: [] }, one))).toEqual(['failed unnamed'])
})

test.each([
  { weights: halves, says: 'passed weighted' },
  { weights: { 'zone-a': 0, 'zone-b': 0 }, says: 'failed all-zero' },
  { weights: { 'zone-a': null }, says: 'passed weighted' },
])('weights $weights are $says', ({ weights, says }) => {
  expect(said(ask(rulesWeighted, { routes: lens(routeObject('r', [rule('/', weights)])) }, one))).toEqual([says])
})

test('a backend named twice in one rule is failed', () => {
  const twice = {
    matches: [{}],
    backendRefs: [
      { ...backend('zone-a'), weight: 50 },
      { ...backend('zone-a'), weight: 10 },
    ],
  }
  expect(said(ask(backendsDistinct, { routes: lens(routeObject('r', [twice])) }, one))).toEqual(['failed duplicate'])
  expect(said(ask(backendsDistinct, { routes: lens(routeObject('r', [rule('/', halves)])) }, one))).toEqual(['passed distinct'])
})

const header = (value: string, to: string) => ({ matches: [{ headers: [{ name: 'X-Client-Region', value }] }], backendRefs: [backend(to)] })

test.each([
  { of: 'different paths', routes: [routeObject('a', [rule('/api', halves), rule('/v1', halves)])], says: ['passed reachable'] },
  {
    of: 'the same path in an older route',
    routes: [routeObject('old', [rule('/', halves)]), routeObject('young', [rule('/', halves)], { created: '2026-02-01T00:00:00Z' })],
    says: ['passed reachable', 'failed hidden'],
  },
  {
    of: 'the documented header rule beside /api',
    routes: [routeObject('api', [rule('/api', halves)]), routeObject('near', [header('shanghai', 'zone-c')])],
    says: ['passed reachable', 'warning partly-hidden'],
  },
  {
    of: 'another host',
    routes: [
      routeObject('old', [rule('/', halves)]),
      routeObject('young', [rule('/', halves)], { hostnames: ['other.example.com'], created: '2026-02-01T00:00:00Z' }),
    ],
    says: ['passed reachable', 'passed reachable'],
  },
  {
    of: 'the second of two equal rules',
    routes: [routeObject('r', [rule('/', halves), rule('/', { 'zone-c': 1 })])],
    says: ['failed hidden'],
  },
])('precedence with $of', ({ routes, says }) => {
  expect(said(ask(rulesReachable, { httpRoutes: routes }, one))).toEqual(says)
})

test('an ExtensionRef filter drops the rules of its route', () => {
  const extension = rule('/', halves, {
    filters: [{ type: 'ExtensionRef', extensionRef: { group: 'networking.higress.io', kind: 'Retry', name: 'x' } }],
  })
  expect(said(ask(filtersEffective, { httpRoutes: [routeObject('r', [extension])] }))).toEqual(['failed dropped'])
  expect(said(ask(filtersEffective, { httpRoutes: [routeObject('r', [rule('/', halves)])] }))).toEqual(['passed kept'])
})

const deployed = (version: string | undefined) => present({ gateway: undefined, controller: undefined, version })

test.each([
  { version: '2.1.9', timeouts: 'warning ignored', backends: 'passed taken' },
  { version: '2.2.1', timeouts: 'passed honoured', backends: 'failed refused' },
  { version: undefined, timeouts: 'inconclusive version-unknown', backends: 'inconclusive version-unread' },
])('of version $version timeouts are $timeouts and Nacos backends $backends', ({ version, timeouts, backends }) => {
  const held = routeObject('r', [rule('/', halves, { timeouts: { request: '5s' } })])
  expect(said(ask(fieldsHonoured, { httpRoutes: [held], gatewayDeployments: deployed(version) }))).toEqual([timeouts])
  expect(said(ask(backendsSupported, { routes: lens(held), gatewayDeployments: deployed(version) }, one))).toEqual([backends])
})

test('an unread version is no version', () => {
  const held = routeObject('r', [rule('/', halves, { timeouts: { request: '5s' } })])
  expect(said(ask(fieldsHonoured, { httpRoutes: [held], gatewayDeployments: silent }))).toEqual(['inconclusive version-unknown'])
  expect(said(ask(fieldsHonoured, { httpRoutes: [routeObject('r', [rule('/', halves)])], gatewayDeployments: silent }))).toEqual([])
})

const cells = (...weights: readonly (Readonly<Record<string, number>> | undefined)[]) =>
  Object.fromEntries(
    ['zone-a', 'zone-b', 'zone-c'].map((center, i) => {
      const split = weights[i]
      return [center, split === undefined ? silent : present([httpRoute.toRoute(routeObject('r', [rule('/', split)]), center, one)])]
    }),
  )

test.each([
  { of: 'the same weights', seen: cells(halves, halves, halves), says: ['passed alike'] },
  { of: 'the same ratio', seen: cells(halves, { 'zone-a': 1, 'zone-b': 1 }, halves), says: ['passed alike'] },
  { of: 'one that differs', seen: cells(halves, halves, { 'zone-c': 100 }), says: ['failed differs'] },
  { of: 'one that is silent', seen: cells(halves, undefined, halves), says: ['inconclusive unread', 'passed alike'] },
  { of: 'two that are silent', seen: cells(halves, undefined, undefined), says: ['inconclusive unread', 'inconclusive unread'] },
  { of: 'one without the route', seen: { ...cells(halves, halves, halves), 'zone-c': present([]) }, says: ['failed missing'] },
])('three centers with $of', ({ seen, says }) => {
  expect(said(askAll(routesAlike, seen, one))).toEqual(says)
})
