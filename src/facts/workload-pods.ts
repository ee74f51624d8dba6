import type { Deadline } from '../domain/change.ts'
import type { Observation } from '../domain/observation.ts'
import type { Workload } from '../domain/topology.ts'
import { record } from '../gateways/strange.ts'
import type { Cluster, Kind, KubeObject } from '../ports/cluster.ts'
import { workloadKinds } from './workloads.ts'

const pods: Kind = { group: '', version: 'v1', plural: 'pods', kind: 'Pod', namespaced: true }

/** The Pods that a workload selects by plain labels. Absent: there is no such workload. Unknown: it selects by something else, and no Pod may be taken for its own. */
export async function workloadPods(
  cluster: Cluster,
  { kind, namespace, name }: Workload,
  deadline: Deadline,
): Promise<Observation<readonly KubeObject[]>> {
  const owner = await cluster.get(workloadKinds[kind], namespace, name, deadline)
  if (owner.state !== 'present') return owner
  const labels = Object.entries(record(record(record(owner.value['spec'])['selector'])['matchLabels']))
  if (labels.length === 0)
    return { state: 'unknown', why: `${kind} ${name} selects its Pods by no plain labels`, at: owner.at, took: owner.took }
  const labelSelector = labels.map(([key, value]) => `${key}=${String(value)}`).join(',')
  const found = await cluster.list(pods, { namespace, labelSelector }, deadline)
  // A list that is absent is a kind that is not served: nothing of the kind is known of the workload.
  if (found.state === 'absent') return { state: 'unknown', why: 'Pods are not served', at: found.at, took: owner.took + found.took }
  return found.state === 'present' ? { ...found, took: owner.took + found.took } : found
}
