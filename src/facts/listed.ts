import type { Observation } from '../domain/observation.ts'
import type { Topology } from '../domain/topology.ts'
import type { Kind, KubeObject, ListOptions } from '../ports/cluster.ts'
import { firstGap, within, type Fact } from './fact.ts'

/** A fact that is the objects of one kind, as the API serves them, from one list for each of `places`: whole or not at all. */
export function listed(name: string, kind: Kind, places: (topology: Topology) => readonly ListOptions[]): Fact<readonly KubeObject[]> {
  const rights = [{ verb: 'list', group: kind.group, resource: kind.plural }]
  return {
    name,
    rights,
    rightsFor: (topology) => {
      const namespaces = places(topology).map(({ namespace }) => namespace)
      return within(rights, namespaces.some((one) => one === undefined) ? undefined : namespaces.flatMap((one) => one ?? []))
    },
    read: async ({ topology, center, world }, deadline): Promise<Observation<readonly KubeObject[]>> => {
      const cluster = world.clusters.get(center.name)
      if (cluster === undefined) return { state: 'unknown', why: 'no cluster', at: world.clock.now(), took: 0 }
      const lists = await Promise.all(places(topology).map((options) => cluster.list(kind, options, deadline)))
      const gap = firstGap(lists)
      if (gap !== undefined) return gap
      const objects = lists.flatMap((one) => (one.state === 'present' ? one.value : []))
      return { state: 'present', value: objects, at: world.clock.now(), took: Math.max(0, ...lists.map(({ took }) => took)) }
    },
  }
}
