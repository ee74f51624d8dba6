import type { Facts } from './finding.ts'
import type { CenterName, Milliseconds } from './topology.ts'

/** What a check of `verify` can conclude. Only `passed` says that it was seen; `inconclusive` says that it could not be, and never counts as passed. */
export type ConclusionState = 'passed' | 'failed' | 'warning' | 'inconclusive' | 'skipped'

/** From the object down to the request: the report names the first broken link. */
export const proofLevels = ['object', 'conditions', 'data-plane', 'requests'] as const
export type ProofLevel = (typeof proofLevels)[number]

export const checkGroups = ['setup', 'deployment', 'routes', 'registry', 'functions', 'thresholds', 'practice', 'network'] as const
export type CheckGroup = (typeof checkGroups)[number]

/** What a conclusion rests on: what was looked at, when (wall clock, ms since the epoch), what it said and against which limit. */
export interface Evidence {
  /** `Deployment higress-system/higress-gateway`, a PromQL query, `GET http://…`. */
  readonly source: string
  readonly at?: number
  readonly took?: Milliseconds
  readonly value?: string | number
  readonly limit?: string | number
}

/** One answer of one check about one thing. `reason` has words beside the check: up to three lines, what, why, next. */
export interface Conclusion {
  readonly state: ConclusionState
  readonly reason: string
  readonly facts: Facts
  /** What it is about, where a check looks at several: an object, a rule, a figure. */
  readonly subject?: string
  /** In a question about all centers: the one that it is about. */
  readonly center?: CenterName
  readonly evidence: readonly Evidence[]
}

/** Everything that one check concluded about one center; `center` absent: about all of them together. `state` is the worst of its conclusions. */
export interface CheckOutcome {
  readonly check: string
  readonly id: string
  readonly group: CheckGroup
  readonly level: ProofLevel
  readonly center?: CenterName
  readonly state: ConclusionState
  readonly conclusions: readonly Conclusion[]
}

/** What one `verify` found. `unread`: centers whose API could not be read at all. */
export interface Verification {
  readonly outcomes: readonly CheckOutcome[]
  readonly unread: readonly { readonly center: CenterName; readonly why: string }[]
  /** Per center the first level of proof at which something is broken; absent: none is. */
  readonly firstBroken: Readonly<Record<CenterName, ProofLevel>>
  readonly startedAt: number
  readonly took: Milliseconds
}

const WORST: readonly ConclusionState[] = ['failed', 'inconclusive', 'warning', 'passed', 'skipped']

/** The state of several conclusions together: failed over inconclusive over warning over passed; only skipped if all are. None at all: skipped. */
export function worstState(states: Iterable<ConclusionState>): ConclusionState {
  const seen = new Set(states)
  return WORST.find((state) => seen.has(state)) ?? 'skipped'
}

/**
 * The exit code of a verification: 1 something failed, 4 a center could not be read, 7 something needed was inconclusive, else 0 – the worst first, as in `outcome.ts`.
 * Warnings and skipped checks do not count; nothing concluded at all is inconclusive.
 */
export function verifyExitCode({ outcomes, unread }: Pick<Verification, 'outcomes' | 'unread'>): 0 | 1 | 4 | 7 {
  if (outcomes.some(({ state }) => state === 'failed')) return 1
  if (unread.length > 0) return 4
  if (outcomes.some(({ state }) => state === 'inconclusive')) return 7
  return outcomes.some(({ state }) => state === 'passed' || state === 'warning') ? 0 : 7
}
