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
  /** The situation in force takes the center out of traffic, and it was not asked for by name: shown, and never counted. */
  readonly out?: true
  readonly conclusions: readonly Conclusion[]
}

/** A center whose API could not be read at all. `out` as of outcomes: it is deferred, and was not needed. */
interface UnreadCenter {
  readonly center: CenterName
  readonly why: string
  readonly out?: true
}

/** What one `verify` found. */
export interface Verification {
  readonly outcomes: readonly CheckOutcome[]
  readonly unread: readonly UnreadCenter[]
  /** Centers that the situation in force takes out of traffic, by the marks of every cluster that could be read; they are looked for when something asks about routes or is not well. */
  readonly out: readonly CenterName[]
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
 * Warnings and skipped checks do not count, nor does anything about a center of the situation, which is never needed; nothing concluded at all is inconclusive.
 */
export function verifyExitCode({ outcomes, unread }: Pick<Verification, 'outcomes' | 'unread'>): 0 | 1 | 4 | 7 {
  const states = new Set(outcomes.filter((one) => one.out !== true).map(({ state }) => state))
  if (states.has('failed')) return 1
  if (unread.some((one) => one.out !== true)) return 4
  if (states.has('inconclusive')) return 7
  return states.has('passed') || states.has('warning') ? 0 : 7
}
