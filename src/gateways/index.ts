import type { GatewayKind } from './gateway-kind.ts'
import { httpRoute } from './http-route.ts'

/** Every kind of traffic object that the tool can move: one line each, sorted. */
export const gatewayKinds: readonly GatewayKind[] = [httpRoute]

/** By the object's `kind`, e.g. `HTTPRoute`. */
export function gatewayKindOf(kind: string): GatewayKind {
  const found = gatewayKinds.find((one) => one.kind.kind === kind)
  if (found === undefined) throw new Error(`no gateway kind ${kind}`)
  return found
}
