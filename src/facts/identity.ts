import { mapObservation } from '../domain/observation.ts'
import type { Kind } from '../ports/cluster.ts'
import type { Fact } from './fact.ts'

const namespaces: Kind = { group: '', version: 'v1', plural: 'namespaces', kind: 'Namespace', namespaced: false }

/** Which cluster answers: the uid of its namespace kube-system. */
export const identity: Fact<string> = {
  name: 'identity',
  rights: [{ verb: 'get', group: '', resource: 'namespaces', name: 'kube-system' }],
  read: async ({ center, world }, deadline) => {
    const cluster = world.clusters.get(center.name)
    if (cluster === undefined) return { state: 'unknown', why: 'no cluster', at: world.clock.now(), took: 0 }
    return mapObservation(await cluster.get(namespaces, undefined, 'kube-system', deadline), (object) => object.metadata.uid)
  },
}
