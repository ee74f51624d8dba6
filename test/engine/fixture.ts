import type { Topology } from '../../src/domain/topology.ts'
import type { Manifest } from '../worlds/memory-cluster.ts'

const NAMESPACE = 'ai-system'
const ALIAS: Readonly<Record<string, string>> = { 'zone-c': 'shanghai' }
export const centers = ['zone-a', 'zone-b', 'zone-c'] as const

/** The world of the document: two centers in Beijing, one in Shanghai, one service, one probe a route. Holds are short, for time is virtual but probes are not free. */
export const topology: Topology = {
  name: 'ai-gateway',
  regions: ['beijing', 'shanghai'],
  centers: [
    {
      name: 'zone-a',
      region: 'beijing',
      role: 'active',
      context: 'a',
      cluster: 'uid-a',
      capacity: 1200,
      entryShare: 50,
      gateway: 'http://a',
    },
    {
      name: 'zone-b',
      region: 'beijing',
      role: 'active',
      context: 'b',
      cluster: 'uid-b',
      capacity: 1200,
      entryShare: 50,
      gateway: 'http://b',
    },
    {
      name: 'zone-c',
      region: 'shanghai',
      role: 'standby',
      context: 'c',
      cluster: 'uid-c',
      capacity: 1200,
      entryShare: 0,
      gateway: 'http://c',
    },
  ],
  services: [
    {
      name: 'ai-service',
      backends: Object.fromEntries(centers.map((center) => [center, backend(center)])),
      workloads: Object.fromEntries(
        centers.map((center) => [center, [{ kind: 'Deployment' as const, namespace: NAMESPACE, name: `ai-service-${center}` }]]),
      ),
      minReady: 1,
      demand: 300,
      probe: {
        host: 'ai.example.com',
        path: '/api/health',
        headers: {},
        expect: 200,
        timeout: 1000,
        center: { header: 'x-center' },
        values: Object.fromEntries(centers.map((center) => [center, center])),
      },
    },
  ],
  routes: { pinned: [] },
  policy: {
    normal: { 'zone-a': 50, 'zone-b': 50, 'zone-c': 0 },
    without: [
      { centers: ['zone-a'], weights: { 'zone-b': 100 } },
      { centers: ['zone-b'], weights: { 'zone-a': 100 } },
      { centers: ['zone-a', 'zone-b'], weights: { 'zone-c': 100 } },
    ],
    margin: 1.2,
    steps: [50, 100],
    hold: 2_000,
    holdRequests: 50,
    errorLimit: 0.01,
    abortLimit: 0.05,
    probe: { rate: 20, shareRate: 0 },
    targets: { single: 30_000, dual: 60_000 },
    deadlines: { read: 3_000, write: 5_000, prove: 10_000, fault: 10_000 },
  },
}

function backend(center: string) {
  return {
    group: 'networking.higress.io',
    kind: 'Service',
    name: `ai-service-${ALIAS[center] ?? center}.DEFAULT-GROUP.public.nacos`,
    port: 8080,
  }
}

type Split = Readonly<Record<string, number | null>>

/** `null`: no weight is written. */
export function rule(path: string, split: Split, header?: string): object {
  return {
    matches: [
      {
        path: { type: 'PathPrefix', value: path },
        ...(header === undefined ? {} : { headers: [{ type: 'Exact', name: 'X-Client-Region', value: header }] }),
      },
    ],
    backendRefs: Object.entries(split).map(([center, weight]) => ({ ...backend(center), ...(weight === null ? {} : { weight }) })),
  }
}

function route(name: string, rules: readonly object[], annotations?: Readonly<Record<string, string>>): Manifest {
  const conditions = ['Accepted', 'ResolvedRefs'].map((type) => ({
    type,
    status: 'True',
    reason: type,
    message: '',
    observedGeneration: 1,
  }))
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name, namespace: NAMESPACE, ...(annotations === undefined ? {} : { annotations }) },
    spec: { parentRefs: [{ name: 'higress' }], rules },
    status: { parents: [{ parentRef: { name: 'higress' }, controllerName: 'higress.io/gateway-controller', conditions }] },
  }
}

const HALVES = { 'zone-a': 50, 'zone-b': 50 }

/** The four routes of the document: six rules, five of which name zone-a, so 15 places in three clusters. */
export const routes: readonly Manifest[] = [
  route('ai-service-dual-active-route', [rule('/api', HALVES)]),
  route('proximity-route-by-header', [rule('/', HALVES, 'beijing'), rule('/', { 'zone-c': null }, 'shanghai'), rule('/near', HALVES)], {
    'example.com/note': 'kept',
  }),
  route('cross-region-failover-route', [rule('/', { ...HALVES, 'zone-c': 0 })]),
  route('ai-service-dual-active', [rule('/v1/chat', { 'zone-a': null, 'zone-b': null })]),
]

/** One route is enough where every case is run a hundred times. */
export const fewRoutes: readonly Manifest[] = [routes[0]!, routes[2]!]
