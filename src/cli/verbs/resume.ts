import { isFault } from '../../domain/fault.ts'
import type { JournalRecord } from '../../domain/record.ts'
import type { Topology } from '../../domain/topology.ts'
import { adoptRequest, findRun, isOpen } from '../../engine/adopt.ts'
import { look } from '../../engine/observe.ts'
import { resumeRun } from '../../engine/resume.ts'
import { foldRun, isUnfinished } from '../../engine/run-state.ts'
import { startRun } from '../../engine/start.ts'
import { refuseUnlessLatest, undoRequest, undoTarget, type UndoTarget } from '../../engine/undo.ts'
import type { Journals } from '../../ports/journals.ts'
import type { Context } from '../context.ts'
import { phrasebook } from '../phrases.ts'
import { shippedRunbooks } from '../shipped-runbooks.ts'
import { consoleOf } from './console.ts'
import { engineDeps, journalsOf, openWorld } from './parts.ts'
import { overridesOf } from './request.ts'
import { carryOut, finish } from './run.ts'

type Options = Readonly<Record<string, unknown>>

/** Ends a run from its journal, or, with no journal here, from what the clusters say. Bare: the newest unfinished run here, else the marks. */
export async function resume(context: Context, given: string | undefined, options: Options, topologyOf: () => Topology): Promise<number> {
  const journals = journalsOf(context)
  const run = given ?? (await newestUnfinished(journals))
  const records = run === undefined ? undefined : await recordsOf(journals, run)
  if (run === undefined || records === undefined) return await resumeFromMarks(context, run, options, topologyOf())
  const facts = foldRun(records)
  if (!isUnfinished(facts)) return say(context, 'run-has-ended', { run, exit: facts.ended?.exit ?? 0 })
  const world = await openWorld(context, facts.started.topology)
  try {
    const console = consoleOf(context, options, records)
    const deps = engineDeps(world, journals, console)
    const ended = await resumeRun(deps, await journals.open(run), { overrides: overridesOf(options), takeOver: options['takeOver'] === true })
    return ended === undefined ? say(context, 'nothing-to-resume', {}) : await finish(context, ended, journals, console)
  } finally {
    await world.close()
  }
}

async function resumeFromMarks(context: Context, run: string | undefined, options: Options, topology: Topology): Promise<number> {
  const world = await openWorld(context, topology)
  try {
    const journals = journalsOf(context)
    const { sightings, inForce } = await look({ deps: { world }, topology, id: `resume-${process.pid}` })
    const found = findRun(sightings, inForce, run)
    if (found === undefined || !isOpen(found, inForce)) {
      const unread = sightings.some(({ routes }) => routes.state !== 'present')
      say(context, 'nothing-to-resume', {})
      return unread && found === undefined ? 4 : 0
    }
    const request = adoptRequest(found, topology, shippedRunbooks(), { overrides: overridesOf(options), takeOver: options['takeOver'] === true })
    const console = consoleOf(context, options)
    const deps = { ...engineDeps(world, journals, console), newRunId: () => found.run }
    return await finish(context, await startRun(deps, request), journals, console)
  } finally {
    await world.close()
  }
}

/** Takes back a run: by its journal, or by the marks. A drill is restored, which is what its resume does. */
export async function undo(context: Context, given: string | undefined, options: Options, topologyOf: () => Topology): Promise<number> {
  const journals = journalsOf(context)
  const seen = given === undefined ? undefined : await recordsOf(journals, given)
  if (seen !== undefined) return await undoRecorded(context, journals, seen, options)
  const topology = topologyOf()
  const world = await openWorld(context, topology)
  let target: UndoTarget
  try {
    const { sightings, inForce } = await look({ deps: { world }, topology, id: `undo-${process.pid}` })
    const found = findRun(sightings, inForce, given)
    if (found === undefined) return say(context, 'nothing-to-undo', {})
    const records = await recordsOf(journals, found.run)
    if (records !== undefined) return await undoRecorded(context, journals, records, options)
    if (found.origin.verb === 'drill') return await resumeFromMarks(context, found.run, options, topology)
    target = { run: found.run, origin: found.origin, finished: !isOpen(found, inForce), marks: new Map(), topology }
  } finally {
    await world.close()
  }
  return await carryOutUndo(context, journals, target, options)
}

async function undoRecorded(context: Context, journals: Journals, records: readonly JournalRecord[], options: Options): Promise<number> {
  const facts = foldRun(records)
  if (facts.started.runbook.mode === 'drill') return await resume(context, facts.started.run, options, () => facts.started.topology)
  const target = undoTarget(facts)
  if (target === undefined) {
    await endUndone(journals, facts.started.run, facts.started.run)
    return say(context, 'wrote-nothing', { run: facts.started.run })
  }
  return await carryOutUndo(context, journals, target, options)
}

async function carryOutUndo(context: Context, journals: Journals, target: UndoTarget, options: Options): Promise<number> {
  const runbook = shippedRunbooks().get('undo')
  if (runbook === undefined) throw new Error('runbook undo is not shipped')
  const request = undoRequest(target, runbook, {
    overrides: overridesOf(options),
    dryRun: options['dryRun'] === true,
    takeOver: options['takeOver'] === true,
    atOnce: options['atOnce'] === true,
  })
  const world = await openWorld(context, target.topology)
  try {
    const quiet = { tell: () => undefined, ask: () => Promise.resolve(undefined) }
    await refuseUnlessLatest(engineDeps(world, journals, quiet), target)
  } finally {
    await world.close()
  }
  const exit = await carryOut(context, request, options)
  if (exit === 0 && !request.dryRun) await endUndone(journals, target.run, 'undo')
  return exit
}

/** An unfinished run that was taken back has ended: nobody shall resume it. */
async function endUndone(journals: Journals, run: string, by: string): Promise<void> {
  const records = await recordsOf(journals, run)
  if (records === undefined || !isUnfinished(foldRun(records))) return
  const journal = await journals.open(run)
  await journal.append({ type: 'run-ended', outcome: { answer: 'yes', world: 'restored' }, exit: 0, reason: 'undone', facts: { by }, next: [], deferred: [] })
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
    return await journals.read(run)
  } catch (error) {
    if (isFault(error) && error.reason === 'run-unknown') return undefined
    throw error
  }
}

function say(context: Context, reason: string, facts: Readonly<Record<string, string | number>>): number {
  context.stderr.write(`${phrasebook.lookup(reason, facts, context.language)}\n`)
  return 0
}
