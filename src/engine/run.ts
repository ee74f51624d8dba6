import type { SavedKind } from '../compare/snapshot.ts'
import type { DesiredRow } from '../compare/version-table.ts'
import type { AnyObject, ComparedKind } from '../domain/compare.ts'
import type { Deferred } from '../domain/change.ts'
import type { Preflight } from '../domain/deploy.ts'
import type { Finding, GuardName } from '../domain/finding.ts'
import type { LoadSample } from '../domain/load.ts'
import type { Mark, MarkVerb } from '../domain/mark.ts'
import type { ObjectWant, ObjectWork } from '../domain/object-want.ts'
import type { Actor, Baseline, CenterSummary, Planned, Recovery, RunId, Verb } from '../domain/record.ts'
import type { Runbook } from '../domain/runbook.ts'
import type { Sighting } from '../domain/sighting.ts'
import type { CenterName, Milliseconds, Topology } from '../domain/topology.ts'
import type { Console } from '../ports/console.ts'
import type { Journal, Journals } from '../ports/journals.ts'
import type { World } from '../ports/world.ts'
import type { PlanOptions } from './plan.ts'
import type { Probing } from './probing.ts'
import type { Watch } from './watch.ts'

/** What the engine is given: the ports, who it is, and how it hears of signals. */
export interface EngineDeps {
  readonly world: World
  readonly journals: Journals
  readonly console: Console
  readonly actor: Actor
  readonly version: string
  readonly newRunId: () => RunId
  /** Aborted by the first INT, TERM or HUP; `reason` is the signal's name. */
  readonly interrupt: AbortSignal
}

export interface RunRequest {
  readonly verb: Verb
  readonly runbook: Runbook
  /** Every runbook that it may run, by name. */
  readonly includes: ReadonlyMap<string, Runbook>
  readonly params: Readonly<Record<string, unknown>>
  readonly topology: Topology
  readonly overrides: readonly { readonly guard: GuardName; readonly reason: string }[]
  readonly dryRun: boolean
  /** When clients began to fail, as a person knows it: ms since the epoch. */
  readonly since?: number
  /** What a saved plan found and would change, by center and object; anything else is refused as stale. */
  readonly savedPlan?: SavedChanges
  /** What `sync --from desired` read: never in a record, and gone with the process. */
  readonly source?: DesiredSource
  /** The home centers as `diff --save` kept them last; absent: nothing was saved. */
  readonly snapshot?: LastSnapshot
  /** Go on with marks that another machine has not let go of. */
  readonly takeOver: boolean
  /** What resume knows: where each runbook of the run began, by the path of its step. */
  readonly origins?: ReadonlyMap<string, Origin>
  /** Undo: marks that the run wrote, by center and object, for objects that carry none any more. */
  readonly marks?: ReadonlyMap<string, Mark>
  readonly of?: RunId
  /** Already confirmed by a run that contains this one, or that it resumes. */
  readonly confirmed: boolean
  /** Resume: the paced step to begin with. */
  readonly resumeAt?: { readonly progress: number }
  /** A drill is not resumed: only its `always` steps are done. */
  readonly restoreOnly?: true
  /** Resume of a deploy: waves that were done, by the path of their step. */
  readonly done?: ReadonlySet<string>
  /** Paced steps of this run, per cents of the way, instead of the policy's; `[100]`: at once. */
  readonly steps?: readonly number[]
  /** Taken up from marks, without the journal: the process that wrote them may still be alive on another machine. */
  readonly elsewhere?: true
}

export interface LastSnapshot {
  /** ms since the epoch */
  readonly at: number
  readonly centers: ReadonlyMap<CenterName, readonly SavedKind[]>
  /** A live object as a snapshot would hold it: secrets are compared by their digests. */
  readonly seal: (object: AnyObject) => AnyObject
}

export interface DesiredSource {
  readonly objects: readonly AnyObject[]
  readonly rows: readonly DesiredRow[]
  /** Kinds that the topology does not name, as far as the source has objects of them. */
  readonly kinds: readonly ComparedKind[]
}

export type SavedChanges = readonly { readonly center: CenterName; readonly object: string; readonly patch: string }[]

/** Where a run, or a runbook inside it, began. Its seq, run and verb are on every mark that it writes. */
export interface Origin {
  readonly was: readonly CenterName[]
  readonly situation: readonly CenterName[]
  readonly seq: number
  readonly run: string
  readonly verb: MarkVerb
}

/** A run that is going on. Everything that changes is in `state`; what a later reader needs of it is in the journal. */
export interface Run {
  readonly deps: EngineDeps
  readonly request: RunRequest
  readonly topology: Topology
  readonly journal: Journal
  readonly id: RunId
  readonly mode: Runbook['mode']
  readonly state: RunState
}

export interface RunState {
  readonly origins: Map<string, Origin>
  /** Path of the `run` step that the run is in; '' at the top. */
  scope: string
  confirmed: boolean
  /** Set while `always` steps run: a signal no longer stops anything. */
  restoring: boolean
  /** Inside the `always` steps of this run. */
  inAlways: boolean
  /** A drill that met a real switch moves no weight any more. */
  overtaken: boolean
  changes: number
  /** No step has had anything to change so far. */
  nothing: boolean
  /** A step has been planned: a gate before the first is a precondition, and is asked though nothing was changed yet. */
  planned?: true
  written: number
  probing?: Probing
  startedAt: Milliseconds
  faultAt?: Milliseconds
  lastWriteAt?: Milliseconds
  /** Of the switch alone: what recovery time is made of. */
  switched: { readonly decidedAt?: Milliseconds; readonly confirmedAt?: Milliseconds; readonly appliedAt?: Milliseconds }
  /** How far the remote is behind, compared once in a run; what was published is no longer in it. */
  remote?: ObjectWork
  /** The switch was decided and confirmed with what is published before it. */
  published?: true
  recovery?: Recovery
  /** When the recovery was seen, monotonic ms: not before it. */
  recoveredAt?: Milliseconds
  /** What Prometheus has counted so far; each step adds its own. */
  readonly loads: LoadSample[]
  lab?: string
  /** Resolves when it is known whether this is a lab, or will not be. */
  labSought?: Promise<void>
  census: Planned['census']
  controlUrl?: string
  baseline?: Baseline
  readonly watch: Watch
  /** Late answers of an emergency, planned on arrival until the hold ends. */
  chase?: Chase
  /** Centers that the run takes out of traffic, or brings back. */
  readonly out: Set<CenterName>
  /** Centers of every situation that the run has been in or gone to: none of them is needed. */
  readonly away: Set<CenterName>
  readonly deferred: Map<CenterName, Deferred>
  readonly left: Finding[]
  readonly verdicts: Set<Verdict>
  /** Renders of a deploy, by center: made once. */
  readonly preflights: Map<CenterName, Preflight>
  /** A release could not be brought where it should be, or a gate said no after one was. */
  failed: boolean
  /** What Helm said of a change that it did not bring about, by the change's id. */
  readonly why: Map<string, string>
  /** Contents of whole objects, by change, and the hash of the file that holds them. */
  readonly wants: Map<string, { readonly want: ObjectWant; readonly file: string }>
  last: { reason: string; facts: Finding['facts'] }
  summaries: readonly CenterSummary[]
}

/** Clusters that had not answered when the plan of an emergency closed. */
export interface Chase {
  readonly options: PlanOptions
  readonly centers: Set<CenterName>
  /** What the plan was made from. */
  readonly sightings: readonly Sighting[]
  round?: Promise<void>
  /** What broke a round; told when the hold is over, for until then the rest goes on. */
  failed?: { readonly error: unknown }
}

/** What may be said of a run beside "done"; the worst decides. */
export type Verdict = 'refused' | 'left' | 'brought-back' | 'no' | 'unreachable' | 'inconclusive' | 'unrestored' | 'stopped'

/** How one step ended. `stopped`: a signal. */
export type StepResult = 'done' | 'no' | 'unknown' | 'refused' | 'failed' | 'stopped'
