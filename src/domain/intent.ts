import type { ReleaseIntent } from './deploy.ts'
import type { ServedKind } from './known-kinds.ts'
import type { Mark } from './mark.ts'
import type { CenterName, Workload } from './topology.ts'

/** What shall be true, in words of center, rule and workload. An effect makes it a change; its inverse is an intent again. */
export type Intent = WeightsIntent | ReplicasIntent | LabFaultIntent | ReleaseIntent | ObjectIntent

export interface ObjectRef {
  readonly kind: string
  readonly namespace: string
  readonly name: string
}

/** The weights of some rules of one object, and its mark, in one atomic patch. */
export interface WeightsIntent {
  readonly kind: 'weights'
  readonly center: CenterName
  readonly object: ObjectRef
  readonly rules: readonly RuleTarget[]
  /** `null`: the mark is taken away. */
  readonly mark: Mark | null
}

/** One rule's whole list of refs afterwards, by backend id; a ref that is not listed is removed, which only happens to refs that the tool added. */
export interface RuleTarget {
  readonly key: string
  readonly refs: readonly RefTarget[]
}

/** `weight` 'absent': written without a weight, which counts as 1. `add`: the ref is not there yet and is appended as given. */
export interface RefTarget {
  readonly id: string
  readonly weight: number | 'absent'
  readonly add?: {
    readonly group: string
    readonly kind: string
    readonly namespace?: string
    readonly name: string
    readonly port?: number
  }
}

export interface ReplicasIntent {
  readonly kind: 'replicas'
  readonly center: CenterName
  readonly workload: Workload
  /** Wanted replicas; a restore asks for the recorded number. */
  readonly replicas: number
  /** Set by a fault, `null` on restore. */
  readonly mark: { readonly run: string; readonly replicas: number; readonly until: number } | null
}

/** A fault of the lab, asked for at its control URL; `null` heals. It heals itself at `until`. */
export interface LabFaultIntent {
  readonly kind: 'lab-fault'
  readonly center: CenterName
  readonly fault: { readonly kind: string; readonly target: string; readonly run: string; readonly until: number } | null
}

/** A whole object shall be there with a certain content, or not be there. The content is in the run's file of wants and never in a record. */
export interface ObjectIntent {
  readonly kind: 'object'
  readonly center: CenterName
  readonly object: ObjectRef
  readonly served: ServedKind
  readonly verdict: 'create' | 'update' | 'remove'
}
