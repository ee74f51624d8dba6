import type { Change, Deferred } from './change.ts'
import type { DeployView } from './deploy.ts'
import type { Facts, Finding } from './finding.ts'
import type { MarkVerb } from './mark.ts'
import type { RunOutcome } from './outcome.ts'
import type { Runbook } from './runbook.ts'
import type { CenterName, Milliseconds, Topology } from './topology.ts'
import type { WitnessedCenter, WitnessVerdict } from './witness.ts'

/** `20261120-0315-k3f9`: UTC date, time, four characters of chance. Sorts by time. */
export type RunId = string
export type Verb = 'failover' | 'failback' | 'rebalance' | 'sync' | 'drill' | 'undo' | 'deploy' | 'runbook'

/** What the journal adds to each entry: number from 1, wall clock (ISO 8601, UTC, ms), monotonic ms since the run began, and the chain. `hash` covers everything else, `prev` included. */
export interface Sealed {
  readonly n: number
  readonly at: string
  readonly ms: Milliseconds
  readonly prev: string
  readonly hash: string
}
export type JournalRecord = Entry & Sealed

/** What the engine writes down. Records are durable before what they announce; screens and reports are drawn from them alone. */
export type Entry =
  | RunStarted
  | { readonly type: 'run-resumed'; readonly actor: Actor; readonly how: 'resume' | 'undo' }
  /** The journal ended in the middle of a record, as after a crash: this many bytes, which nobody had been told were durable, were cut off. */
  | { readonly type: 'journal-recovered'; readonly cut: number }
  /** The marker of a lab was seen, e.g. `lab, embedded API`: nothing measured here is a property of a real cluster. */
  | { readonly type: 'lab-seen'; readonly lab: string }
  | { readonly type: 'observed'; readonly step: string; readonly centers: readonly CenterSummary[]; readonly situation: SituationInForce }
  | { readonly type: 'baseline'; readonly baseline: Baseline }
  | Planned
  | { readonly type: 'answered'; readonly question: Question; readonly answer: string; readonly by: 'terminal' | 'flag' | 'rule' }
  | { readonly type: 'step-started'; readonly step: string; readonly title: Readonly<Record<'en' | 'zh', string>> }
  /** Durable before the write that it announces. `preimage` is the hash of the object as read. */
  | { readonly type: 'intended'; readonly step: string; readonly change: Change; readonly preimage?: string }
  | Written
  | { readonly type: 'deferred'; readonly step: string; readonly deferred: readonly Deferred[] }
  | Gated
  | Sampled
  | { readonly type: 'recovered'; readonly recovery: Recovery }
  | Witnessed
  | { readonly type: 'found'; readonly step: string; readonly findings: readonly Finding[] }
  | {
      readonly type: 'step-ended'
      readonly step: string
      readonly result: 'done' | 'no' | 'unknown' | 'refused' | 'failed' | 'skipped'
      readonly took: Milliseconds
    }
  | { readonly type: 'signal'; readonly signal: string; readonly then: 'restore' | 'stop' }
  | RunEnded

export interface RunStarted {
  readonly type: 'run-started'
  readonly run: RunId
  readonly verb: Verb
  readonly runbook: Runbook
  /** Runbooks that it runs, by name, resolved: resume uses these and never today's files. */
  readonly includes: readonly Runbook[]
  readonly params: Readonly<Record<string, unknown>>
  readonly topology: Topology
  readonly overrides: readonly { readonly guard: string; readonly reason: string }[]
  readonly actor: Actor
  readonly version: string
  /** Paced steps of this run instead of the policy's, per cents of the way; `[100]`: at once. */
  readonly steps?: readonly number[]
  /** The run that this one undoes. */
  readonly of?: RunId
  /** Taken up from marks: its journal was begun on another machine. */
  readonly elsewhere?: true
}
export interface Actor {
  readonly user: string
  readonly host: string
  readonly pid: number
}

/** What must be there again when a drill ends: weights by `center namespace/name rule`, as written, and replicas by `center namespace/name`. */
export interface Baseline {
  readonly weights: Readonly<Record<string, string>>
  readonly replicas: Readonly<Record<string, number>>
}

/** One plan of one step, before anything of it is written. */
export interface Planned {
  readonly type: 'planned'
  readonly step: string
  /** Path of the `run` step around it, '' at the top: a runbook inside a run begins from where it finds the world. */
  readonly scope?: string
  readonly changes: readonly Change[]
  readonly findings: readonly Finding[]
  readonly deferred: readonly Deferred[]
  readonly load: readonly CenterLoad[]
  /** Affected rules by center, pinned and shadowed ones included. */
  readonly census: readonly { readonly center: CenterName; readonly rules: number; readonly pinned: number }[]
  readonly was: readonly CenterName[]
  readonly situation: readonly CenterName[]
  /** Of a deploy's preflight. */
  readonly deploy?: DeployView
  /** Hash of the file that holds the contents of these changes, as read and as wanted. */
  readonly wants?: string
  /** What a later step of the run would change, confirmed together with these. */
  readonly next?: readonly Change[]
}

/** Requests per second that a center will carry, what it can, and where the figure comes from. */
export interface CenterLoad {
  readonly center: CenterName
  readonly load: number
  readonly capacity?: number
  readonly source: 'declared' | 'measured'
  /** Of what was measured, ms, when the plan was made. */
  readonly age?: Milliseconds
}

export interface Written {
  readonly type: 'written'
  readonly step: string
  readonly change: string
  readonly center: CenterName
  /** `unknown` was settled by reading back: what was found is in `settled`. */
  readonly outcome: 'applied' | 'conflict' | 'rejected' | 'unknown'
  readonly settled?: 'before' | 'after' | 'neither' | 'unknown'
  readonly detail?: string
  readonly took: Milliseconds
}

/** A gate's last word. `facts` are its figures; `reason` has words beside the check. */
export interface Gated {
  readonly type: 'gated'
  readonly step: string
  readonly verdict: 'yes' | 'no' | 'unknown'
  readonly checks: readonly CheckResult[]
}
export interface CheckResult {
  readonly check: string
  readonly verdict: 'yes' | 'no' | 'unknown'
  readonly reason: string
  readonly facts: Facts
  readonly center?: CenterName
}

/** Client probes that began in one second of the run: what the report plots. */
export interface Sampled {
  readonly type: 'sampled'
  /** Milliseconds since the run began, inclusive, exclusive. */
  readonly from: Milliseconds
  readonly to: Milliseconds
  readonly requests: number
  readonly failed: number
  /** Answers by the center that gave them; `''`: the answer did not say. */
  readonly byCenter: Readonly<Record<string, number>>
  readonly byGateway: Readonly<Record<CenterName, { readonly requests: number; readonly failed: number }>>
}

/** A drill's two witnesses, before the fault and after the recovery: what Prometheus counted beside what clients saw, over the same window. */
export interface Witnessed {
  readonly type: 'witnessed'
  readonly moment: 'before' | 'after'
  /** What the figures look back over, ms. */
  readonly window: Milliseconds
  readonly centers: readonly WitnessedCenter[]
  readonly verdict: WitnessVerdict
  /** What differs, and what is not known. */
  readonly findings: readonly Finding[]
}

/** Recovery time and its parts, all milliseconds, by the rules of docs/recovery-time.md. */
export interface Recovery {
  readonly recovered: boolean
  /** `fault`: the tool made it. `since`: a person said. `probe`: first failed probe of its own, so the total is "at least". `none`: no request failed. */
  readonly start: 'fault' | 'since' | 'probe' | 'none'
  readonly total?: Milliseconds
  readonly detect?: Milliseconds
  readonly decide?: Milliseconds
  readonly apply?: Milliseconds
  readonly prove?: Milliseconds
  readonly resolution: Milliseconds
  readonly target: Milliseconds
  /** Absent when the start is not known well enough to judge. */
  readonly withinTarget?: boolean
  readonly through: readonly CenterName[]
  readonly failedBefore: number
  readonly failedAfter: number
}

export interface RunEnded {
  readonly type: 'run-ended'
  readonly outcome: RunOutcome
  readonly exit: number
  readonly reason: string
  readonly facts: Facts
  /** The command to paste next, most useful first. */
  readonly next: readonly string[]
  readonly deferred: readonly Deferred[]
}

/** What one sweep knows of a center, for people. `ready` is replicas over all workloads. */
export interface CenterSummary {
  readonly center: CenterName
  readonly api: Seen
  readonly gateway: Seen
  readonly identity: 'ok' | 'wrong' | 'unpinned' | 'unknown'
  readonly ready?: { readonly ready: number; readonly wanted: number }
  readonly routes?: number
  readonly entryShare: number
  readonly capacity?: number
  /** Expected share of all traffic by entry share and weights, 0–1; absent: a cluster that matters was not read. */
  readonly share?: number
  /** proved serving, not serving, or cannot tell; with the reason. */
  readonly serving: { readonly verdict: 'yes' | 'no' | 'unknown'; readonly reason: string }
  readonly role: 'active' | 'standby'
  readonly deferred: boolean
}
export interface Seen {
  readonly state: 'ok' | 'absent' | 'forbidden' | 'unreachable' | 'unknown' | 'late'
  readonly why?: string
  readonly took?: Milliseconds
}

/** What the marks say, over every cluster that was read. */
export interface SituationInForce {
  readonly out: readonly CenterName[]
  readonly seq: number
  readonly run?: string
  readonly verb?: MarkVerb
  readonly until?: number
  readonly progress?: number
  /** Equal `seq`, different situations: two operators in the dark. */
  readonly split: boolean
  /** Read, but with older marks. */
  readonly behind: readonly CenterName[]
  readonly unread: readonly CenterName[]
}

/** A question is data with a way to answer it: a terminal asks, CI answers by rule, a test by code. */
export type Question =
  | { readonly kind: 'type-value'; readonly value: string; readonly reason: string; readonly facts: Facts }
  | { readonly kind: 'yes-no'; readonly reason: string; readonly facts: Facts }

/** Everything the console is told. Progress is never stored. */
export type RunEvent = JournalRecord | Progress
export type Progress =
  | {
      readonly type: 'progress'
      readonly kind: 'heartbeat' | 'waiting' | 'late' | 'retry'
      readonly step: string
      readonly reason: string
      readonly facts: Facts
    }
  | { readonly type: 'progress'; readonly kind: 'interrupted'; readonly step: string; readonly reason: string; readonly facts: Facts }
