import { decodeFaultMark } from '../domain/mark-codec.ts'
import { FAULT_ANNOTATION } from '../domain/mark.ts'
import type { Observation } from '../domain/observation.ts'
import type { WorkloadState } from '../domain/sighting.ts'
import type { Service, Topology, Workload } from '../domain/topology.ts'
import { ownersOf } from '../gateways/owners.ts'
import type { Kind, KubeObject, Right } from '../ports/cluster.ts'
import { firstGap, type Fact } from './fact.ts'

export const workloadKinds: Readonly<Record<Workload['kind'], Kind>> = {
  Deployment: { group: 'apps', version: 'v1', plural: 'deployments', kind: 'Deployment', namespaced: true },
  StatefulSet: { group: 'apps', version: 'v1', plural: 'statefulsets', kind: 'StatefulSet', namespaced: true },
}

/** A right on every workload behind a service, by name: in each center those of all centers, for a role is the same everywhere. */
export function serviceWorkloads(topology: Topology, verb: string): readonly Right[] {
  const all = topology.services.flatMap(({ workloads: each }) => Object.values(each).flat())
  return all.map(({ kind, namespace, name }) => ({ verb, group: 'apps', resource: workloadKinds[kind].plural, namespace, name }))
}

/** Replicas wanted and ready of every workload that stands behind a service in the center, and a drill's mark on it. */
export const workloads: Fact<readonly WorkloadState[]> = {
  name: 'workloads',
  rights: ['deployments', 'statefulsets'].map((resource) => ({ verb: 'get', group: 'apps', resource })),
  rightsFor: (topology) => serviceWorkloads(topology, 'get'),
  read: async ({ topology, center, world, keep }, deadline) => {
    const cluster = world.clusters.get(center.name)
    if (cluster === undefined) return { state: 'unknown', why: 'no cluster', at: world.clock.now(), took: 0 }
    const wanted = topology.services.flatMap((service) => (service.workloads[center.name] ?? []).map((workload) => ({ service, workload })))
    const seen: Observation<WorkloadState>[] = await Promise.all(
      wanted.map(async ({ service, workload }) => {
        const object = await cluster.get(workloadKinds[workload.kind], workload.namespace, workload.name, deadline)
        if (object.state === 'absent') return { ...object, state: 'present', value: missing(service, workload) }
        if (object.state !== 'present') return object
        keep(object.value)
        return { ...object, value: stateOf(service, workload, object.value) }
      }),
    )
    const gap = firstGap(seen)
    if (gap !== undefined) return gap
    const states = seen.flatMap((one) => (one.state === 'present' ? [one.value] : []))
    return { state: 'present', value: states, at: world.clock.now(), took: Math.max(0, ...seen.map(({ took }) => took)) }
  },
}

/** A workload that does not exist has no replicas: that is known, and not the same as unread. */
function missing(service: Service, workload: Workload): WorkloadState {
  return { service: service.name, workload, uid: '', resourceVersion: '', desired: 0, ready: 0, hasAnnotations: false, owners: [] }
}

function stateOf(service: Service, workload: Workload, object: KubeObject): WorkloadState {
  const spec = object['spec'] as { replicas?: number } | undefined
  const status = object['status'] as { readyReplicas?: number } | undefined
  const raw = object.metadata.annotations?.[FAULT_ANNOTATION]
  const mark = raw === undefined ? undefined : decodeFaultMark(raw, object.metadata.uid)
  return {
    service: service.name,
    workload,
    uid: object.metadata.uid,
    resourceVersion: object.metadata.resourceVersion,
    desired: spec?.replicas ?? 1,
    ready: status?.readyReplicas ?? 0,
    ...(mark === undefined ? {} : { fault: mark }),
    ...(raw === undefined ? {} : { rawFault: raw }),
    hasAnnotations: object.metadata.annotations !== undefined,
    owners: ownersOf(object),
  }
}
