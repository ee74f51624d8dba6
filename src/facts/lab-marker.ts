import type { Kind } from '../ports/cluster.ts'
import type { Fact } from './fact.ts'

const configMaps: Kind = { group: '', version: 'v1', plural: 'configmaps', kind: 'ConfigMap', namespaced: true }

export interface LabMarker {
  readonly controlUrl: string
  readonly engine: string
}

/** Is this a lab? Its marker is the ConfigMap kube-system/tricenter-lab; faults are asked for at the URL that it names. */
export const labMarker: Fact<LabMarker> = {
  name: 'lab-marker',
  rights: [{ verb: 'get', group: '', resource: 'configmaps', namespace: 'kube-system', name: 'tricenter-lab' }],
  read: async ({ center, world }, deadline) => {
    const cluster = world.clusters.get(center.name)
    if (cluster === undefined) return { state: 'unknown', why: 'no cluster', at: world.clock.now(), took: 0 }
    const seen = await cluster.get(configMaps, 'kube-system', 'tricenter-lab', deadline)
    if (seen.state !== 'present') return seen
    const data = seen.value['data'] as { controlUrl?: string; engine?: string } | undefined
    if (data?.controlUrl === undefined || data.engine === undefined) return { state: 'absent', at: seen.at, took: seen.took }
    return { ...seen, value: { controlUrl: data.controlUrl, engine: data.engine } }
  },
}
