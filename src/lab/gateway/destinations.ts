import type { KubeObject } from '../kube-object.ts'
import type { HttpBackendRef } from './http-route.ts'

/** Where a backendRef leads: a base URL; `unknown`: there is no such backend; `empty`: it has no ready instance. */
export type Destination = { readonly url: string } | 'unknown' | 'empty'

export type Service = KubeObject
export type EndpointSlice = KubeObject & { readonly endpoints?: readonly { readonly conditions?: { readonly ready?: boolean } }[] | null }

/** What the lab keeps in place of a registry: services of all centers by `<service>.<group>.<namespace>.nacos`. An instance that left stays listed, as Envoy keeps it. */
export type Registry = ReadonlyMap<string, string>

/** Host of a service as Higress names it (`_` becomes `-`). */
export function nacosHost(service: string): string {
  return `${service}.DEFAULT-GROUP.public.nacos`
}

export interface Known {
  readonly registry: Registry
  /** Base URL of this center's own backends, where its Services lead. */
  readonly local: string
  readonly services: ReadonlyMap<string, Service>
  readonly slices: ReadonlyMap<string, EndpointSlice>
}

export function destinationOf(
  { group = '', kind = 'Service', namespace, name }: HttpBackendRef,
  routeNamespace: string,
  known: Known,
): Destination {
  if (group === 'networking.higress.io') {
    const url = known.registry.get(name)
    return url === undefined ? 'unknown' : { url }
  }
  if (group !== '' || kind !== 'Service') return 'unknown'
  const owner = namespace ?? routeNamespace
  if (!known.services.has(`${owner}/${name}`)) return 'unknown'
  const ready = [...known.slices.values()].some(
    ({ metadata, endpoints }) =>
      metadata.namespace === owner &&
      metadata.labels?.['kubernetes.io/service-name'] === name &&
      (endpoints ?? []).some(({ conditions }) => conditions?.ready !== false),
  )
  return ready ? { url: known.local } : 'empty'
}
