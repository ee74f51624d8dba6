import { installationOf } from '../domain/estate.ts'
import type { Topology } from '../domain/topology.ts'
import type { ListOptions } from '../ports/cluster.ts'

/** Where the gateways and the services' workloads run: one list for each namespace. */
export function workloadNamespaces(topology: Topology): readonly ListOptions[] {
  const names = topology.services.flatMap(({ workloads }) =>
    Object.values(workloads).flatMap((all) => all.map(({ namespace }) => namespace)),
  )
  return [...new Set([installationOf(topology).namespace, ...names])].map((namespace) => ({ namespace }))
}
