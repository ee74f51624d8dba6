import { objectKey } from '../kube-object.ts'
import type { Gateway, HttpRoute, Listener, ParentRef } from './http-route.ts'

/** Whether a route hangs on a gateway by one of its parentRefs, and for which hostnames. */
export type Attachment =
  | { readonly accepted: true; readonly hostnames: readonly string[] }
  | {
      readonly accepted: false
      readonly reason: 'NoMatchingParent' | 'NotAllowedByListeners' | 'NoMatchingListenerHostname'
      readonly message: string
    }

export function namesGateway(ref: ParentRef, route: HttpRoute, gateway: Gateway): boolean {
  return (
    (ref.kind ?? 'Gateway') === 'Gateway' &&
    (ref.group ?? 'gateway.networking.k8s.io') === 'gateway.networking.k8s.io' &&
    `${ref.namespace ?? route.metadata.namespace}/${ref.name}` === objectKey(gateway)
  )
}

/** To listeners of these protocols; what a listener of another one serves is no HTTP. */
export function attach(ref: ParentRef, route: HttpRoute, gateway: Gateway, protocols: readonly string[] = ['HTTP', 'HTTPS']): Attachment {
  const named = (gateway.spec?.listeners ?? []).filter(
    ({ name, port, protocol }) => protocols.includes(protocol) && (ref.sectionName ?? name) === name && (ref.port ?? port) === port,
  )
  if (named.length === 0) return { accepted: false, reason: 'NoMatchingParent', message: 'no HTTP listener of that name or port' }
  const allowing = named.filter((listener) => allows(listener, route, gateway))
  if (allowing.length === 0)
    return {
      accepted: false,
      reason: 'NotAllowedByListeners',
      message: `no listener allows routes of namespace ${route.metadata.namespace}`,
    }
  const wanted = route.spec?.hostnames ?? []
  const hostnames = allowing.flatMap(({ hostname = '*' }) =>
    wanted.length === 0 ? [hostname] : wanted.flatMap((one) => narrower(one, hostname) ?? []),
  )
  if (hostnames.length === 0)
    return { accepted: false, reason: 'NoMatchingListenerHostname', message: `no listener serves ${wanted.join(', ')}` }
  return { accepted: true, hostnames: [...new Set(hostnames)] }
}

/** Absent means `Same`: a gateway takes routes of its own namespace only. Selectors are not in the lab, and allow nothing. */
function allows({ allowedRoutes }: Listener, route: HttpRoute, gateway: Gateway): boolean {
  const from = allowedRoutes?.namespaces?.from ?? 'Same'
  return from === 'All' || (from === 'Same' && route.metadata.namespace === gateway.metadata.namespace)
}

/** The narrower of two hostnames of which one covers the other. */
function narrower(a: string, b: string): string | undefined {
  if (covers(b, a)) return a
  return covers(a, b) ? b : undefined
}

/** `*.example.com` covers `ai.example.com` and `dr.ai.example.com`, not `example.com`; `*` covers everything. */
export function covers(wide: string, narrow: string): boolean {
  if (wide === narrow || wide === '*') return true
  return wide.startsWith('*.') && narrow.endsWith(wide.slice(1)) && narrow.length > wide.length - 1
}
