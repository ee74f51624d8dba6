import type { CenterName } from './topology.ts'

/**
 * The annotation `tricenter.io/run` of a managed route: which situation this object was last brought to, by which run, and what was there before.
 * The mark is the truth and the journal the evidence: any machine can go on from marks alone.
 */
export interface Mark {
  /** Highest seen in any cluster + 1 when the run began. The highest over all clusters is the situation in force. */
  readonly seq: number
  readonly run: string
  readonly verb: MarkVerb
  /** uid of the object that carries it: a copied object carries a foreign mark, which counts for nothing. */
  readonly uid: string
  readonly was: readonly CenterName[]
  readonly situation: readonly CenterName[]
  /** While a paced run is going on: wall clock (ms since the epoch) until which nobody else may take it over. */
  readonly until?: number
  /** Per cent of the way from `was` to `situation` (or to `goal`); absent: arrived. */
  readonly progress?: number
  /** A rebalance's wanted shares among the centers that it names. */
  readonly goal?: Readonly<Record<CenterName, number>>
  /** Weights by rule key and backend id when normal was left; kept through later failovers. `null`: the ref was not there; `'absent'`: no weight was written. */
  readonly normal: RuleWeights
  /** What a rebalance found, for its way back; and what a paced way found at its start, zeros left out, until it has arrived. */
  readonly base?: RuleWeights
  /** What this run wrote: differs from what is there ⇒ somebody else changed it since. */
  readonly set: RuleWeights
  /** Epoch of the lock over the centers, when there is one. */
  readonly epoch?: number
}

export type MarkVerb = 'failover' | 'failback' | 'rebalance' | 'sync' | 'drill' | 'undo'
export type RuleWeights = Readonly<Record<string, Readonly<Record<string, number | 'absent' | null>>>>

export const MARK_ANNOTATION = 'tricenter.io/run'
/** On a workload whose replicas a drill took away. */
export const FAULT_ANNOTATION = 'tricenter.io/fault'

/** `replicas` before the fault, of a drill's run that ends by `until` (ms since the epoch). */
export interface FaultMark {
  readonly run: string
  readonly uid: string
  readonly replicas: number
  readonly until: number
}
