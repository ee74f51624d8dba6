import { attach, namesGateway } from './attachment.ts'
import type { Gateway, HttpBackendRef, HttpRoute, ParentRef, RouteParentStatus, StatusCondition } from './http-route.ts'
import { unsupportedFilter } from './route-table.ts'

export const CONTROLLER = 'higress.io/gateway-controller'

/**
 * `status.parents` of a route: what this controller says for each parentRef that names one of its gateways, and what other controllers said, untouched.
 * `undefined`: nothing to say, or said already. `exists` tells whether a Service is there; backends of group networking.higress.io are never looked for, as in Higress 2.1.
 */
export function parentsStatus(
  route: HttpRoute,
  gateways: readonly Gateway[],
  exists: (ref: HttpBackendRef, routeNamespace: string) => boolean,
  now: string,
): readonly RouteParentStatus[] | undefined {
  const before = route.status?.parents ?? []
  const foreign = before.filter(({ controllerName }) => controllerName !== CONTROLLER)
  const ours = (route.spec?.parentRefs ?? []).flatMap((parentRef): RouteParentStatus[] => {
    const gateway = gateways.find((one) => namesGateway(parentRef, route, one))
    if (gateway === undefined) return []
    const old = before.find((one) => one.controllerName === CONTROLLER && sameParent(one.parentRef, parentRef))?.conditions ?? []
    const conditions = [accepted(parentRef, route, gateway), resolved(route, exists)].map((verdict): StatusCondition => {
      const last = old.find(({ type }) => type === verdict.type)
      const lastTransitionTime = last?.status === verdict.status ? last.lastTransitionTime : now
      return {
        ...verdict,
        ...(route.metadata.generation === undefined ? {} : { observedGeneration: route.metadata.generation }),
        lastTransitionTime,
      }
    })
    return [{ parentRef, controllerName: CONTROLLER, conditions }]
  })
  const after = [...foreign, ...ours]
  return JSON.stringify(after.map(comparable)) === JSON.stringify(before.map(comparable)) ? undefined : after
}

type Verdict = Pick<StatusCondition, 'type' | 'status' | 'reason' | 'message'>

function accepted(ref: ParentRef, route: HttpRoute, gateway: Gateway): Verdict {
  const attachment = attach(ref, route, gateway)
  if (!attachment.accepted) return { type: 'Accepted', status: 'False', reason: attachment.reason, message: attachment.message }
  const unsupported = unsupportedFilter(route)
  if (unsupported !== undefined)
    return { type: 'Accepted', status: 'False', reason: 'UnsupportedValue', message: `filter ${unsupported} is not in the lab` }
  return { type: 'Accepted', status: 'True', reason: 'Accepted', message: 'Route was valid' }
}

function resolved(route: HttpRoute, exists: (ref: HttpBackendRef, routeNamespace: string) => boolean): Verdict {
  const refs = (route.spec?.rules ?? [])
    .flatMap(({ backendRefs = [] }) => backendRefs)
    .filter(({ group }) => group !== 'networking.higress.io')
  const odd = refs.find(({ group = '', kind = 'Service' }) => group !== '' || kind !== 'Service')
  if (odd !== undefined)
    return {
      type: 'ResolvedRefs',
      status: 'False',
      reason: 'InvalidKind',
      message: `backend ${odd.name} is of kind ${odd.group}/${odd.kind}`,
    }
  const missing = refs.find((ref) => !exists(ref, route.metadata.namespace ?? ''))
  if (missing !== undefined)
    return { type: 'ResolvedRefs', status: 'False', reason: 'BackendNotFound', message: `backend ${missing.name} not found` }
  return { type: 'ResolvedRefs', status: 'True', reason: 'ResolvedRefs', message: 'All references resolved' }
}

/** By meaning: the API server may have written defaults and another order of keys. */
function comparable({ parentRef, controllerName, conditions }: RouteParentStatus): unknown {
  return [
    [parentRef.namespace, parentRef.name, parentRef.sectionName, parentRef.port],
    controllerName,
    conditions.map(({ type, status, reason, message, observedGeneration }) => [type, status, reason, message, observedGeneration]),
  ]
}

function sameParent(a: ParentRef, b: ParentRef): boolean {
  return a.name === b.name && a.namespace === b.namespace && a.sectionName === b.sectionName && a.port === b.port
}
