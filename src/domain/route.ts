import type { BackendId, CenterName, ServiceName } from './topology.ts'
import type { Mark } from './mark.ts'

/** One traffic object as a lens shows it: what a planner needs, and the raw parts that a patch must test. */
export interface Route {
  /** The lens's name, e.g. `http-route`. */
  readonly gateway: string
  readonly center: CenterName
  readonly kind: string
  readonly namespace: string
  readonly name: string
  readonly uid: string
  readonly generation: number
  readonly resourceVersion: string
  readonly hostnames: readonly string[]
  readonly rules: readonly Rule[]
  readonly conditions: readonly ParentConditions[]
  /** `foreign`: a mark that carries another object's uid; `broken`: one that cannot be read. Both are findings and otherwise ignored. */
  readonly mark: { readonly state: 'none' | 'foreign' | 'broken' } | { readonly state: 'marked'; readonly mark: Mark }
  /** The annotation as it stands, for the `test` of a patch; undefined: absent. */
  readonly rawMark?: string
  readonly hasAnnotations: boolean
  readonly owners: readonly Owner[]
}

/** `key` is canonical text made of the matches (and an ordinal where two rules share them): what a mark, a journal and a pin call the rule. */
export interface Rule {
  readonly index: number
  readonly key: string
  readonly name?: string
  readonly backends: readonly BackendRef[]
  /** `spec.rules[index].matches` and `.backendRefs` exactly as read; undefined: absent. */
  readonly rawMatches: unknown
  readonly rawBackendRefs: unknown
}

/** `weight` is what counts (absent = 1); `declared` is what is written. `id` identifies it within the rule. */
export interface BackendRef {
  readonly index: number
  readonly backend: BackendId
  readonly id: string
  readonly weight: number
  readonly declared?: number
  /** Undefined: belongs to no service of the topology, and is never touched. */
  readonly member?: { readonly service: ServiceName; readonly center: CenterName }
}

/** One parent's report, for one gateway. `undefined`: not reported. */
export interface ParentConditions {
  readonly parent: string
  readonly controller: string
  readonly accepted?: Condition
  readonly resolvedRefs?: Condition
}

export interface Condition {
  readonly status: 'True' | 'False' | 'Unknown'
  readonly reason: string
  readonly message: string
  readonly observedGeneration?: number
}

/** Somebody else who may write this object back: found in labels, annotations and managedFields. */
export interface Owner {
  readonly kind: 'argo-cd' | 'flux' | 'flagger' | 'rollouts' | 'helm' | 'manager'
  readonly name: string
}

/** `namespace/name`: what people type and screens show. */
export function routeName(route: Pick<Route, 'namespace' | 'name'>): string {
  return `${route.namespace}/${route.name}`
}
