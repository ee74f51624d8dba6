import { type Destination, type Known, destinationOf } from './destinations.ts'
import type { HttpBackendRef } from './http-route.ts'
import type { CompiledRule } from './route-table.ts'
import { clusterName } from './stats.ts'

/** Port of a backendRef that names none. */
const PORT = 8080

/** The upstream cluster that a backendRef is for Envoy. */
export function clusterOf({ group = '', namespace, name, port = PORT }: HttpBackendRef, routeNamespace: string): string {
  return clusterName(group === '' ? `${name}.${namespace ?? routeNamespace}.svc.cluster.local` : name, port)
}

/** The clusters that there are: those to which a rule gives weight and behind which there is a backend. */
export function clustersOf(rules: readonly CompiledRule[], known: Known): ReadonlySet<string> {
  const exists = (destination: Destination) => destination !== 'unknown'
  return new Set(
    rules.flatMap(({ backends, namespace }) =>
      backends
        .filter((ref) => (ref.weight ?? 1) > 0 && exists(destinationOf(ref, namespace, known)))
        .map((ref) => clusterOf(ref, namespace)),
    ),
  )
}
