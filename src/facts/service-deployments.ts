import type { KubeObject } from '../ports/cluster.ts'
import { firstGap, type Fact } from './fact.ts'
import { serviceWorkloads, workloadKinds } from './workloads.ts'

/** The workloads of every service in the center, as objects: what practice asks of their Pods stands in their templates. One that does not exist is left out. */
export const serviceDeployments: Fact<readonly KubeObject[]> = {
  name: 'service-deployments',
  rights: ['deployments', 'statefulsets'].map((resource) => ({ verb: 'get', group: 'apps', resource })),
  rightsFor: (topology) => serviceWorkloads(topology, 'get'),
  read: async ({ topology, center, world }, deadline) => {
    const cluster = world.clusters.get(center.name)
    if (cluster === undefined) return { state: 'unknown', why: 'no cluster', at: world.clock.now(), took: 0 }
    const wanted = topology.services.flatMap(({ workloads }) => workloads[center.name] ?? [])
    const seen = await Promise.all(wanted.map(({ kind, namespace, name }) => cluster.get(workloadKinds[kind], namespace, name, deadline)))
    const gap = firstGap(seen.filter(({ state }) => state !== 'absent'))
    if (gap !== undefined) return gap
    return {
      state: 'present',
      value: seen.flatMap((one) => (one.state === 'present' ? [one.value] : [])),
      at: world.clock.now(),
      took: Math.max(0, ...seen.map(({ took }) => took)),
    }
  },
}
