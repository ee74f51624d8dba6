import type { Topology } from '../../domain/topology.ts'
import type { Verb } from '../../domain/record.ts'
import { fault } from '../../domain/fault.ts'
import { paperJournals } from '../../engine/paper-journals.ts'
import type { RunRequest } from '../../engine/run.ts'
import { startRun, type Ended } from '../../engine/start.ts'
import type { Journals } from '../../ports/journals.ts'
import type { Context } from '../context.ts'
import { runbookOf } from '../runbook-of.ts'
import { consoleSoon } from './console-soon.ts'
import { engineDeps, helmOf, journalsOf, openWorld } from './parts.ts'
import { overridesOf, sinceOf, text } from './request.ts'

type Options = Readonly<Record<string, unknown>>

export interface Asked {
  readonly verb: Verb
  /** A shipped runbook's name. */
  readonly runbook: string
  readonly params: Readonly<Record<string, unknown>>
  readonly steps?: readonly number[]
  /** What is not for the journal. */
  readonly source?: RunRequest['source']
}

/** Runs a shipped runbook as a verb, shows it, writes its report, and answers the exit code. */
export async function runVerb(
  context: Context,
  topology: Topology,
  asked: Asked,
  options: Options,
  world: ReturnType<typeof openWorld> = openWorld(context, topology, helmOf(asked)),
): Promise<number> {
  const request = await requestOf(context, topology, asked, options).catch(async (error: unknown) => {
    await (await world.catch(() => undefined))?.close()
    throw error
  })
  return await carryOut(context, request, options, world)
}

async function requestOf(context: Context, topology: Topology, asked: Asked, options: Options): Promise<RunRequest> {
  const { runbook, includes } = await runbookOf(context.env, asked.runbook)
  const since = sinceOf(options, Date.now())
  const saved = text(options['plan'])
  return {
    verb: asked.verb,
    runbook,
    includes,
    params: asked.params,
    topology,
    overrides: overridesOf(options),
    dryRun: options['dryRun'] === true,
    takeOver: options['takeOver'] === true,
    confirmed: false,
    ...(await snapshotFor(context, topology)),
    ...(asked.source === undefined ? {} : { source: asked.source }),
    ...(since === undefined ? {} : { since }),
    ...(saved === undefined ? {} : { savedPlan: (await import('./plans.ts')).savedChanges(context, saved, asked) }),
    ...(options['atOnce'] === true ? { steps: [100] } : asked.steps === undefined ? {} : { steps: asked.steps }),
  }
}

/** Read only where a topology says what is compared: no other switch waits for it. */
export async function snapshotFor(context: Context, topology: Topology): Promise<Pick<RunRequest, 'snapshot'>> {
  if ((topology.compare?.kinds ?? []).length === 0) return {}
  const snapshot = (await import('./last-snapshot.ts')).lastSnapshot(context, topology)
  return snapshot === undefined ? {} : { snapshot }
}

/** Starts a request on the real world, or on paper. */
export async function carryOut(
  context: Context,
  request: RunRequest,
  options: Options,
  opening: ReturnType<typeof openWorld> = openWorld(context, request.topology, helmOf(request)),
): Promise<number> {
  const world = await opening
  try {
    if (text(options['planOut']) !== undefined && !request.dryRun) throw fault('usage', 'plan-out-needs-dry-run')
    if (request.dryRun) {
      const quiet = { tell: () => undefined, ask: () => Promise.resolve(undefined) }
      const ended = await startRun(engineDeps(world, paperJournals(world.clock, pastOf(context)), quiet), request)
      return await (await import('./plans.ts')).showPlan(context, request, ended, options)
    }
    const journals = journalsOf(context)
    const console = consoleSoon(context, options, request.verb === 'failover')
    try {
      const ended = await startRun(engineDeps(world, journals, console), request)
      return await finish(context, ended, journals, console)
    } finally {
      await console.caughtUp()
    }
  } finally {
    await world.close()
  }
}

function pastOf(context: Context): Pick<Journals, 'read' | 'preimage'> {
  const journals = journalsOf(context)
  return { read: (run) => journals.read(run), preimage: (run, hash) => journals.preimage(run, hash) }
}

/** Reports of a run that has ended, and its document where one was asked for. */
export async function finish(
  context: Context,
  ended: Ended,
  journals: ReturnType<typeof journalsOf>,
  console: { reported?(path: string): void },
): Promise<number> {
  const wrote = ended.records.some(({ type }) => type === 'written' || type === 'gated')
  const report = wrote ? await (await import('./reports.ts')).writeReports(context, journals, ended.run) : undefined
  if (report !== undefined) console.reported?.(report)
  const form = context.flags.output
  if (form === 'json' || form === 'yaml') {
    const { resultDocument } = await import('../../ui/result-document.ts')
    const { printDocument } = await import('./console.ts')
    await printDocument(context, resultDocument(ended.records, report), form)
  }
  if (form === 'name') context.stdout.write(`${ended.run}\n`)
  return ended.exit
}
