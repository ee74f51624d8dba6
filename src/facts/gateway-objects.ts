import { installationOf } from '../domain/estate.ts'
import type { Kind, KubeObject } from '../ports/cluster.ts'
import { firstGap, type Fact } from './fact.ts'

const gateways: Kind = { group: 'gateway.networking.k8s.io', version: 'v1', plural: 'gateways', kind: 'Gateway', namespaced: true }
const classes: Kind = {
  group: 'gateway.networking.k8s.io',
  version: 'v1',
  plural: 'gatewayclasses',
  kind: 'GatewayClass',
  namespaced: false,
}

export interface GatewayObjects {
  readonly gateways: readonly KubeObject[]
  readonly classes: readonly KubeObject[]
}

/** Gateways in the installation's namespace, and every GatewayClass. */
export const gatewayObjects: Fact<GatewayObjects> = {
  name: 'gateway-objects',
  rights: [gateways, classes].map(({ group, plural }) => ({ verb: 'list', group, resource: plural })),
  rightsFor: (topology) => [
    { verb: 'list', group: gateways.group, resource: gateways.plural, namespace: installationOf(topology).namespace },
    { verb: 'list', group: classes.group, resource: classes.plural },
  ],
  read: async ({ topology, center, world }, deadline) => {
    const cluster = world.clusters.get(center.name)
    if (cluster === undefined) return { state: 'unknown', why: 'no cluster', at: world.clock.now(), took: 0 }
    const [seenGateways, seenClasses] = await Promise.all([
      cluster.list(gateways, { namespace: installationOf(topology).namespace }, deadline),
      cluster.list(classes, {}, deadline),
    ])
    const gap = firstGap<unknown>([seenGateways, seenClasses])
    if (gap !== undefined) return gap
    if (seenGateways.state !== 'present' || seenClasses.state !== 'present') return { state: 'unknown', why: '', at: 0, took: 0 }
    return {
      state: 'present',
      value: { gateways: seenGateways.value, classes: seenClasses.value },
      at: seenGateways.at,
      took: Math.max(seenGateways.took, seenClasses.took),
    }
  },
}
