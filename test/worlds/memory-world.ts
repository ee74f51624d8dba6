import type { CenterName, Topology } from '../../src/domain/topology.ts'
import type { World } from '../../src/ports/world.ts'
import { memoryClock, type MemoryClock } from './memory-clock.ts'
import { memoryCluster, type Manifest, type MemoryCluster } from './memory-cluster.ts'
import { memoryFaults, type MemoryFaults } from './memory-faults.ts'
import { memoryJournals, type MemoryJournals } from './memory-journals.ts'
import { MEMORY_CONTROL_URL, memoryLabControl } from './memory-lab-control.ts'
import { memoryTraffic } from './memory-traffic.ts'

/** A whole topology in memory: a port of each kind, and what a test may do behind their backs. */
export interface MemoryWorld extends World {
  readonly clock: MemoryClock
  readonly clusters: ReadonlyMap<CenterName, MemoryCluster>
  readonly journals: MemoryJournals
  readonly faults: MemoryFaults
  readonly ledger: ReadonlyMap<string, number>
  cluster(center: CenterName): MemoryCluster
}

export interface MemoryWorldOptions {
  readonly topology: Topology
  /** Put into every cluster. */
  readonly routes: readonly Manifest[]
  /** Replicas of every workload of a center; 2 where nothing is said. */
  readonly replicas?: Readonly<Record<CenterName, number>>
  /** Time jumps to the next sleeper when all is idle; else tests advance it. Default true. */
  readonly auto?: boolean
  readonly readyAfter?: number
  /** Without the lab's marker the world passes for a real one. Default true. */
  readonly marker?: boolean
}

export function memoryWorld({
  topology,
  routes,
  replicas = {},
  auto = true,
  readyAfter = 0,
  marker = true,
}: MemoryWorldOptions): MemoryWorld {
  const clock = memoryClock({ auto })
  const clusters = new Map(topology.centers.map(({ name }) => [name, memoryCluster({ center: name, clock, readyAfter })]))
  const ledger = new Map<string, number>()
  for (const { name, cluster: identity } of topology.centers) {
    const cluster = clusters.get(name)!
    cluster.put({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'kube-system', uid: identity ?? `identity-${name}` } })
    if (marker) {
      cluster.put({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'tricenter-lab', namespace: 'kube-system' },
        data: { controlUrl: MEMORY_CONTROL_URL, engine: 'memory', center: name },
      })
    }
    for (const route of routes) cluster.put(route)
    const workloads = topology.services.flatMap((service) => service.workloads[name] ?? [])
    for (const { kind, namespace, name: workload } of workloads) {
      cluster.put({
        apiVersion: 'apps/v1',
        kind,
        metadata: { name: workload, namespace },
        spec: { replicas: replicas[name] ?? 2 },
        status: readyNow(replicas[name] ?? 2),
      })
    }
  }
  const faults = memoryFaults(clusters, clock)
  return {
    clock,
    clusters,
    faults,
    ledger,
    journals: memoryJournals(clock),
    traffic: memoryTraffic({ clock, topology, clusters, faults, ledger }),
    lab: memoryLabControl({ clock, faults, centers: topology.centers.map(({ name }) => name), ledger }),
    cluster: (center) => clusters.get(center)!,
  }
}

function readyNow(replicas: number): object {
  return { observedGeneration: 1, replicas, readyReplicas: replicas }
}
