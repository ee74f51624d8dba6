import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isManaged } from '../../src/gateways/gateway-kind.ts'
import { httpRoute } from '../../src/gateways/http-route.ts'
import { gatewayKindOf, gatewayKinds } from '../../src/gateways/index.ts'
import type { KubeObject } from '../../src/ports/cluster.ts'
import { backend, documented, idOf, marked, route, rule, topology } from '../domain/world.ts'

const read = (object: KubeObject) => httpRoute.toRoute(object, 'zone-b', topology)
const keysOf = (...matches: readonly unknown[]) =>
  read(
    route(
      'r',
      matches.map((one) => ({ matches: one })),
    ),
  ).rules.map(({ key }) => key)

describe('the key of a rule', () => {
  test.each([
    [undefined, '/'],
    [[], '/'],
    [[{}], '/'],
    [[{ path: { type: 'PathPrefix', value: '/api' } }], '/api'],
    [[{ path: { value: '/api' } }], '/api'],
    [[{ path: { type: 'Exact', value: '/api' } }], '=/api'],
    [[{ path: { type: 'RegularExpression', value: '/v[12]' } }], '~/v[12]'],
    [[{ method: 'GET', path: { value: '/v1' } }], 'GET /v1'],
    [[{ headers: [{ name: 'X-Client-Region', value: 'beijing' }] }], 'X-Client-Region=beijing'],
    [[{ path: { type: 'PathPrefix', value: '/' }, headers: [{ name: 'X-Client-Region', value: 'beijing' }] }], 'X-Client-Region=beijing'],
    [[{ path: { value: '/v1' }, queryParams: [{ name: 'debug', value: '1' }] }], '/v1 ?debug=1'],
    [[{ path: { value: '/b' } }, { path: { value: '/a' } }], '/a | /b'],
    ['not a list', '/'],
  ])('of %j is %s', (matches, key) => {
    expect(keysOf(matches)).toEqual([key])
  })

  test('does not depend on the order of headers', () => {
    const [a, b] = [
      { name: 'A', value: '1' },
      { name: 'B', type: 'RegularExpression', value: '2' },
    ]
    expect(keysOf([{ headers: [b, a] }])).toEqual(keysOf([{ headers: [a, b] }]))
  })

  test('numbers rules with the same matches', () => {
    const api = [{ path: { value: '/api' } }]
    expect(keysOf(api, api, undefined, api)).toEqual(['/api', '/api#2', '/', '/api#3'])
  })
})

test('reads the six rules of the document, five of which name zone-a', () => {
  const rules = documented.flatMap((object) => read(object).rules)
  expect(rules.map(({ key }) => key)).toEqual(['/api', 'X-Client-Region=beijing', 'X-Client-Region=shanghai', '/', '/', '/v1/chat'])
  expect(rules.filter(({ backends }) => backends.some(({ member }) => member?.center === 'zone-a'))).toHaveLength(5)
})

test('counts an absent weight as 1 and keeps what is written', () => {
  const [found] = read(route('r', [{ backendRefs: [backend('zone-a'), { ...backend('zone-b'), weight: 0 }, { name: 'other' }] }])).rules
  expect(found?.backends.map(({ weight, declared, member }) => [weight, declared, member?.center])).toEqual([
    [1, undefined, 'zone-a'],
    [0, 0, 'zone-b'],
    [1, undefined, undefined],
  ])
  expect(found?.backends[0]?.id).toBe(idOf('zone-a'))
})

test('reads conditions by parent, and what is missing as missing', () => {
  const status = {
    parents: [
      {
        parentRef: { name: 'gw', namespace: 'infra', sectionName: 'https' },
        controllerName: 'x',
        conditions: [{ type: 'Accepted', status: 'False', reason: 'NoMatch', observedGeneration: 3 }],
      },
    ],
  }
  expect(read({ ...route('r', []), status }).conditions).toEqual([
    { parent: 'infra/gw/https', controller: 'x', accepted: { status: 'False', reason: 'NoMatch', message: '', observedGeneration: 3 } },
  ])
})

test.each([
  ['labels of Argo CD', { labels: { 'argocd.argoproj.io/instance': 'shop' } }, [{ kind: 'argo-cd', name: 'shop' }]],
  [
    'the tracking id of Argo CD',
    { annotations: { 'argocd.argoproj.io/tracking-id': 'shop:x/HTTPRoute:ns/r' } },
    [{ kind: 'argo-cd', name: 'shop' }],
  ],
  ['a Flux kustomization', { labels: { 'kustomize.toolkit.fluxcd.io/name': 'apps' } }, [{ kind: 'flux', name: 'kustomization apps' }]],
  ['a Flux release', { labels: { 'helm.toolkit.fluxcd.io/name': 'shop' } }, [{ kind: 'flux', name: 'helmrelease shop' }]],
  ['a Flagger canary', { ownerReferences: [{ kind: 'Canary', name: 'shop' }] }, [{ kind: 'flagger', name: 'shop' }]],
  [
    'Argo Rollouts',
    { labels: { 'rollouts.argoproj.io/gatewayapi-canary': 'in-progress' } },
    [{ kind: 'rollouts', name: 'rollouts.argoproj.io/gatewayapi-canary' }],
  ],
  [
    'Helm',
    { labels: { 'app.kubernetes.io/managed-by': 'Helm' }, annotations: { 'meta.helm.sh/release-name': 'gw' } },
    [{ kind: 'helm', name: 'gw' }],
  ],
  [
    'a manager that owns the rules',
    { managedFields: [{ manager: 'portal', fieldsV1: { 'f:spec': { 'f:rules': {} } } }] },
    [{ kind: 'manager', name: 'portal' }],
  ],
  [
    'a controller that owns the rules',
    { managedFields: [{ manager: 'argocd-controller', fieldsV1: { 'f:spec': { 'f:rules': {} } } }] },
    [{ kind: 'argo-cd', name: 'argocd-controller' }],
  ],
  ['nobody but itself', { managedFields: [{ manager: 'tricenter', fieldsV1: { 'f:spec': { 'f:rules': {} } } }] }, []],
  ['whoever owns the status alone', { managedFields: [{ manager: 'higress', subresource: 'status', fieldsV1: { 'f:status': {} } }] }, []],
])('finds %s', (_, metadata, owners) => {
  expect(read(route('r', [], metadata)).owners).toEqual(owners)
})

test('calls a route managed when it names a known backend or carries a mark', () => {
  const other = route('o', [{ backendRefs: [{ name: 'other', port: 80 }] }])
  expect([documented[0] ?? other, other, marked(other, {})].map((object) => isManaged(read(object)))).toEqual([true, false, true])
})

test('never throws, however strange the object', () => {
  const strange = fc.anything({ maxDepth: 3 })
  fc.assert(
    fc.property(fc.record({ metadata: strange, spec: strange, status: strange }), fc.array(strange), (object, rules) => {
      for (const one of [
        object,
        { ...object, spec: { rules } },
        { ...object, spec: { rules: [{ matches: rules, backendRefs: rules }] }, status: { parents: rules } },
      ]) {
        expect(read(one as unknown as KubeObject).gateway).toBe('http-route')
      }
    }),
  )
})

test('is listed by its kind', () => {
  expect(gatewayKindOf('HTTPRoute')).toBe(httpRoute)
  expect(gatewayKinds.map(({ name }) => name)).toEqual(gatewayKinds.map(({ name }) => name).toSorted())
  expect(read(route('r', [rule('/x', {})])).rules).toHaveLength(1)
})
