import { nacosHost } from '../gateway/destinations.ts'
import type { KubeObject } from '../kube-object.ts'
import { CENTERS } from './centers.ts'

const HOST = 'ai.example.com'
/**
 * The document gives the cross-region route the same host and the same path `/` as the default rule of the proximity route. Side by side, one would hide the other
 * (Gateway API: the older route wins), and its weights could not be proved by requests. Its own host makes both reachable.
 */
const DISASTER_HOST = 'dr.ai.example.com'

const [A, B, C] = CENTERS.map(({ app }) => nacosHost(app))
type Ref = readonly [name: string | undefined, weight?: number]

/** The four HTTPRoutes of the document with their six rules (§2.1, §3.3, §3.4, §6.2). Every cluster holds the same ones. */
export function routes(): readonly KubeObject[] {
  return [
    route('ai-service-dual-active-route', HOST, [{ matches: [prefix('/api')], ...to([A, 50], [B, 50]) }]),
    route('proximity-route-by-header', HOST, [
      { matches: [region('beijing')], ...to([A, 50], [B, 50]) },
      { matches: [region('shanghai')], ...to([C]) },
      { matches: [prefix('/')], ...to([A, 50], [B, 50]) },
    ]),
    route('cross-region-failover-route', DISASTER_HOST, [{ matches: [prefix('/')], ...to([A, 50], [B, 50], [C, 0]) }]),
    // Without the document's filter of type ExtensionRef (kind Retry): there is no such kind, and Higress drops all rules of a route that has one.
    route('ai-service-dual-active', HOST, [
      { matches: [prefix('/v1/chat')], ...to([A, 50], [B, 50]), timeouts: { backendRequest: '60s' } },
    ]),
  ]
}

function route(name: string, hostname: string, rules: readonly object[]): KubeObject {
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name, namespace: 'ai-system' },
    spec: { parentRefs: [{ name: 'higress-gateway', namespace: 'higress-system' }], hostnames: [hostname], rules },
  }
}

const prefix = (value: string): object => ({ path: { type: 'PathPrefix', value } })
const region = (value: string): object => ({ headers: [{ name: 'X-Client-Region', value }] })

function to(...refs: readonly Ref[]): object {
  return {
    backendRefs: refs.map(([name, weight]) => ({
      group: 'networking.higress.io',
      name,
      port: 8080,
      ...(weight === undefined ? {} : { weight }),
    })),
  }
}
