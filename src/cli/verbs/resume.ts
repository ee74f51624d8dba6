import type { JournalRecord } from '../../domain/record.ts'
import type { Topology } from '../../domain/topology.ts'
import type { EngineDeps } from '../../engine/run.ts'
import { resumeRun } from '../../engine/resume.ts'
import { startRun, type Ended } from '../../engine/start.ts'
import { decideResume, decideUndo, endUndone, type Archive, type Nothing } from '../../engine/take-up.ts'
import type { Context } from '../context.ts'
import { phrasebook } from '../phrases.ts'
import { shippedRunbooks } from '../shipped-runbooks.ts'
import { consoleOf } from './console.ts'
import { engineDeps, helmOf, journalsOf, openWorld } from './parts.ts'
import { helmProgram, overridesOf } from './request.ts'
import { carryOut, finish, snapshotFor } from './run.ts'

type Options = Readonly<Record<string, unknown>>

/** Ends a run from its journal, or, with no journal here, from what the clusters say. */
export async function resume(context: Context, given: string | undefined, options: Options, topologyOf: () => Topology): Promise<number> {
  const archive = archiveOf(context, topologyOf, options)
  const asked = askedOf(options)
  const decision = await decideResume(archive, given, asked)
  switch (decision.kind) {
    case 'nothing':
      return say(context, decision)
    case 'marks': {
      const { run, request } = decision
      return await conclude(
        context,
        options,
        request.topology,
        [],
        undefined,
        async (deps) => await startRun({ ...deps, newRunId: () => run }, request),
      )
    }
    case 'journal': {
      const { run, records } = decision
      const [first] = records
      if (first?.type !== 'run-started') throw new Error('a journal begins with run-started')
      const snapshot = await snapshotFor(context, first.topology)
      return await conclude(
        context,
        options,
        first.topology,
        records,
        helmOf(first),
        async (deps) => await resumeRun(deps, await archive.journals.open(run), { ...asked, ...snapshot }),
      )
    }
  }
}

/** Takes back a run, by its journal or by the marks. */
export async function undo(context: Context, given: string | undefined, options: Options, topologyOf: () => Topology): Promise<number> {
  const archive = archiveOf(context, topologyOf, options)
  const asked = { ...askedOf(options), dryRun: options['dryRun'] === true, atOnce: options['atOnce'] === true }
  const decision = await decideUndo(archive, given, asked)
  switch (decision.kind) {
    case 'nothing':
      return say(context, decision)
    case 'restore':
      return await resume(context, decision.run, options, topologyOf)
    case 'undo': {
      const exit = await carryOut(context, decision.request, options)
      if (exit === 0 && !asked.dryRun) await endUndone(archive.journals, decision.run, 'undo')
      return exit
    }
  }
}

function archiveOf(context: Context, topology: () => Topology, options: Options): Archive {
  const helm = helmProgram(context, options)
  return {
    helm,
    journals: journalsOf(context),
    runbooks: shippedRunbooks(),
    topology,
    within: async (of, use) => {
      const world = await openWorld(context, of, of.deploy === undefined ? undefined : helm)
      try {
        return await use(world)
      } finally {
        await world.close()
      }
    },
  }
}

async function conclude(
  context: Context,
  options: Options,
  topology: Topology,
  history: readonly JournalRecord[],
  helm: string | undefined,
  go: (deps: EngineDeps) => Promise<Ended | undefined>,
): Promise<number> {
  const world = await openWorld(context, topology, helm)
  try {
    const journals = journalsOf(context)
    const console = consoleOf(context, options, history)
    const ended = await go(engineDeps(world, journals, console))
    return ended === undefined
      ? say(context, { reason: 'nothing-to-resume', facts: {}, exit: 0 })
      : await finish(context, ended, journals, console)
  } finally {
    await world.close()
  }
}

function askedOf(options: Options) {
  return { overrides: overridesOf(options), takeOver: options['takeOver'] === true }
}

function say(context: Context, { reason, facts, exit }: Pick<Nothing, 'reason' | 'facts' | 'exit'>): number {
  context.stderr.write(`${phrasebook.lookup(reason, facts, context.language)}\n`)
  return exit
}
