import { type Body, routeOf, routes } from '../lab/apiserver/client.ts'

/** One object of the Gateway API, and whether it may be. */
export interface Proposal {
  readonly name: string
  readonly path: string
  readonly object: Body
  readonly allowed: boolean
}

const gateways = '/apis/gateway.networking.k8s.io/v1/namespaces/default/gateways'
const ref = (more: object = {}): object => ({ name: 'ai', port: 80, ...more })
const proposed = (name: string, allowed: boolean, rule: object, spec: object = {}): Proposal => {
  const route = routeOf('proposal', [])
  return { name, allowed, path: routes, object: { ...route, spec: { ...route.spec, rules: [rule], ...spec } } }
}
const path = (value: string, type = 'PathPrefix'): object => ({ matches: [{ path: { type, value } }], backendRefs: [ref()] })
const filters = (...of: object[]): object => ({ filters: of, backendRefs: [ref()] })
const header = { type: 'RequestHeaderModifier', requestHeaderModifier: { set: [{ name: 'a', value: 'b' }] } }
const redirect = { type: 'RequestRedirect', requestRedirect: { hostname: 'b.example' } }
const prefix = { type: 'URLRewrite', urlRewrite: { path: { type: 'ReplacePrefixMatch', replacePrefixMatch: '/x' } } }
const gateway = (name: string, allowed: boolean, ...listeners: object[]): Proposal => ({
  name,
  allowed,
  path: gateways,
  object: {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'Gateway',
    metadata: { name: 'proposal' },
    spec: { gatewayClassName: 'c', listeners },
  },
})

export const proposals: readonly Proposal[] = [
  proposed('a rule with a weight', true, { backendRefs: [ref({ weight: 0 })] }),
  proposed('a weight below zero', false, { backendRefs: [ref({ weight: -1 })] }),
  proposed('a weight above a million', false, { backendRefs: [ref({ weight: 1_000_001 })] }),
  proposed('a weight that is no whole number', false, { backendRefs: [ref({ weight: 0.5 })] }),
  proposed('a Service without a port', false, { backendRefs: [{ name: 'ai' }] }),
  proposed('another kind without a port', true, { backendRefs: [{ name: 'ai', group: 'networking.higress.io', kind: 'McpBridge' }] }),
  proposed('a prefix', true, path('/api')),
  proposed('a prefix without its slash', false, path('api')),
  proposed('a path with //', false, path('/a//b')),
  proposed('a path with /../', false, path('/a/../b')),
  proposed('a path that ends with /..', false, path('/a/..')),
  proposed('a path with %2f', false, path('/a%2fb')),
  proposed('an exact path with #', false, path('/a#b', 'Exact')),
  proposed('an expression with //', true, path('//', 'RegularExpression')),
  proposed('a header filter', true, filters(header)),
  proposed('a header filter twice', false, filters(header, header)),
  proposed('a filter without its part', false, filters({ type: 'RequestHeaderModifier' })),
  proposed('a filter with another part', false, filters({ ...header, type: 'URLRewrite' })),
  proposed('a redirect beside backends', false, filters(redirect)),
  proposed('a redirect alone', true, { filters: [redirect] }),
  proposed('a redirect and a rewrite', false, { filters: [redirect, { type: 'URLRewrite', urlRewrite: { hostname: 'x.example' } }] }),
  proposed('a prefix replaced, with one prefix matched', true, { ...path('/a'), filters: [prefix] }),
  proposed('a prefix replaced, with an exact path', false, { ...path('/a', 'Exact'), filters: [prefix] }),
  proposed('a backend that takes longer than the request', false, {
    backendRefs: [ref()],
    timeouts: { request: '1s', backendRequest: '2s' },
  }),
  proposed('timeouts in order', true, { backendRefs: [ref()], timeouts: { request: '2s', backendRequest: '1s' } }),
  proposed('one header named twice in a match', false, {
    matches: [
      {
        headers: [
          { name: 'a', value: '1' },
          { name: 'a', value: '2' },
        ],
      },
    ],
  }),
  proposed('one parent twice', false, { backendRefs: [ref()] }, { parentRefs: [{ name: 'gw' }, { name: 'gw' }] }),
  proposed(
    'one parent by section and whole',
    false,
    { backendRefs: [ref()] },
    { parentRefs: [{ name: 'gw' }, { name: 'gw', sectionName: 'http' }] },
  ),
  proposed('a host that is an address', false, { backendRefs: [ref()] }, { hostnames: ['1.2.3.4 '] }),
  proposed('no rule', true, {}, { rules: [] }),
  gateway('a listener', true, { name: 'http', port: 80, protocol: 'HTTP' }),
  gateway('HTTP with TLS', false, { name: 'http', port: 80, protocol: 'HTTP', tls: { certificateRefs: [{ name: 'c' }] } }),
  gateway('TLS that ends without a certificate', false, { name: 'https', port: 443, protocol: 'HTTPS', tls: { mode: 'Terminate' } }),
  gateway('TCP with a host', false, { name: 'tcp', port: 80, protocol: 'TCP', hostname: 'a.example' }),
  gateway('two listeners of one name', false, { name: 'a', port: 80, protocol: 'HTTP' }, { name: 'a', port: 81, protocol: 'HTTP' }),
  gateway('two listeners for the same', false, { name: 'a', port: 80, protocol: 'HTTP' }, { name: 'b', port: 80, protocol: 'HTTP' }),
]
