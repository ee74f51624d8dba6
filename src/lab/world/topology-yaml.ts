import { stringify } from 'yaml'
import type { EngineName } from '../engines/engine.ts'
import { nacosHost } from '../gateway/destinations.ts'
import { CENTERS, CONTEXT_PREFIX, DEMAND } from './centers.ts'

export interface LabTopology {
  /** Default: embedded. */
  readonly engine?: EngineName
  /** Base URL of each center's gateway, and the uid of its cluster's namespace kube-system. */
  readonly centers: Readonly<Record<string, LabTopologyCenter>>
  /** Keys of `policy` as the file has them (`hold: 1s`, `probe: {rate: 50}`); they replace the lab's own. */
  readonly policy?: Readonly<Record<string, unknown>>
}

interface LabTopologyCenter {
  readonly gateway: string
  readonly cluster: string
  /** Base URLs of the center's Prometheus and Nacos, where it has them. */
  readonly metricsUrl?: string
  readonly registryUrl?: string
}

/** The lab scrapes every second: 5 s hold at least 4 scrapes at any moment. */
const SCRAPED = { scrapeInterval: '1s', window: '5s', maxAge: '4s' }

function witnesses(centers: LabTopology['centers']): object {
  const urls = (key: 'metricsUrl' | 'registryUrl') =>
    Object.fromEntries(CENTERS.flatMap(({ name }) => (centers[name]?.[key] === undefined ? [] : [[name, { url: centers[name][key] }]])))
  const [metrics, registry] = [urls('metricsUrl'), urls('registryUrl')]
  return {
    ...(Object.keys(metrics).length === 0 ? {} : { metrics: { profile: 'envoy', ...SCRAPED, centers: { each: metrics } } }),
    ...(Object.keys(registry).length === 0
      ? {}
      : { registry: { centers: { each: registry }, services: { 'ai-service': { pattern: 'ai-service-{center}' } } } }),
  }
}

/** `tricenter.yaml` of a lab. */
export function labTopologyYaml({ engine = 'embedded', centers, policy = {} }: LabTopology): string {
  const topology = {
    apiVersion: 'tricenter.io/v1',
    kind: 'Topology',
    name: 'lab',
    regions: [...new Set(CENTERS.map(({ region }) => region))],
    centers: Object.fromEntries(
      CENTERS.map(({ name, region, role, capacity, entryShare }) => [
        name,
        {
          region,
          role,
          context: CONTEXT_PREFIX + name,
          cluster: centers[name]?.cluster,
          capacity,
          entryShare,
          entryTtl: '60s',
          gateway: centers[name]?.gateway,
        },
      ]),
    ),
    services: {
      'ai-service': {
        aliases: { 'zone-c': 'shanghai' },
        backends: { pattern: { group: 'networking.higress.io', name: nacosHost('ai-service-{center}'), port: 8080 } },
        workloads: { pattern: { namespace: 'ai-system', name: 'ai-service-{center}' } },
        demand: DEMAND,
        probe: { host: 'ai.example.com', path: '/api/health', timeout: '1s', center: { header: 'x-center' } },
      },
    },
    routes: { namespaces: ['ai-system'] },
    policy: {
      normal: { 'zone-a': 50, 'zone-b': 50, 'zone-c': 0 },
      without: [
        { centers: ['zone-a'], weights: { 'zone-b': 100 } },
        { centers: ['zone-b'], weights: { 'zone-a': 100 } },
        { centers: ['zone-c'], weights: { 'zone-a': 50, 'zone-b': 50 } },
        { centers: ['zone-a', 'zone-b'], weights: { 'zone-c': 100 } },
      ],
      ...policy,
    },
    ...witnesses(centers),
  }
  return `# Written by \`tricenter lab up\`: the topology of a lab (${engine} API), valid while it runs.\n${stringify(topology, { lineWidth: 0 })}`
}
