import { isManaged } from '../gateways/gateway-kind.ts'
import { gatewayKinds } from '../gateways/index.ts'
import type { Route } from '../domain/route.ts'
import { firstGap, within, type Fact } from './fact.ts'

const rights = gatewayKinds.map(({ kind }) => ({ verb: 'list', group: kind.group, resource: kind.plural }))

/** Every managed route of the center: those that name a known backend, and every marked one. Whole or not at all. */
export const routes: Fact<readonly Route[]> = {
  name: 'routes',
  rights,
  rightsFor: ({ routes: { namespaces } }) => within(rights, namespaces),
  read: async ({ topology, center, world, keep }, deadline) => {
    const cluster = world.clusters.get(center.name)
    if (cluster === undefined) return { state: 'unknown', why: 'no cluster', at: world.clock.now(), took: 0 }
    const selector = topology.routes.selector
    const lists = await Promise.all(
      gatewayKinds.flatMap((gateway) =>
        (topology.routes.namespaces ?? [undefined]).map(async (namespace) => ({
          gateway,
          seen: await cluster.list(
            gateway.kind,
            { ...(namespace === undefined ? {} : { namespace }), ...(selector === undefined ? {} : { labelSelector: selector }) },
            deadline,
          ),
        })),
      ),
    )
    const gap = firstGap(lists.map(({ seen }) => seen))
    if (gap !== undefined) return gap
    const found: Route[] = []
    let at = 0
    let took = 0
    for (const { gateway, seen } of lists) {
      if (seen.state !== 'present') continue
      at = Math.max(at, seen.at)
      took = Math.max(took, seen.took)
      for (const object of seen.value) {
        const route = gateway.toRoute(object, center.name, topology)
        if (!isManaged(route)) continue
        keep(object)
        found.push(route)
      }
    }
    return { state: 'present', value: found, at, took }
  },
}
