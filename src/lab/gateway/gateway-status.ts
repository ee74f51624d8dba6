import { LOOPBACK } from '../listen.ts'
import { attach, namesGateway } from './attachment.ts'
import type { Gateway, GatewayClass, HttpRoute, Listener, StatusCondition } from './http-route.ts'

interface ListenerStatus {
  readonly name: string
  readonly attachedRoutes: number
  readonly conditions?: readonly StatusCondition[]
}

const SERVED = ['HTTP', 'HTTPS']

type Verdict = readonly [type: string, status: 'True' | 'False', reason: string]
function verdicts(listener: Listener, isUsable: (listener: Listener) => boolean): readonly Verdict[] {
  const all = ['Accepted', 'Programmed', 'ResolvedRefs']
  if (!SERVED.includes(listener.protocol)) return all.map((type) => [type, 'False', 'UnsupportedProtocol'])
  if (listener.protocol === 'HTTP' || isUsable(listener)) return all.map((type) => [type, 'True', type])
  return [
    ['Accepted', 'True', 'Accepted'],
    ['Programmed', 'False', 'Invalid'],
    ['ResolvedRefs', 'False', 'InvalidCertificateRef'],
  ]
}

function meaning(status: ListenerStatus | undefined): string {
  return JSON.stringify([status?.attachedRoutes, status?.conditions?.map(({ type, status: is, reason }) => [type, is, reason])])
}

/** `status` of a Gateway; `undefined`: said already. An HTTPS listener is programmed where its certificate `isUsable`; protocols beyond are not in the lab. */
export function gatewayStatus(
  gateway: Gateway,
  routes: readonly HttpRoute[],
  now: string,
  isUsable: (listener: Listener) => boolean = () => false,
): unknown {
  const specified = gateway.spec?.listeners ?? []
  const counts = specified.map((listener) => attachedTo(listener, gateway, routes))
  const listeners = specified.map((listener, i) => ({
    name: listener.name,
    attachedRoutes: counts[i] ?? 0,
    supportedKinds: SERVED.includes(listener.protocol) ? [{ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute' }] : [],
    conditions: verdicts(listener, isUsable).map(([type, status, reason]) => condition(gateway, type, status, reason, now)),
  }))
  const before = (gateway.status?.['listeners'] ?? []) as readonly ListenerStatus[]
  const same = listeners.every((one) => meaning(one) === meaning(before.find(({ name }) => name === one.name)))
  if (isSaid(gateway) && same) return undefined
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
