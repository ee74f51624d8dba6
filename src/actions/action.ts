import type { DeployView } from '../domain/deploy.ts'
import type { Finding, GuardName } from '../domain/finding.ts'
import type { Intent } from '../domain/intent.ts'
import type { MeasuredLoad } from '../domain/load.ts'
import type { MarkVerb } from '../domain/mark.ts'
import type { ObjectWork } from '../domain/object-want.ts'
import type { Planned, SituationInForce } from '../domain/record.ts'
import type { Runbook } from '../domain/runbook.ts'
import type { Sighting } from '../domain/sighting.ts'
import type { CenterName, Topology } from '../domain/topology.ts'
import type { Shape } from './shape.ts'

/** What an action may look at. It changes nothing: it says what shall be true. */
export interface Situation {
  readonly topology: Topology
  /** Clusters that answered in time; one that could not be read is in it, and says why. */
  readonly sightings: readonly Sighting[]
  readonly inForce: SituationInForce
  readonly mode: Runbook['mode']
  readonly verb: MarkVerb
  readonly run: string
  /** The seq that this run's marks carry. */
  readonly seq: number
  /** Where the run began: fixed by its first plan and kept through resume. */
  readonly origin?: { readonly was: readonly CenterName[]; readonly situation: readonly CenterName[]; readonly verb: MarkVerb }
  readonly overrides: readonly { readonly guard: GuardName; readonly reason: string }[]
  /** Per cent of the way; 100 when the step is not paced. */
  readonly progress: number
  /** Wall clock, ms since the epoch. */
  readonly now: number
  /** Wall clock until which a paced run keeps its marks to itself. */
  readonly until?: number
  /** What Prometheus counted, where it is declared and has answered. */
  readonly measured?: MeasuredLoad
  /** The lab's control URL is known. */
  readonly lab: boolean
  /** Restrict to these clusters. */
  readonly only?: readonly CenterName[]
  /** What is to be done with whole objects, by comparison. */
  readonly objects?: ObjectWork
  /** A step of this run has failed, or a gate has said no. */
  readonly failed?: boolean
  /** This run was cut off and is taken up again. */
  readonly resumed?: boolean
  /** The newest revision of the release of each center that this run has touched, as it was before. */
  readonly bases?: Readonly<Record<CenterName, number>>
  /** sha256 of the chart's package that this run has looked at before. */
  readonly package?: string
}

export interface ActionPlan {
  readonly intents: readonly Intent[]
  readonly findings: readonly Finding[]
  readonly census: Planned['census']
  readonly load: Planned['load']
  readonly was: readonly CenterName[]
  readonly situation: readonly CenterName[]
  /** none: no question. yes: `y`. A value: to be typed. */
  readonly danger: 'none' | 'yes' | { readonly type: string }
  /** Clusters whose routes should have been read for this to be whole; unread ones become deferred. */
  readonly needs: readonly CenterName[]
  /** What a later step of the run does once this one was confirmed: on its screen, and not carried out here. */
  readonly next?: readonly Intent[]
  /** Shown and guarded, and never carried out. */
  readonly onPaper?: true
  /** Of a deploy's preflight: what screens show of it. */
  readonly deploy?: DeployView
}

/** One file an action, listed in `actions/index.ts`; `input` is the shape of `with:` in a runbook. */
export interface Action<Input = unknown> {
  readonly name: string
  readonly summary: { readonly en: string; readonly zh: string }
  /** Its marks are those in force, not new ones. */
  readonly keepsMarks?: true
  /** Releases are read for it; `preflight`: and rendered; `target`: with the manifest that a rollback goes to. */
  readonly needs?: 'releases' | 'preflight' | 'target'
  /** Whole objects are read for it: as a source and its targets have them, as a run has left them, those of the centers that come `back`, or of the remote that is left when all others go `out`; `publish`: and with what it lacks, so that it can be created. */
  readonly objects?: 'source' | 'run' | 'returned' | 'remote' | 'publish'
  readonly input: Shape<Input>
  readonly plan: (input: Input, situation: Situation) => ActionPlan
}

export function defineAction<Input>(action: Action<Input>): Action {
  return { ...action, input: action.input, plan: (input, situation) => action.plan(action.input.parse(input), situation) }
}
