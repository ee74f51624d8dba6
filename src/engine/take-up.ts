import { isFault } from '../domain/fault.ts'
import type { JournalRecord } from '../domain/record.ts'
import type { Runbook } from '../domain/runbook.ts'
import type { Facts } from '../domain/finding.ts'
import type { Topology } from '../domain/topology.ts'
import type { Journals } from '../ports/journals.ts'
import type { World } from '../ports/world.ts'
import { adoptRequest, findRun, isOpen } from './adopt.ts'
import { undoDeployElsewhere, undoDeployRequest } from './deploy.ts'
import { findDeploy, refuseResumeElsewhere, type DeployTrace } from './deploy-trace.ts'
import { look } from './observe.ts'
import type { RunRequest } from './run.ts'
import { foldRun, isUnfinished } from './run-state.ts'
import { undoObjectsRequest } from './undo-objects.ts'
import { refuseUnlessLatest, undoRequest, undoTarget, type UndoTarget } from './undo.ts'

/** What it takes to find a run again: journals of this machine, shipped runbooks, and a way to look at the clusters. */
export interface Archive {
  readonly journals: Journals
  readonly runbooks: ReadonlyMap<string, Runbook>
  /** Today's topology, for runs that are known from marks alone. */
  readonly topology: () => Topology
  /** Opens the world of a topology for one look, and lets go of it. */
  readonly within: <T>(topology: Topology, use: (world: World) => Promise<T>) => Promise<T>
  /** The Helm that takes back deploys of other machines; `helm` of PATH where it is left out. */
  readonly helm?: string
}

export interface Nothing {
  readonly kind: 'nothing'
  readonly reason: 'run-has-ended' | 'nothing-to-resume' | 'nothing-to-undo' | 'wrote-nothing'
  readonly facts: Facts
  /** 4: a cluster that might have said more could not be read. */
  readonly exit: 0 | 4
}

export type ResumeDecision =
  | Nothing
  | { readonly kind: 'journal'; readonly run: string; readonly records: readonly JournalRecord[] }
  /** The request carries on under the run's own id, so that its marks stay its own. */
  | { readonly kind: 'marks'; readonly run: string; readonly request: RunRequest }

export type UndoDecision =
  | Nothing
  | { readonly kind: 'undo'; readonly run: string; readonly request: RunRequest }
  | { readonly kind: 'restore'; readonly run: string }

type Options = Pick<RunRequest, 'overrides' | 'takeOver'>
type AtOnce = Pick<RunRequest, 'dryRun'> & { readonly atOnce: boolean }

/** Which run is to be ended, and from what: its journal, or, with no journal here, what the clusters say. Bare: the newest unfinished run here, else the marks. */
export async function decideResume(archive: Archive, given: string | undefined, options: Options): Promise<ResumeDecision> {
  const run = given ?? (await newestUnfinished(archive.journals))
  const records = run === undefined ? undefined : await recordsOf(archive.journals, run)
  if (run === undefined || records === undefined) return await resumeFromMarks(archive, run, options)
  const facts = foldRun(records)
  if (!isUnfinished(facts)) return nothing('run-has-ended', { run, exit: facts.ended?.exit ?? 0 })
  return { kind: 'journal', run, records }
}

async function resumeFromMarks(
  { journals, within, topology, runbooks }: Archive,
  run: string | undefined,
  options: Options,
): Promise<ResumeDecision> {
  const today = topology()
  const deployed = await deployOf({ within }, today, run)
  if (deployed !== undefined) throw refuseResumeElsewhere(deployed, today)
  const { sightings, inForce } = await within(today, async (world) => await look({ deps: { world }, topology: today, id: 'look' }))
  const found = findRun(sightings, inForce, run)
  if (found !== undefined && isOpen(found, inForce)) {
    const records = await recordsOf(journals, found.run)
    if (records !== undefined && isUnfinished(foldRun(records))) return { kind: 'journal', run: found.run, records }
    if (records !== undefined) return nothing('run-has-ended', { run: found.run, exit: foldRun(records).ended?.exit ?? 0 })
    return { kind: 'marks', run: found.run, request: adoptRequest(found, today, runbooks, options) }
  }
  const unread = sightings.some(({ routes }) => routes.state !== 'present')
  return nothing('nothing-to-resume', {}, unread && found === undefined ? 4 : 0)
}

/** How a run is taken back: by its journal, or by the marks. Bare: the run in force. A drill is restored, which is what its resume does. */
export async function decideUndo(archive: Archive, given: string | undefined, options: Options & AtOnce): Promise<UndoDecision> {
  const { journals, within, topology } = archive
  const own = given === undefined ? undefined : await recordsOf(journals, given)
  if (own !== undefined) return await undoRecorded(archive, own, options)
  const today = topology()
  const deployed = await deployOf(archive, today, given)
  if (deployed !== undefined)
    return {
      kind: 'undo',
      run: deployed.run,
      request: undoDeployElsewhere(deployed, { topology: today, helm: archive.helm ?? 'helm', includes: archive.runbooks }, options),
    }
  const { sightings, inForce } = await within(today, async (world) => await look({ deps: { world }, topology: today, id: 'look' }))
  const found = findRun(sightings, inForce, given)
  if (found === undefined) return nothing('nothing-to-undo', {}, sightings.some(({ routes }) => routes.state !== 'present') ? 4 : 0)
  const records = await recordsOf(journals, found.run)
  if (records !== undefined) return await undoRecorded(archive, records, options)
  if (found.origin.verb === 'drill') return { kind: 'restore', run: found.run }
  return await undoOf(
    archive,
    { run: found.run, origin: found.origin, finished: !isOpen(found, inForce), marks: new Map(), topology: today, elsewhere: true },
    options,
  )
}

/** A deploy of another machine, by what it wrote into Helm's histories; undefined: none of that name, or nothing is deployed by this topology. */
async function deployOf(
  { within }: Pick<Archive, 'within'>,
  topology: Topology,
  run: string | undefined,
): Promise<DeployTrace | undefined> {
  if (run === undefined || topology.deploy === undefined) return undefined
  const trace = await within(topology, async (world) => await findDeploy(world, topology, run))
  return Object.keys(trace.bases).length === 0 ? undefined : trace
}

async function undoRecorded(archive: Archive, records: readonly JournalRecord[], options: Options & AtOnce): Promise<UndoDecision> {
  const facts = foldRun(records)
  const { run, runbook } = facts.started
  if (runbook.mode === 'drill')
    return isUnfinished(facts) ? { kind: 'restore', run } : nothing('run-has-ended', { run, exit: facts.ended?.exit ?? 0 })
  if (facts.started.verb === 'deploy') {
    const request = undoDeployRequest(facts, records, options)
    if (request !== undefined) return { kind: 'undo', run, request }
  }
  const objects = undoObjectsRequest(facts, archive.runbooks, options)
  if (objects !== undefined) return { kind: 'undo', run, request: objects }
  const target = undoTarget(facts)
  if (target !== undefined) return await undoOf(archive, target, options)
  await endUndone(archive.journals, run, run)
  return nothing('wrote-nothing', { run })
}

async function undoOf({ runbooks, within }: Archive, target: UndoTarget, options: Options & AtOnce): Promise<UndoDecision> {
  const name = target.published === undefined ? 'undo' : 'undo-published'
  const runbook = runbooks.get(name)
  if (runbook === undefined) throw new Error(`runbook ${name} is not shipped`)
  const request = undoRequest(target, runbook, options)
  await within(target.topology, async (world) => await refuseUnlessLatest(world, target))
  return { kind: 'undo', run: target.run, request }
}

/** An unfinished run that was taken back has ended: nobody shall resume it. */
export async function endUndone(journals: Journals, run: string, by: string): Promise<void> {
  const records = await recordsOf(journals, run)
  if (records === undefined || !isUnfinished(foldRun(records))) return
  const journal = await journals.open(run)
  await journal.append({
    type: 'run-ended',
    outcome: { answer: 'yes', world: 'restored' },
    exit: 0,
    reason: 'undone',
    facts: { by },
    next: [],
    deferred: [],
  })
  await journal.close()
}

async function newestUnfinished(journals: Journals): Promise<string | undefined> {
  for (const { run, state, exit } of await journals.list()) {
    if (state === 'unfinished') return run
    if (state === 'ended' && exit !== undefined && (exit === 6 || exit > 128)) return run
  }
  return undefined
}

async function recordsOf(journals: Journals, run: string): Promise<readonly JournalRecord[] | undefined> {
  try {
    const records = await journals.read(run)
    // Killed before its first record was durable, and so before anything was done: it never began.
    return records.length === 0 ? undefined : records
  } catch (error) {
    if (isFault(error) && error.reason === 'run-unknown') return undefined
    throw error
  }
}

function nothing(reason: Nothing['reason'], facts: Facts, exit: Nothing['exit'] = 0): Nothing {
  return { kind: 'nothing', reason, facts, exit }
}
