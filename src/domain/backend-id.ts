import type { CenterName, ServiceName, Topology } from './topology.ts'

/** A reference as it is written; what the API server would add (`kind: Service`, the core group) may be missing. */
export interface BackendReference {
  readonly group?: string
  readonly kind?: string
  readonly namespace?: string
  readonly name: string
  readonly port?: number
}

export interface Member {
  readonly service: ServiceName
  readonly center: CenterName
}

/** `group/kind/namespace/name:port`, defaults filled in: two references with one key name the same backend. */
export function backendKey(ref: BackendReference, routeNamespace: string): string {
  const port = ref.port === undefined ? '' : `:${ref.port}`
  return `${ref.group ?? ''}/${ref.kind ?? 'Service'}/${ref.namespace ?? routeNamespace}/${ref.name}${port}`
}

/** The service and center that a reference belongs to. A backend declared without a port stands for any port. */
export function memberOf(topology: Topology, ref: BackendReference, routeNamespace: string): Member | undefined {
  const key = backendKey(ref, routeNamespace)
  const { port: _port, ...portless } = ref
  const anyPort = backendKey(portless, routeNamespace)
  for (const service of topology.services) {
    for (const [center, backend] of Object.entries(service.backends)) {
      if (backendKey(backend, routeNamespace) === (backend.port === undefined ? anyPort : key)) return { service: service.name, center }
    }
  }
  return undefined
}
