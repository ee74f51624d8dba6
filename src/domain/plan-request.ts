import type { Finding, GuardName } from './finding.ts'
import type { WeightsIntent } from './intent.ts'
import type { MeasuredLoad } from './load.ts'
import type { MarkVerb } from './mark.ts'
import type { CenterLoad, SituationInForce } from './record.ts'
import type { Sighting } from './sighting.ts'
import type { CenterName, Topology } from './topology.ts'

/** What the weights shall become. `progress` is per cent of the way, 100 = arrived. */
export type Goal =
  /** Every affected rule at the weights of `situation`; on the way back (`was` ⊃ `situation`) towards the recorded `normal`. */
  | {
      readonly kind: 'situation'
      readonly was: readonly CenterName[]
      readonly situation: readonly CenterName[]
      readonly progress: number
    }
  /** The ratio among the named centers, in rules that name at least two of them; their total in each rule, and everybody else's weight, stay. */
  | { readonly kind: 'shares'; readonly shares: Readonly<Record<CenterName, number>>; readonly progress: number }
  /** Back to what a rebalance found (`base` of its mark). */
  | { readonly kind: 'base'; readonly progress: number }
  /** No weight; takes the marks away. */
  | { readonly kind: 'unmark' }

export interface PlanRequest {
  readonly topology: Topology
  /** What is planned for: clusters that were read in time. Others are deferred by the caller. */
  readonly sightings: readonly Sighting[]
  readonly inForce: SituationInForce
  readonly goal: Goal
  /** emergency: guards leave rules alone or warn; else they refuse. */
  readonly mode: 'emergency' | 'change' | 'drill'
  readonly verb: MarkVerb
  readonly run: string
  readonly seq: number
  /** Of a paced run. */
  readonly until?: number
  readonly overrides: readonly { readonly guard: GuardName; readonly reason: string }[]
  /** Undo: rules whose weights are not what the mark says was set are left, and said. */
  readonly leaveForeignEdits: boolean
  /** What Prometheus counted, where it is declared and has answered. */
  readonly measured?: MeasuredLoad
  /** Restrict to these clusters (sync of one center). */
  readonly only?: readonly CenterName[]
}

export interface WeightsPlan {
  /** One per object that changes in weights or mark. Empty: nothing to do. */
  readonly intents: readonly WeightsIntent[]
  readonly findings: readonly Finding[]
  /** Affected rules by center, pinned included. */
  readonly census: readonly { readonly center: CenterName; readonly rules: number; readonly pinned: number }[]
  readonly load: readonly CenterLoad[]
}
