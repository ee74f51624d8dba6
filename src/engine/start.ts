import { fault, isFault } from '../domain/fault.ts'
import { exitCode, type RunOutcome } from '../domain/outcome.ts'
import type { Entry, JournalRecord, RunStarted } from '../domain/record.ts'
import { bindRunbook } from '../documents/bind-runbook.ts'
import type { Journal } from '../ports/journals.ts'
import { leftByUndo, nextCommands, nothingToDo, outcomeOf } from './ending.ts'
import { runSteps } from './machine.ts'
import { findLab } from './observe.ts'
import { newWatch } from './watch.ts'
import type { EngineDeps, Run, RunRequest } from './run.ts'

export interface Ended {
  readonly run: string
  readonly outcome: RunOutcome
  readonly exit: number
  readonly records: readonly JournalRecord[]
}

/** Starts a new run: everything that resume will need is in its first record. */
export async function startRun(deps: EngineDeps, request: RunRequest): Promise<Ended> {
  const runbook = bound(request)
  const lab: Pick<Run['state'], 'lab' | 'controlUrl'> = {}
  const first: RunStarted = {
    type: 'run-started',
    run: deps.newRunId(),
    verb: request.verb,
    runbook: request.runbook,
    includes: [...request.includes.values()],
    params: request.params,
    topology: request.topology,
    overrides: request.overrides,
    actor: deps.actor,
    version: deps.version,
    ...(request.of === undefined ? {} : { of: request.of }),
    ...(request.elsewhere === undefined ? {} : { elsewhere: request.elsewhere }),
    ...(request.steps === undefined ? {} : { steps: request.steps }),
  }
  const journal = watched(deps, await deps.journals.create(first))
  for (const record of journal.records) deps.console.tell(record)
  return await drive(makeRun(deps, request, journal, runbook.mode, lab), runbook.steps)
}

/** Goes on with a run whose journal is open. */
export async function continueRun(
  deps: EngineDeps,
  request: RunRequest,
  opened: Journal,
  how: 'resume' | 'undo',
  prepare?: (run: Run) => void,
): Promise<Ended> {
  const runbook = bound(request)
  const journal = watched(deps, opened)
  const [first] = journal.records
  if (first !== undefined) deps.console.tell(first)
  const run = makeRun(deps, request, journal, runbook.mode, {})
  prepare?.(run)
  await journal.append({ type: 'run-resumed', actor: deps.actor, how })
  return await drive(run, runbook.steps)
}

function bound(request: RunRequest): RunRequest['runbook'] {
  const result = bindRunbook(request.runbook, request.params, request.topology.policy)
  if ('mistakes' in result) throw fault('usage', 'runbook-params', { name: request.runbook.name }, result.mistakes)
  return result.runbook
}

/** The console is told of each record once it is durable, and never awaited. */
function watched(deps: EngineDeps, journal: Journal): Journal {
  return {
    ...journal,
    run: journal.run,
    get records() {
      return journal.records
    },
    append: async (entry: Entry) => {
      const record = await journal.append(entry)
      deps.console.tell(record)
      return record
    },
    note: (entry) => {
      const record = journal.note(entry)
      deps.console.tell(record)
      return record
    },
    keep: (object) => journal.keep(object),
    close: () => journal.close(),
  }
}

function makeRun(
  deps: EngineDeps,
  request: RunRequest,
  journal: Journal,
  mode: Run['mode'],
  lab: Pick<Run['state'], 'lab' | 'controlUrl'>,
): Run {
  return {
    deps,
    request,
    topology: request.topology,
    journal,
    id: journal.run,
    mode,
    state: {
      ...lab,
      origins: new Map(request.origins),
      scope: '',
      confirmed: request.confirmed,
      restoring: request.restoreOnly === true,
      inAlways: false,
      overtaken: false,
      changes: journal.records.filter(({ type }) => type === 'intended').length,
      nothing: request.resumeAt === undefined,
      written: 0,
      startedAt: deps.world.clock.monotonic(),
      out: new Set(),
      away: new Set(),
      deferred: new Map(),
      switched: {},
      watch: newWatch(),
      left: [],
      verdicts: new Set(),
      preflights: new Map(),
      loads: [],
      failed: false,
      why: new Map(),
      wants: new Map(),
      last: { reason: 'done', facts: {} },
      summaries: [],
      census: [],
    },
  }
}

async function drive(run: Run, steps: RunRequest['runbook']['steps']): Promise<Ended> {
  const { deps, journal } = run
  const hear = (): void => {
    const signal = String(deps.interrupt.reason)
    const then = run.mode === 'drill' ? 'restore' : 'stop'
    deps.console.tell({ type: 'progress', kind: 'interrupted', step: '', reason: `interrupted-${then}`, facts: { signal } })
    void journal.append({ type: 'signal', signal, then }).catch(() => undefined)
  }
  let ended = false
  if (deps.interrupt.aborted) hear()
  else deps.interrupt.addEventListener('abort', hear, { once: true })
  try {
    if (run.mode === 'drill') await seekLab(run, () => ended)
    const running = runSteps(run, steps, '')
    // Behind the reads of the first look, on the same connections. A journal that takes nothing more is told by what must be in it.
    if (run.mode !== 'drill') run.state.labSought = seekLab(run, () => ended).catch(() => undefined)
    const result = await running
    if (result === 'done' && run.state.nothing && run.state.verdicts.size === 0) run.state.last = nothingToDo(run)
    if (run.state.verdicts.has('stopped') && run.state.last.reason === 'done') run.state.last = { reason: 'stopped-by-signal', facts: {} }
    if (leftByUndo(run)) run.state.last = { reason: 'left-by-undo', facts: {} }
    const outcome = outcomeOf(run, result)
    const exit = exitCode(outcome)
    // `run-ended` is the last record: whatever is heard from here on comes too late for it.
    ended = true
    deps.interrupt.removeEventListener('abort', hear)
    await journal.append({
      type: 'run-ended',
      outcome,
      exit,
      reason: run.state.last.reason,
      facts: run.state.last.facts,
      next: nextCommands(run, outcome),
      deferred: [...run.state.deferred.values()],
    })
    return { run: run.id, outcome, exit, records: journal.records }
  } catch (error) {
    ended = true
    await recordFailure(run, error)
    throw error
  } finally {
    deps.interrupt.removeEventListener('abort', hear)
    await journal.close()
  }
}

/** Says in the journal that this is a lab. A drill waits for it, because it decides which faults there are; all else for no longer than its screen can bear. */
async function seekLab(run: Run, isOver: () => boolean): Promise<void> {
  await findLab(run)
  const { lab } = run.state
  if (lab !== undefined && !isOver()) run.journal.note({ type: 'lab-seen', lab })
}

/** A fault or a bug ends the run on paper too, so that a later reader knows that it was not a crash. */
async function recordFailure(run: Run, error: unknown): Promise<void> {
  const known = isFault(error)
  const outcome: RunOutcome = { answer: known ? 'failed' : 'bug', world: run.state.written > 0 ? 'partial' : 'untouched' }
  const reason = known ? error.reason : 'bug'
  const facts = known ? error.facts : { message: error instanceof Error ? error.message : String(error) }
  await run.journal
    .append({
      type: 'run-ended',
      outcome,
      exit: exitCode(outcome),
      reason,
      facts,
      next: nextCommands(run, outcome),
      deferred: [...run.state.deferred.values()],
    })
    .catch(() => undefined)
}
