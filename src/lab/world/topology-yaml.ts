import { stringify } from 'yaml'
import type { EngineName } from '../engines/engine.ts'
import { nacosHost } from '../gateway/destinations.ts'
import { CENTERS, CONTEXT_PREFIX, DEMAND } from './centers.ts'

export interface LabTopology {
  /** Default: embedded. */
  readonly engine?: EngineName
  /** Base URL of each center's gateway, and the uid of its cluster's namespace kube-system. */
  readonly centers: Readonly<Record<string, { readonly gateway: string; readonly cluster: string }>>
  /** Keys of `policy` as the file has them (`hold: 1s`, `probe: {rate: 50}`); they replace the lab's own. */
  readonly policy?: Readonly<Record<string, unknown>>
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
  }
  return `# Written by \`tricenter lab up\`: the topology of a lab (${engine} API), valid while it runs.\n${stringify(topology, { lineWidth: 0 })}`
}
