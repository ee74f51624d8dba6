import { readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { kubectlEquivalent } from '../../effects/patch.ts'
import { fault } from '../../domain/fault.ts'
import type { JournalRecord, Planned, RunStarted, Verb } from '../../domain/record.ts'
import { centerOf, type Topology } from '../../domain/topology.ts'
import { mistakesFault } from '../../documents/mistake.ts'
import { readSavedPlan, writeSavedPlan } from '../../documents/saved-plan.ts'
import { paperJournals } from '../../engine/paper-journals.ts'
import type { RunRequest } from '../../engine/run.ts'
import { startRun, type Ended } from '../../engine/start.ts'
import { planDocument, planText } from '../../ui/plan.ts'
import { resultDocument } from '../../ui/result-document.ts'
import type { Context } from '../context.ts'
import { shippedRunbooks } from '../shipped-runbooks.ts'
import { consoleOf, printDocument, printLines, screenOptions } from './console.ts'
import { engineDeps, journalsOf, openWorld } from './parts.ts'
import { writeReports } from './reports.ts'
import { overridesOf, sinceOf, text, unknown } from './request.ts'

type Options = Readonly<Record<string, unknown>>

export interface Asked {
  readonly verb: Verb
  /** A shipped runbook's name. */
  readonly runbook: string
  readonly params: Readonly<Record<string, unknown>>
  readonly steps?: readonly number[]
}

/** Runs a shipped runbook as a verb, shows it, writes its report, and answers the exit code. */
export async function runVerb(context: Context, topology: Topology, asked: Asked, options: Options): Promise<number> {
  const runbooks = shippedRunbooks()
  const runbook = runbooks.get(asked.runbook)
  if (runbook === undefined) throw unknown('unknown-runbook', asked.runbook, [...runbooks.keys()])
  const since = sinceOf(options, Date.now())
  const saved = text(options['plan'])
  const request: RunRequest = {
    verb: asked.verb,
    runbook,
    includes: runbooks,
    params: asked.params,
    topology,
    overrides: overridesOf(options),
    dryRun: options['dryRun'] === true,
    takeOver: options['takeOver'] === true,
    confirmed: false,
    ...(since === undefined ? {} : { since }),
    ...(saved === undefined ? {} : { savedPlan: savedChanges(context, saved, asked) }),
    ...(options['atOnce'] === true ? { steps: [100] } : asked.steps === undefined ? {} : { steps: asked.steps }),
  }
  return await carryOut(context, request, options)
}

/** Starts a request on the real world, or on paper. */
export async function carryOut(context: Context, request: RunRequest, options: Options): Promise<number> {
  if (text(options['planOut']) !== undefined && !request.dryRun) throw fault('usage', 'plan-out-needs-dry-run')
  const world = await openWorld(context, request.topology)
  try {
    if (request.dryRun) {
      const quiet = { tell: () => undefined, ask: () => Promise.resolve(undefined) }
      const ended = await startRun(engineDeps(world, paperJournals(world.clock), quiet), request)
      return showPlan(context, request, ended, options)
    }
    const journals = journalsOf(context)
    const console = consoleOf(context, options)
    const ended = await startRun(engineDeps(world, journals, console), request)
    return await finish(context, ended, journals, console)
  } finally {
    await world.close()
  }
}

/** Reports of a run that has ended, and its document where one was asked for. */
export async function finish(
  context: Context,
  ended: Ended,
  journals: ReturnType<typeof journalsOf>,
  console: ReturnType<typeof consoleOf>,
): Promise<number> {
  const wrote = ended.records.some(({ type }) => type === 'written' || type === 'gated')
  const report = wrote ? await writeReports(context, journals, ended.run) : undefined
  if (report !== undefined) console.reported?.(report)
  const form = context.flags.output
  if (form === 'json' || form === 'yaml') printDocument(context, resultDocument(ended.records, report), form)
  if (form === 'name') context.stdout.write(`${ended.run}\n`)
  return ended.exit
}

function showPlan(context: Context, request: RunRequest, ended: Ended, options: Options): number {
  const started = ended.records.find((record): record is JournalRecord & RunStarted => record.type === 'run-started')
  const plans = ended.records.filter((record): record is JournalRecord & Planned => record.type === 'planned')
  if (started === undefined) throw new Error('a run begins with run-started')
  const input = {
    started,
    plans,
    kubectl: (change: Planned['changes'][number]) => kubectlEquivalent(change, centerOf(request.topology, change.center).context),
  }
  const form = context.flags.output
  if (form === 'json' || form === 'yaml') printDocument(context, planDocument(input), form)
  else printLines(context, planText(input, screenOptions(context)))
  const out = text(options['planOut'])
  const [first] = plans
  if (out !== undefined && first !== undefined) {
    const document = writeSavedPlan({
      run: started.run,
      verb: request.verb,
      params: request.params,
      createdAt: new Date().toISOString(),
      situation: first.situation,
      changes: first.changes,
    })
    writeFileSync(resolve(context.cwd, out), document, { mode: 0o600 })
  }
  return ended.exit
}

/** What a saved plan would change, where it was made for this very request. */
function savedChanges(context: Context, shown: string, asked: Asked): NonNullable<RunRequest['savedPlan']> {
  let content: string
  try {
    content = readFileSync(resolve(context.cwd, shown), 'utf8')
  } catch (error) {
    throw fault('input', 'file-unreadable', { file: shown, why: (error as NodeJS.ErrnoException).code ?? String(error) })
  }
  const read = readSavedPlan(content, shown)
  if ('mistakes' in read) throw mistakesFault(shown, read.mistakes)
  const { verb, params, changes } = read.plan
  if (verb !== asked.verb || !isDeepStrictEqual(params, asked.params))
    throw fault('usage', 'plan-of-another', { file: shown, verb, asked: asked.verb })
  return changes.map(({ center, object, before, edits }) => ({
    center,
    object: `${object.namespace}/${object.name}`,
    patch: JSON.stringify([before, edits]),
  }))
}
