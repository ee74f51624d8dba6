import type { RunStarted } from '../../src/domain/record.ts'
import type { Topology } from '../../src/domain/topology.ts'

/** Two centers and one service: enough for what does not plan. */
export const smallTopology: Topology = {
  name: 'small',
  regions: ['beijing'],
  centers: ['zone-a', 'zone-b'].map((name) => ({
    name,
    region: 'beijing',
    role: 'active',
    context: name,
    entryShare: 50,
    gateway: `http://${name}.gateway`,
  })),
  services: [
    {
      name: 'ai',
      backends: Object.fromEntries(
        ['zone-a', 'zone-b'].map((center) => [center, { group: '', kind: 'Service', name: `ai-${center}`, port: 80 }]),
      ),
      workloads: Object.fromEntries(
        ['zone-a', 'zone-b'].map((center) => [center, [{ kind: 'Deployment', namespace: 'ai', name: `ai-${center}` }]]),
      ),
      minReady: 1,
      probe: {
        host: 'ai.example',
        path: '/api',
        headers: {},
        expect: 200,
        timeout: 500,
        center: { header: 'x-center' },
        values: { 'zone-a': 'zone-a', 'zone-b': 'zone-b' },
      },
    },
  ],
  routes: { pinned: [] },
  policy: {
    normal: { 'zone-a': 50, 'zone-b': 50 },
    without: [],
    margin: 1.2,
    steps: [100],
    hold: 5000,
    holdRequests: 100,
    errorLimit: 0.01,
    abortLimit: 0.5,
    probe: { rate: 20, shareRate: 200 },
    targets: { single: 30_000, dual: 60_000 },
    deadlines: { read: 3000, write: 5000, prove: 30_000, fault: 30_000 },
  },
}

/** The first record of a run. */
export function startOf(run: string): RunStarted {
  return {
    type: 'run-started',
    run,
    verb: 'failover',
    runbook: { name: 'failover', mode: 'emergency', summary: { en: 'x', zh: 'x' }, params: {}, steps: [] },
    includes: [],
    params: { out: ['zone-a'] },
    topology: smallTopology,
    overrides: [],
    actor: { user: 'somebody', host: 'here', pid: 1 },
    version: '0.0.0',
  }
}
