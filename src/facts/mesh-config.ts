import { installationOf } from '../domain/estate.ts'
import { record, text } from '../gateways/strange.ts'
import type { Kind } from '../ports/cluster.ts'
import type { Fact } from './fact.ts'

const configMaps: Kind = { group: '', version: 'v1', plural: 'configmaps', kind: 'ConfigMap', namespaced: true }
const NAME = 'higress-config'

/** The `mesh` section of the gateway's ConfigMap `higress-config`, as text; empty: it has none. */
export const meshConfig: Fact<string> = {
  name: 'mesh-config',
  rights: [{ verb: 'get', group: '', resource: 'configmaps' }],
  rightsFor: (topology) => [{ verb: 'get', group: '', resource: 'configmaps', namespace: installationOf(topology).namespace, name: NAME }],
  read: async ({ topology, center, world }, deadline) => {
    const cluster = world.clusters.get(center.name)
    if (cluster === undefined) return { state: 'unknown', why: 'no cluster', at: world.clock.now(), took: 0 }
    const seen = await cluster.get(configMaps, installationOf(topology).namespace, NAME, deadline)
    return seen.state === 'present' ? { ...seen, value: text(record(seen.value['data'])['mesh']) ?? '' } : seen
  },
}
