import { fault } from '../domain/fault.ts'
import { locate } from '../effects/index.ts'
import type { JournalRecord } from '../domain/record.ts'
import type { Journal } from '../ports/journals.ts'
import type { Words } from '../domain/words.ts'
import { look } from './observe.ts'
import { keepWatch } from './watch.ts'
import type { EngineDeps, RunRequest } from './run.ts'
import { RELEASE_READ } from './releases.ts'
import { foldRun, isUnfinished, type RunFacts } from './run-state.ts'
import { continueRun, type Ended } from './start.ts'

export interface ResumeOptions {
  readonly overrides: RunRequest['overrides']
  readonly takeOver: boolean
  /** The home centers as they were saved last, for what the run had not compared yet. */
  readonly snapshot?: RunRequest['snapshot']
}

/**
 * Ends a run whose journal is here: what was intended and has no outcome is settled by reading back, then the same runbook is planned anew against the present.
 * Steps that are done plan to nothing. A drill is only restored. Undefined: there is nothing to resume.
 */
export async function resumeRun(deps: EngineDeps, journal: Journal, options: ResumeOptions): Promise<Ended | undefined> {
  const begun = foldRun(journal.records)
  if (!isUnfinished(begun)) {
    await journal.close()
    return undefined
  }
  await settleOpen(deps, journal, begun)
  const facts = foldRun(journal.records)
  const { started } = facts
  const drill = started.runbook.mode === 'drill'
  let elsewhere = false
  try {
    elsewhere = !drill && (await endedElsewhere(deps, facts))
  } catch (error) {
    await journal.close()
    throw error
  }
  if (elsewhere) {
    const { run } = started
    await journal.append({
      type: 'run-ended',
      outcome: { answer: 'yes', world: 'as-planned' },
      exit: 0,
      reason: 'ended-elsewhere',
      facts: { run },
      next: [],
      deferred: [],
    })
    await journal.close()
    return undefined
  }
  const request: RunRequest = {
    verb: started.verb,
    runbook: started.runbook,
    includes: new Map(started.includes.map((one) => [one.name, one])),
    params: started.params,
    topology: started.topology,
    overrides: [...(started.overrides as RunRequest['overrides']), ...options.overrides],
    dryRun: false,
    takeOver: options.takeOver,
    origins: facts.origins,
    confirmed: facts.confirmed,
    resumeAt: { progress: facts.progress },
    ...(drill ? { restoreOnly: true } : {}),
    ...(started.verb === 'deploy' ? { done: doneSteps(journal.records) } : {}),
    ...(started.steps === undefined ? {} : { steps: started.steps }),
    ...(started.elsewhere === true && facts.applied.length === 0 ? { elsewhere: true } : {}),
    ...(started.of === undefined ? {} : { of: started.of }),
    ...(options.snapshot === undefined ? {} : { snapshot: options.snapshot }),
  }
  return await continueRun(deps, request, journal, 'resume', (run) => {
    run.state.written = facts.applied.length
    if (facts.baseline !== undefined) run.state.baseline = facts.baseline
    for (const change of facts.standing.values()) keepWatch(run.state.watch, change)
    if (drill && facts.applied.some(({ effect }) => effect !== 'patch')) run.state.faultAt = deps.world.clock.monotonic()
  })
}

/**
 * The run wrote marks, every cluster that it wrote to has been read, and none of them carries one of its marks any more: another machine finished it, or took it back.
 * Its weights must not be moved again. A later run in force refuses by name.
 */
async function endedElsewhere(deps: EngineDeps, facts: RunFacts): Promise<boolean> {
  const { started, marks } = facts
  if (marks.size === 0) return false
  const { sightings, inForce } = await look({ deps, topology: started.topology, id: started.run })
  const seqs = [...facts.origins.values()].map(({ seq }) => seq)
  if (inForce.run !== undefined && inForce.run !== started.run && inForce.seq > Math.max(...seqs))
    throw fault('refused', 'not-latest-resume', { run: started.run, later: inForce.run })
  const wrote = sightings.filter(({ center }) => [...marks.keys()].some((key) => key.startsWith(`${center} `)))
  if (wrote.some(({ routes }) => routes.state !== 'present')) return false
  return !wrote.some(
    ({ routes }) => routes.state === 'present' && routes.value.some(({ mark }) => mark.state === 'marked' && seqs.includes(mark.mark.seq)),
  )
}

/** Finds out where the world is for every change that was announced and not answered, and writes it down. */
async function settleOpen(deps: EngineDeps, journal: Journal, facts: RunFacts): Promise<void> {
  const { clock } = deps.world
  const { topology } = facts.started
  await Promise.all(
    facts.open.map(async ({ step, change }) => {
      const begun = clock.monotonic()
      const patience = change.effect === 'release' ? (topology.deploy?.timeout ?? 0) + RELEASE_READ : topology.policy.deadlines.read
      const want =
        change.intent.kind !== 'object'
          ? undefined
          : await (await import('./objects.ts')).wantOfChange(deps.journals, facts.started.run, journal.records, change.id)
      const settled = await locate(change, topology, deps.world, { at: clock.monotonic() + patience }, want)
      await journal.append({
        type: 'written',
        step,
        change: change.id,
        center: change.center,
        outcome: 'unknown',
        settled,
        detail: 'settled by resume',
        took: clock.monotonic() - begun,
      })
    }),
  )
}

/** Steps that ended well: a wave that was proved is not gone through again. */
function doneSteps(records: readonly JournalRecord[]): ReadonlySet<string> {
  return new Set(records.flatMap((record) => (record.type === 'step-ended' && record.result === 'done' ? [record.step] : [])))
}

export const resumeWords = {
  'not-latest-resume': {
    en: 'Will not resume: not-latest. {later} came after {run} and is in force.\nGoing on with {run} would pull the ground from under it.\nLook first: tricenter status',
    zh: '不予继续：not-latest。{later} 在 {run} 之后执行且正在生效。\n继续 {run} 会破坏其前提。\n请先查看：tricenter status',
  },
  'ended-elsewhere': {
    en: 'Nothing to resume: {run} was ended from another machine.',
    zh: '没有需要继续的内容：{run} 已在另一台机器上结束。',
  },
} satisfies Words
