import type { ServiceName, Topology } from '../domain/topology.ts'
import { list, record, text } from '../gateways/strange.ts'
import type { Kind, KubeObject } from '../ports/cluster.ts'
import { firstGap, within, type Fact } from './fact.ts'
import { serviceWorkloads, workloadKinds } from './workloads.ts'

export interface BackendPod {
  readonly service: ServiceName
  readonly name: string
  readonly ip: string
  /** Wall clock, ms since the epoch; undefined: it is not ready. */
  readonly readySince: number | undefined
}

const pods: Kind = { group: '', version: 'v1', plural: 'pods', kind: 'Pod', namespaced: true }
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
      wanted.map(async ({ service, workload: { kind, namespace, name } }) => {
        const owner = await cluster.get(workloadKinds[kind], namespace, name, deadline)
        if (owner.state === 'absent') return { ...owner, state: 'present' as const, value: [] }
        if (owner.state !== 'present') return owner
        const labels = Object.entries(record(record(record(owner.value['spec'])['selector'])['matchLabels']))
        if (labels.length === 0)
          return { state: 'unknown' as const, why: `${kind} ${name} selects its Pods by no plain labels`, at: owner.at, took: owner.took }
        const labelSelector = labels.map(([key, value]) => `${key}=${String(value)}`).join(',')
        const found = await cluster.list(pods, { namespace, labelSelector }, deadline)
        if (found.state !== 'present') return found
        return { ...found, took: owner.took + found.took, value: found.value.flatMap((pod) => podOf(service.name, pod)) }
      }),
    )
    const gap = firstGap<readonly BackendPod[]>(lists)
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
