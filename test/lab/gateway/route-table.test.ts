import { expect, test } from 'vitest'
import type { Gateway, HttpMatch, HttpRoute, HttpRule, Listener } from '../../../src/lab/gateway/http-route.ts'
import { compileTable } from '../../../src/lab/gateway/route-table.ts'

const gateway = (...listeners: Partial<Listener>[]): Gateway => ({
  metadata: { name: 'gw', namespace: 'infra' },
  spec: {
    gatewayClassName: 'class',
    listeners: listeners.map((one, i) => ({
      name: `l${i}`,
      protocol: 'HTTP',
      port: 80,
      allowedRoutes: { namespaces: { from: 'All' } },
      ...one,
    })),
  },
})

interface Given {
  readonly hostnames?: readonly string[]
  readonly created?: string
  readonly sectionName?: string
  readonly namespace?: string
}
function route(
  name: string,
  rules: readonly HttpRule[],
  { hostnames, created = '2026-01-01T00:00:00Z', sectionName, namespace = 'apps' }: Given = {},
): HttpRoute {
  return {
    metadata: { name, namespace, uid: name, generation: 1, creationTimestamp: created },
    spec: {
      parentRefs: [{ name: 'gw', namespace: 'infra', ...(sectionName ? { sectionName } : {}) }],
      ...(hostnames ? { hostnames } : {}),
      rules,
    },
  }
}
const rule = (backend: string, ...matches: HttpMatch[]): HttpRule => ({ matches, backendRefs: [{ name: backend }] })
const prefix = (value: string): HttpMatch => ({ path: { type: 'PathPrefix', value } })

/** `GET host/path?query`, with headers. Answers the name of the backend. */
function sent(
  routes: readonly HttpRoute[],
  line: string,
  headers: Record<string, string> = {},
  gateways = [gateway({})],
): string | undefined {
  const [method = '', target = ''] = line.split(' ')
  const url = new URL(`http://${target}`)
  const found = compileTable(gateways, routes).find(url.hostname, { method, path: url.pathname, query: url.searchParams, headers })
  return found?.backends[found.turn() ?? 0]?.name
}

// Every match below fits the request; the one that is listed as `wins` must be taken, whatever the order.
test.each<{ why: string; request: string; headers?: Record<string, string>; wins: HttpMatch; loses: HttpMatch }>([
  {
    why: 'an exact path beats a longer header list',
    request: 'GET h/api',
    headers: { a: '1', b: '2' },
    wins: { path: { type: 'Exact', value: '/api' } },
    loses: {
      path: { type: 'PathPrefix', value: '/api' },
      headers: [
        { name: 'a', value: '1' },
        { name: 'b', value: '2' },
      ],
    },
  },
  {
    why: 'a longer prefix beats a shorter one with a header',
    request: 'GET h/api/x',
    headers: { a: '1' },
    wins: prefix('/api'),
    loses: { path: { type: 'PathPrefix', value: '/' }, headers: [{ name: 'a', value: '1' }] },
  },
  {
    why: 'a prefix beats a regular expression',
    request: 'GET h/api/x',
    wins: prefix('/api'),
    loses: { path: { type: 'RegularExpression', value: '/api/.*' } },
  },
  {
    why: 'a method beats headers',
    request: 'GET h/x',
    headers: { a: '1' },
    wins: { method: 'GET' },
    loses: { headers: [{ name: 'a', value: '1' }] },
  },
  {
    why: 'more headers beat fewer',
    request: 'GET h/x',
    headers: { a: '1', b: '2' },
    wins: {
      headers: [
        { name: 'a', value: '1' },
        { name: 'b', value: '2' },
      ],
    },
    loses: { headers: [{ name: 'a', value: '1' }] },
  },
  {
    why: 'headers beat query parameters',
    request: 'GET h/x?q=1&r=2',
    headers: { a: '1' },
    wins: { headers: [{ name: 'A', value: '1' }] },
    loses: {
      queryParams: [
        { name: 'q', value: '1' },
        { name: 'r', value: '2' },
      ],
    },
  },
  {
    why: 'more query parameters beat fewer',
    request: 'GET h/x?q=1&r=2',
    wins: {
      queryParams: [
        { name: 'q', value: '1' },
        { name: 'r', value: '2' },
      ],
    },
    loses: { queryParams: [{ name: 'q', value: '1' }] },
  },
])('$why', ({ request, headers = {}, wins, loses }) => {
  expect(sent([route('a', [rule('loser', loses), rule('winner', wins)])], request, headers)).toBe('winner')
  expect(sent([route('a', [rule('winner', wins)]), route('b', [rule('loser', loses)])], request, headers)).toBe('winner')
  expect(sent([route('a', [rule('loser', loses)]), route('b', [rule('winner', wins)])], request, headers)).toBe('winner')
})

test('the older route wins a tie, then the name, then the order of rules', () => {
  const older = route('z', [rule('older', prefix('/'))], { created: '2025-01-01T00:00:00Z' })
  expect(sent([route('a', [rule('newer', prefix('/'))]), older], 'GET h/x')).toBe('older')
  expect(sent([route('b', [rule('b', prefix('/'))]), route('a', [rule('a', prefix('/'))])], 'GET h/x')).toBe('a')
  expect(sent([route('a', [rule('first', prefix('/')), rule('second', prefix('/'))])], 'GET h/x')).toBe('first')
})

test.each([
  ['/api', 'GET h/api', true],
  ['/api', 'GET h/api/', true],
  ['/api', 'GET h/api/x', true],
  ['/api', 'GET h/apis', false],
  ['/api/', 'GET h/api', true],
  ['/', 'GET h/', true],
])('the prefix %s meets %s: %s', (value, request, met) => {
  expect(sent([route('a', [rule('b', prefix(value))])], request)).toBe(met ? 'b' : undefined)
})

test('a header must be there with its value, whole for a regular expression', () => {
  const routes = [
    route('a', [
      rule('exact', { headers: [{ name: 'X-A', value: '1' }] }),
      rule('regex', { headers: [{ name: 'X-A', value: '2.', type: 'RegularExpression' }] }),
    ]),
  ]
  expect(sent(routes, 'GET h/', { 'x-a': '1' })).toBe('exact')
  expect(sent(routes, 'GET h/', { 'x-a': '23' })).toBe('regex')
  expect(sent(routes, 'GET h/', { 'x-a': '234' })).toBeUndefined()
  expect(sent(routes, 'GET h/')).toBeUndefined()
})

test('an expression that cannot be read matches nothing, and nothing else breaks', () => {
  expect(sent([route('a', [rule('odd', { path: { type: 'RegularExpression', value: '(' } }), rule('b', prefix('/'))])], 'GET h/x')).toBe(
    'b',
  )
})

test('a rule without matches takes everything, in the order of precedence', () => {
  expect(sent([route('a', [{ backendRefs: [{ name: 'any' }] }, rule('api', prefix('/api'))])], 'GET h/api')).toBe('api')
  expect(sent([route('a', [{ backendRefs: [{ name: 'any' }] }])], 'POST h/x')).toBe('any')
})

test('the most specific hostname is the only one asked', () => {
  const routes = [
    route('exact', [rule('exact', prefix('/only'))], { hostnames: ['ai.example.com'] }),
    route('narrow', [rule('narrow', prefix('/'))], { hostnames: ['*.ai.example.com'] }),
    route('wide', [rule('wide', prefix('/'))], { hostnames: ['*.example.com'] }),
    route('any', [rule('any', prefix('/'))]),
  ]
  expect(sent(routes, 'GET ai.example.com/only')).toBe('exact')
  expect(sent(routes, 'GET ai.example.com/other')).toBeUndefined()
  expect(sent(routes, 'GET dr.ai.example.com/')).toBe('narrow')
  expect(sent(routes, 'GET www.example.com/')).toBe('wide')
  expect(sent(routes, 'GET example.com/')).toBe('any')
})

test('a listener limits its routes by hostname, namespace, name and protocol', () => {
  const one = (listener: Partial<Listener>, given: Given, host = 'ai.example.com') =>
    sent([route('a', [rule('b', prefix('/'))], given)], `GET ${host}/`, {}, [gateway(listener)])
  expect(one({ hostname: '*.example.com' }, { hostnames: ['ai.example.com'] })).toBe('b')
  expect(one({ hostname: '*.example.com' }, {})).toBe('b')
  expect(one({ hostname: '*.example.com' }, {}, 'other.org')).toBeUndefined()
  expect(one({ hostname: '*.other.org' }, { hostnames: ['ai.example.com'] })).toBeUndefined()
  expect(one({ allowedRoutes: { namespaces: { from: 'Same' } } }, {})).toBeUndefined()
  expect(one({ allowedRoutes: { namespaces: { from: 'Same' } } }, { namespace: 'infra' })).toBe('b')
  expect(one({}, { sectionName: 'l0' })).toBe('b')
  expect(one({}, { sectionName: 'l1' })).toBeUndefined()
  expect(one({ protocol: 'HTTPS' }, {})).toBeUndefined()
})

test('one unknown ExtensionRef takes all rules of its route away', () => {
  const routes = [route('a', [rule('plain', prefix('/a')), { ...rule('extended', prefix('/b')), filters: [{ type: 'ExtensionRef' }] }])]
  expect(sent(routes, 'GET h/a')).toBeUndefined()
  expect(sent(routes, 'GET h/b')).toBeUndefined()
})

test('a new table goes on with the turns of rules that did not change', () => {
  const routes = [
    route('a', [
      {
        backendRefs: [
          { name: 'one', weight: 1 },
          { name: 'two', weight: 1 },
        ],
      },
    ]),
  ]
  const cache = new Map()
  const ask = () => {
    const found = compileTable([gateway({})], routes, cache).find('h', {
      method: 'GET',
      path: '/',
      query: new URLSearchParams(),
      headers: {},
    })!
    return found.backends[found.turn()!]!.name
  }
  expect([ask(), ask(), ask(), ask()]).toEqual(['one', 'two', 'one', 'two'])
})
