import { mapObservation, type Observation } from '../domain/observation.ts'
import type { ServiceName, Topology } from '../domain/topology.ts'
import { list, record, text } from '../gateways/strange.ts'
import type { KubeObject } from '../ports/cluster.ts'
import { firstGap, within, type Fact } from './fact.ts'
import { workloadPods } from './workload-pods.ts'
import { serviceWorkloads } from './workloads.ts'

export interface BackendPod {
  readonly service: ServiceName
  readonly name: string
  readonly ip: string
  /** Wall clock, ms since the epoch; undefined: it is not ready. */
  readonly readySince: number | undefined
}

const right = { verb: 'list', group: '', resource: 'pods' }

/** The Pods with an address behind every service in the center, by their workloads' selectors. */
export const backendPods: Fact<readonly BackendPod[]> = {
  name: 'backend-pods',
  rights: [...['deployments', 'statefulsets'].map((resource) => ({ verb: 'get', group: 'apps', resource })), right],
  rightsFor: (topology) => [...serviceWorkloads(topology, 'get'), ...within([right], namespacesOf(topology))],
  read: async ({ topology, center, world }, deadline) => {
    const cluster = world.clusters.get(center.name)
    if (cluster === undefined) return { state: 'unknown', why: 'no cluster', at: world.clock.now(), took: 0 }
    const wanted = topology.services.flatMap((service) => (service.workloads[center.name] ?? []).map((workload) => ({ service, workload })))
    const lists = await Promise.all(
      wanted.map(async ({ service, workload }): Promise<Observation<readonly BackendPod[]>> => {
        const found = await workloadPods(cluster, workload, deadline)
        if (found.state === 'absent') return { ...found, state: 'present', value: [] }
        return mapObservation(found, (all) => all.flatMap((pod) => podOf(service.name, pod)))
      }),
    )
    const gap = firstGap(lists)
    if (gap !== undefined) return gap
    return {
      state: 'present',
      value: lists.flatMap((one) => (one.state === 'present' ? one.value : [])),
      at: world.clock.now(),
      took: Math.max(0, ...lists.map(({ took }) => took)),
    }
  },
}

const namespacesOf = ({ services }: Topology): readonly string[] => [
  ...new Set(services.flatMap(({ workloads }) => Object.values(workloads).flatMap((all) => all.map(({ namespace }) => namespace)))),
]

function podOf(service: ServiceName, pod: KubeObject): readonly BackendPod[] {
  const status = record(pod['status'])
  const ip = text(status['podIP'])
  if (ip === undefined || ip === '') return []
  const ready = list(status['conditions'])
    .map(record)
    .find(({ type }) => type === 'Ready')
  const since = ready?.['status'] === 'True' ? Date.parse(text(ready['lastTransitionTime']) ?? '') : NaN
  return [{ service, name: pod.metadata.name, ip, readySince: Number.isNaN(since) ? undefined : since }]
}
