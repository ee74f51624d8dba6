import { expect, test } from 'vitest'
import { probedShares } from '../../src/domain/probed-rule.ts'
import type { BackendRef, Route } from '../../src/domain/route.ts'
import type { Probe } from '../../src/domain/topology.ts'

const probe: Probe = {
  host: 'ai.example.com',
  path: '/v1/models?brief=1',
  headers: { 'X-Tenant': 'blue' },
  expect: 200,
  timeout: 1_000,
  center: { header: 'x-center' },
  values: {},
}

const backend = (center: string, weight: number, index: number): BackendRef => ({
  index,
  backend: { group: '', kind: 'Service', namespace: 'ai-system', name: center, port: 80 },
  id: center,
  weight,
  member: { service: 'ai', center },
})

/** A route of one rule that sends everything to one center. */
function route(to: string, matches: unknown, hostnames: readonly string[] = []): Route {
  const rule = { index: 0, key: to, backends: [backend(to, 1, 0)], rawMatches: matches, rawBackendRefs: undefined }
  return {
    gateway: 'http-route',
    center: 'zone-a',
    kind: 'HTTPRoute',
    namespace: 'ai-system',
    name: to,
    uid: to,
    generation: 1,
    resourceVersion: '1',
    hostnames,
    rules: [rule],
    conditions: [],
    mark: { state: 'none' },
    hasAnnotations: false,
    owners: [],
  }
}

const path = (type: string, value: string) => ({ path: { type, value } })
const header = (name: string, value: string, type?: string) => ({ name, value, ...(type === undefined ? {} : { type }) })

test.each<[string, readonly Route[], string | undefined]>([
  ['a rule without matches takes everything', [route('any', undefined)], 'any'],
  ['the longer prefix wins', [route('short', [path('PathPrefix', '/v1')]), route('long', [path('PathPrefix', '/v1/models')])], 'long'],
  [
    'an exact path wins over a prefix',
    [route('prefix', [path('PathPrefix', '/v1/models')]), route('exact', [path('Exact', '/v1/models')])],
    'exact',
  ],
  [
    'a prefix is made of whole elements',
    [route('part', [path('PathPrefix', '/v1/mod')]), route('root', [path('PathPrefix', '/')])],
    'root',
  ],
  [
    'a method counts more than a header',
    [route('header', [{ headers: [header('x-tenant', 'blue')] }]), route('method', [{ method: 'GET' }])],
    'method',
  ],
  ['another method is not met', [route('post', [{ method: 'POST' }])], undefined],
  [
    'names of headers are told apart by no case',
    [route('any', undefined), route('blue', [{ headers: [header('x-TENANT', 'blue')] }])],
    'blue',
  ],
  ['another value of a header is not met', [route('red', [{ headers: [header('X-Tenant', 'red')] }])], undefined],
  ['a regular expression cannot be told', [route('regular', [{ headers: [header('X-Tenant', 'b.*', 'RegularExpression')] }])], undefined],
  ['a query is not asked about', [route('query', [{ queryParams: [header('brief', '1')] }])], undefined],
  ['another host is not met', [route('other', undefined, ['other.example.com'])], undefined],
  ['a wildcard host is met', [route('wild', undefined, ['*.example.com'])], 'wild'],
])('%s', (_, routes, expected) => {
  expect(probedShares(routes, 'ai', probe)).toEqual(expected === undefined ? undefined : { [expected]: 1 })
})

test('shares are what the weights say, and of a rule without any weight nothing is told', () => {
  const [whole] = [route('zone-a', undefined)]
  const weighted = (a: number, b: number): Route[] => [
    { ...whole, rules: whole.rules.map((rule) => ({ ...rule, backends: [backend('zone-a', a, 0), backend('zone-b', b, 1)] })) },
  ]
  expect(probedShares(weighted(1, 3), 'ai', probe)).toEqual({ 'zone-a': 0.25, 'zone-b': 0.75 })
  expect(probedShares(weighted(0, 0), 'ai', probe)).toBeUndefined()
  expect(probedShares(weighted(1, 3), 'other', probe)).toEqual({})
})
