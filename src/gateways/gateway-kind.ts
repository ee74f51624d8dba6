import type { Route } from '../domain/route.ts'
import type { CenterName, Topology } from '../domain/topology.ts'
import type { Kind, KubeObject } from '../ports/cluster.ts'

/** A kind of traffic object: a pure lens from what the API serves to what a planner needs. None of its functions throws, however strange the object. */
export interface GatewayKind {
  readonly name: string
  readonly kind: Kind
  toRoute(object: KubeObject, center: CenterName, topology: Topology): Route
  /** What writes test and `locate` compares, without a topology. `path` is the JSON Pointer of the rule. */
  rawRules(object: KubeObject): readonly RawRule[]
}

export interface RawRule {
  readonly key: string
  readonly path: string
  readonly matches: unknown
  readonly backendRefs: unknown
}

/** Is there anything in this route for the tool: a backend that it knows, or a mark that it left? */
export function isManaged(route: Route): boolean {
  return route.mark.state === 'marked' || route.rules.some((rule) => rule.backends.some(({ member }) => member !== undefined))
}
