import { readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { mistakesFault } from '../../documents/mistake.ts'
import { readSavedPlan, writeSavedPlan } from '../../documents/saved-plan.ts'
import { fault } from '../../domain/fault.ts'
import type { JournalRecord, Planned, RunStarted } from '../../domain/record.ts'
import { centerOf } from '../../domain/topology.ts'
import type { Change } from '../../domain/change.ts'
import { kubectlEquivalent } from '../../effects/patch.ts'
import { helmEquivalent } from '../../effects/release.ts'
import type { RunRequest } from '../../engine/run.ts'
import type { Ended } from '../../engine/start.ts'
import { planDocument, planText } from '../../ui/plan.ts'
import type { Context } from '../context.ts'
import { printDocument, printLines, screenOptions } from './console.ts'
import { text } from './request.ts'
import type { Asked } from './run.ts'

type Options = Readonly<Record<string, unknown>>

/** What somebody could type instead. */
function equivalentOf(change: Change, { topology, params }: RunRequest): string {
  const { context } = centerOf(topology, change.center)
  if (change.intent.kind === 'object') return objectEquivalent(change, context, String(params['from'] ?? ''))
  return change.effect === 'release'
    ? helmEquivalent(change, topology, String(params['helm'] ?? 'helm'))
    : kubectlEquivalent(change, context)
}

/** Contents are not put into a command line: they may hold a secret. */
function objectEquivalent({ intent, object, center }: Change, context: string, from: string): string {
  const names = [object.kind, ...(object.namespace === '' ? [] : [object.namespace]), object.name].join('/')
  if (from === '' && intent.kind === 'object' && intent.verdict === 'create')
    return `tricenter sync --publish --center ${center} --only ${names}`
  if (intent.kind !== 'object' || intent.verdict !== 'remove')
    return `tricenter sync --from ${from} --center ${center} --only ${names}${intent.kind === 'object' && intent.verdict === 'create' ? ' --create' : ''}`
  const place = object.namespace === '' ? '' : ` -n ${object.namespace}`
  return `kubectl --context ${context}${place} delete ${intent.served.plural} ${object.name}`
}

/** Prints what a dry run would do, and keeps it as a file where that was asked for. */
export async function showPlan(context: Context, request: RunRequest, ended: Ended, options: Options): Promise<number> {
  const started = ended.records.find((record): record is JournalRecord & RunStarted => record.type === 'run-started')
  const plans = ended.records.filter((record): record is JournalRecord & Planned => record.type === 'planned')
  if (started === undefined) throw new Error('a run begins with run-started')
  const input = {
    started,
    plans,
    kubectl: (change: Planned['changes'][number]) => equivalentOf(change, request),
  }
  const form = context.flags.output
  if (form === 'json' || form === 'yaml') await printDocument(context, planDocument(input), form)
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
export function savedChanges(context: Context, shown: string, asked: Asked): NonNullable<RunRequest['savedPlan']> {
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
