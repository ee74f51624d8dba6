import type { Observation } from '../domain/observation.ts'
import type { ServiceName } from '../domain/topology.ts'
import { isReadyPod } from '../gateways/pod-ready.ts'
import { list, record, whole } from '../gateways/strange.ts'
import type { KubeObject } from '../ports/cluster.ts'
import { firstGap, within, type Fact } from './fact.ts'
import { workloadPods } from './workload-pods.ts'
import { serviceWorkloads } from './workloads.ts'

const OWN = [
  { verb: 'list', group: '', resource: 'pods' },
  ...['create', 'get'].map((verb) => ({ verb, group: '', resource: 'pods', subresource: 'portforward' })),
]

/** One Pod of a service, asked past every gateway. `answer` absent: no Pod of it is ready. */
export interface InsideAnswer {
  readonly service: ServiceName
  readonly pod?: string
  readonly path: string
  readonly answer: Observation<string>
}

/** What one ready Pod of each probed service answers to the probe's path, through a port-forward: whether the service itself serves, without any gateway. */
export const insideAnswers: Fact<readonly InsideAnswer[]> = {
  name: 'inside-answers',
  rights: [...['deployments', 'statefulsets'].map((resource) => ({ verb: 'get', group: 'apps', resource })), ...OWN],
  rightsFor: (topology) => [
    ...serviceWorkloads(topology, 'get'),
    ...within(OWN, [
      ...new Set(
        topology.services.flatMap(({ workloads }) => Object.values(workloads).flatMap((all) => all.map(({ namespace }) => namespace))),
      ),
    ]),
  ],
  forwards: true,
  read: async ({ topology, center, world }, deadline) => {
    const cluster = world.clusters.get(center.name)
    const { clock } = world
    if (cluster === undefined) return { state: 'unknown', why: 'no cluster', at: clock.now(), took: 0 }
    const began = clock.monotonic()
    const wanted = topology.services.flatMap(({ name, probe, workloads }) => {
      const [workload] = workloads[center.name] ?? []
      return probe === undefined || workload === undefined ? [] : [{ service: name, path: probe.path, workload }]
    })
    const found = await Promise.all(
      wanted.map(async ({ service, path, workload }): Promise<Observation<InsideAnswer>> => {
        const seen = await workloadPods(cluster, workload, deadline)
        const none = (absent: { readonly at: number; readonly took: number }): Observation<InsideAnswer> => ({
          state: 'present',
          value: { service, path, answer: { state: 'absent', at: absent.at, took: absent.took } },
          at: absent.at,
          took: absent.took,
        })
        if (seen.state === 'absent') return none(seen)
        if (seen.state !== 'present') return seen
        const pod = seen.value.filter(isReadyPod).toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1))[0]
        const port = pod === undefined ? undefined : portOf(pod)
        if (pod === undefined || port === undefined) return none(seen)
        const answer = await cluster.fromPod(workload.namespace, pod.metadata.name, port, path, deadline)
        return { ...seen, value: { service, pod: pod.metadata.name, path, answer } }
      }),
    )
    const gap = firstGap(found)
    if (gap !== undefined) return gap
    const value = found.flatMap((one) => (one.state === 'present' ? [one.value] : []))
    return { state: 'present', value, at: clock.now(), took: clock.monotonic() - began }
  },
}

/** The first port that a container of the Pod declares. */
function portOf(pod: KubeObject): number | undefined {
  return list(record(pod['spec'])['containers'])
    .map(record)
    .flatMap(({ ports }) => list(ports).map((port) => whole(record(port)['containerPort']) ?? []))
    .flat()[0]
}
