import { LOOPBACK } from '../listen.ts'
import { attach, namesGateway } from './attachment.ts'
import type { Gateway, GatewayClass, HttpRoute, Listener, StatusCondition } from './http-route.ts'

interface ListenerStatus {
  readonly name: string
  readonly attachedRoutes: number
}

/** `status` of a Gateway; `undefined`: said already. The lab ends no TLS, so an HTTPS listener is accepted by nobody. */
export function gatewayStatus(gateway: Gateway, routes: readonly HttpRoute[], now: string): unknown {
  const specified = gateway.spec?.listeners ?? []
  const counts = specified.map((listener) => attachedTo(listener, gateway, routes))
  const before = (gateway.status?.['listeners'] ?? []) as readonly ListenerStatus[]
  if (isSaid(gateway) && specified.every(({ name }, i) => before.find((one) => one.name === name)?.attachedRoutes === counts[i]))
    return undefined
  const listeners = specified.map(({ name, protocol }, i) => ({
    name,
    attachedRoutes: counts[i],
    supportedKinds: protocol === 'HTTP' ? [{ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute' }] : [],
    conditions: ['Accepted', 'Programmed', 'ResolvedRefs'].map((type) =>
      protocol === 'HTTP' ? condition(gateway, type, 'True', type, now) : condition(gateway, type, 'False', 'UnsupportedProtocol', now),
    ),
  }))
  const conditions = ['Accepted', 'Programmed'].map((type) => condition(gateway, type, 'True', type, now))
  return { addresses: [{ type: 'IPAddress', value: LOOPBACK }], conditions, listeners }
}

export function gatewayClassStatus(gatewayClass: GatewayClass, now: string): unknown {
  return isSaid(gatewayClass) ? undefined : { conditions: [condition(gatewayClass, 'Accepted', 'True', 'Accepted', now)] }
}

function attachedTo({ name }: Listener, gateway: Gateway, routes: readonly HttpRoute[]): number {
  return routes.filter((route) =>
    (route.spec?.parentRefs ?? []).some(
      (ref) =>
        namesGateway(ref, route, gateway) &&
        (ref.sectionName ?? name) === name &&
        attach({ ...ref, sectionName: name }, route, gateway).accepted,
    ),
  ).length
}

function isSaid({ metadata, status }: Gateway | GatewayClass): boolean {
  const conditions = (status?.['conditions'] ?? []) as readonly StatusCondition[]
  return conditions.some((one) => one.type === 'Accepted' && one.status === 'True' && one.observedGeneration === metadata.generation)
}

function condition(
  { metadata }: Gateway | GatewayClass,
  type: string,
  status: 'True' | 'False',
  reason: string,
  now: string,
): StatusCondition {
  return {
    type,
    status,
    reason,
    message: '',
    lastTransitionTime: now,
    ...(metadata.generation === undefined ? {} : { observedGeneration: metadata.generation }),
  }
}
