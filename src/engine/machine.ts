import type { Runbook, Step } from '../domain/runbook.ts'
import type { CenterName } from '../domain/topology.ts'
import { bindRunbook } from '../documents/bind-runbook.ts'
import { fault } from '../domain/fault.ts'
import { takeBaseline } from './baseline.ts'
import { doStep } from './do-step.ts'
import { holdGate, sampleProbes } from './gate-step.ts'
import { startProbing } from './probing.ts'
import { witnessAfter, witnessBefore } from './second-witness.ts'
import type { Run, StepResult } from './run.ts'

/**
 * Runs a list of steps in order, each recorded when it begins and when it ends. The first that is not done ends the list;
 * `always` steps are done whatever happened before them, signals included, once anything before them has begun.
 */
export async function runSteps(run: Run, steps: readonly Step[], path: string): Promise<StepResult> {
  let result: StepResult = 'done'
  let touched = false
  for (const step of steps) {
    const here = path === '' ? step.name : `${path}/${step.name}`
    const onlyRestores = run.request.restoreOnly === true && !run.state.inAlways
    if (onlyRestores && !containsAlways(step)) continue
    if (step.key === 'run' && run.request.done?.has(here)) continue
    if (step.key === 'always') {
      if (!touched && !onlyRestores) continue
      // A deploy that is refused half-way has failed.
      if (run.request.verb === 'deploy' && result === 'refused' && touched) {
        run.state.failed = true
        run.state.verdicts.delete('refused')
      }
      // A deploy takes back what it did only when it failed: what a signal stopped is resumed or undone.
      if (run.request.verb === 'deploy' && !run.state.failed) continue
      const restored = await restore(run, step.steps, here)
      if (restored !== 'done') {
        run.state.verdicts.add('unrestored')
        return restored
      }
      continue
    }
    if (result !== 'done') continue
    if (run.deps.interrupt.aborted && !run.state.restoring) {
      result = 'stopped'
      continue
    }
    result = await runStep(run, step, here)
    // What was announced may have happened, whatever the network said of it.
    touched ||= run.journal.records.some(({ type }) => type === 'intended')
    if (result === 'stopped') run.state.verdicts.add('stopped')
  }
  return result
}

/** Every step of a restore is tried, and the worst counts: one that fails does not spare the next. */
async function restore(run: Run, steps: readonly Step[], path: string): Promise<StepResult> {
  const { restoring, inAlways } = run.state
  run.state.restoring = true
  run.state.inAlways = true
  let worst: StepResult = 'done'
  for (const step of steps) {
    const result = await runStep(run, step, `${path}/${step.name}`)
    if (result !== 'done' && worst === 'done') worst = result
  }
  run.state.restoring = restoring
  run.state.inAlways = inAlways
  return worst
}

async function runStep(run: Run, step: Step, path: string): Promise<StepResult> {
  const { clock } = run.deps.world
  const begun = clock.monotonic()
  run.journal.note({ type: 'step-started', step: path, title: step.title })
  const result = await dispatch(run, step, path)
  sampleProbes(run)
  await run.journal.append({
    type: 'step-ended',
    step: path,
    result: result === 'stopped' ? 'failed' : result,
    took: clock.monotonic() - begun,
  })
  return result
}

async function dispatch(run: Run, step: Step, path: string): Promise<StepResult> {
  const { clock } = run.deps.world
  switch (step.key) {
    case 'do': {
      remember(run, step.with['out'] ?? step.with['back'] ?? step.with['centers'])
      if (step.action === 'rehearse') await takeBaseline(run)
      if (step.action === 'inject-fault') await witnessBefore(run, path)
      run.state.planned = true
      const result = await doStep(run, step, path)
      if (step.action === 'inject-fault' && run.state.lastWriteAt !== undefined) run.state.faultAt ??= run.state.lastWriteAt
      if (result === 'no') run.state.verdicts.add('no')
      return result
    }
    case 'gate': {
      if (run.mode !== 'drill' && run.state.nothing && run.state.planned === true) return 'done'
      const known = run.state.recovery
      const result = await holdGate(run, {
        path,
        checks: step.checks,
        input: step.with,
        hold: step.hold as number,
        until: step.until as number,
      })
      if (result === 'no' || result === 'unknown') run.state.verdicts.add(result === 'no' ? 'no' : 'inconclusive')
      if (result === 'no') run.state.failed = true
      if (run.state.recovery?.recovered === true) run.state.recoveredAt ??= clock.monotonic()
      if (run.state.recovery !== undefined && run.state.recovery !== known)
        await run.journal.append({ type: 'recovered', recovery: run.state.recovery })
      return result
    }
    case 'ask': {
      if (run.request.dryRun) return 'done'
      const question = { kind: 'yes-no', reason: 'runbook-question', facts: { en: step.question.en, zh: step.question.zh } } as const
      const reply = await run.deps.console.ask(question, run.deps.interrupt)
      if (reply === undefined) return run.deps.interrupt.aborted ? 'stopped' : refuse(run, 'not-confirmed', { value: 'y', kind: 'yes-no' })
      await run.journal.append({ type: 'answered', question, answer: reply.answer, by: reply.by })
      return /^y(es)?$/i.test(reply.answer.trim()) ? 'done' : refuse(run, 'wrong-value', { value: 'y', given: reply.answer })
    }
    case 'run': {
      const inner = bind(run, step.runbook, step.with)
      const { scope } = run.state
      run.state.scope = path
      try {
        return await runSteps(run, inner.steps, path)
      } finally {
        run.state.scope = scope
      }
    }
    case 'during': {
      if (run.state.probing !== undefined || run.request.dryRun) return await runSteps(run, step.steps, path)
      const probing = startProbing(run.deps.world, run.topology, run.id, {
        rate: step.probe.rate as number,
        shareRate: step.probe.shareRate as number,
      })
      if (probing !== undefined) run.state.probing = probing
      try {
        const result = await runSteps(run, step.steps, path)
        await witnessAfter(run, path)
        return result
      } finally {
        await probing?.stop()
        sampleProbes(run)
        delete run.state.probing
      }
    }
    case 'always':
      return await runSteps(run, [step], path)
  }
}

/** A runbook that the journal's first record already holds, with its parameters bound. */
function bind(run: Run, name: string, params: Readonly<Record<string, unknown>>): Runbook {
  const runbook = run.request.includes.get(name)
  if (runbook === undefined) throw fault('input', 'unknown-runbook', { name })
  const bound = bindRunbook(runbook, params, run.topology.policy)
  if ('mistakes' in bound) throw fault('input', 'runbook-params', { name }, bound.mistakes)
  return bound.runbook
}

function refuse(run: Run, reason: string, facts: Readonly<Record<string, string>>): StepResult {
  run.state.last = { reason, facts }
  run.state.verdicts.add('refused')
  return 'refused'
}

function remember(run: Run, centers: unknown): void {
  if (Array.isArray(centers)) for (const center of centers as readonly CenterName[]) run.state.out.add(center)
}

function containsAlways(step: Step): boolean {
  if (step.key === 'always') return true
  return step.key === 'during' && step.steps.some(containsAlways)
}
