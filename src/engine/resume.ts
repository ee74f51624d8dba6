import { locate } from '../effects/index.ts'
import type { Journal } from '../ports/journals.ts'
import type { EngineDeps, RunRequest } from './run.ts'
import { foldRun, isUnfinished, type RunFacts } from './run-state.ts'
import { continueRun, type Ended } from './start.ts'

export interface ResumeOptions {
  readonly overrides: RunRequest['overrides']
  readonly takeOver: boolean
}

/**
 * Ends a run whose journal is here: what was intended and has no outcome is settled by reading back, then the same runbook is planned anew against the present.
 * Steps that are done plan to nothing. A drill is only restored. Undefined: there is nothing to resume.
 */
export async function resumeRun(deps: EngineDeps, journal: Journal, options: ResumeOptions): Promise<Ended | undefined> {
  const facts = foldRun(journal.records)
  if (!isUnfinished(facts)) {
    await journal.close()
    return undefined
  }
  await settleOpen(deps, journal, facts)
  const { started } = facts
  const drill = started.runbook.mode === 'drill'
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
    resumeAt: drill ? 'restore' : { progress: facts.progress },
    atOnce: started.params['atOnce'] === true,
    ...(started.of === undefined ? {} : { of: started.of }),
  }
  return await continueRun(deps, request, journal, 'resume', (run) => {
    run.state.written = facts.applied.length
    if (drill && facts.applied.some(({ effect }) => effect !== 'patch')) run.state.faultAt = deps.world.clock.monotonic()
  })
}

/** Finds out where the world is for every change that was announced and not answered, and writes it down. */
export async function settleOpen(deps: EngineDeps, journal: Journal, facts: RunFacts): Promise<void> {
  const { clock } = deps.world
  const { topology } = facts.started
  await Promise.all(
    facts.open.map(async ({ step, change }) => {
      const begun = clock.monotonic()
      const settled = await locate(change, topology, deps.world, { at: begun + topology.policy.deadlines.read })
      await journal.append({ type: 'written', step, change: change.id, center: change.center, outcome: 'unknown', settled, detail: 'settled by resume', took: clock.monotonic() - begun })
    }),
  )
}
