import type { Change } from '../domain/change.ts'
import type { DoStep } from '../domain/runbook.ts'
import type { Sighting } from '../domain/sighting.ts'
import { situationInForce } from '../domain/situation.ts'
import type { CenterName } from '../domain/topology.ts'
import { execute, type Fate, type Replan } from './execute.ts'
import { holdGate } from './gate-step.ts'
import { lookAt } from './observe.ts'
import { decide, markVerb, planStep, type PlanOptions } from './plan.ts'
import { permitted } from './permit.ts'
import type { Chase, Run, StepResult } from './run.ts'

/** Does an action: observe, plan, guards, question, apply. A paced one in steps, each held and gated; on *no* the previous step is applied again. */
export async function doStep(run: Run, step: DoStep, path: string): Promise<StepResult> {
  const { pace } = step
  if (pace === undefined) return (await once(run, { path, action: step.action, input: step.with, progress: 100 })).result
  const steps = run.request.dryRun ? [100] : (run.request.steps ?? (pace.steps as readonly number[]))
  const hold = pace.hold as number
  const from = run.request.resumeAt?.progress ?? 0
  const holdsFor = hold + run.topology.policy.deadlines.write + run.topology.policy.deadlines.prove
  let held: number | undefined
  for (const progress of steps.filter((one) => one >= from)) {
    const options: PlanOptions = {
      path: `${path}@${progress}`,
      action: step.action,
      input: step.with,
      progress,
      ...(progress < 100 ? { holdsFor } : {}),
    }
    const { result, changed } = await once(run, options)
    if (result !== 'done') return result
    if (!changed) continue
    const verdict = await holdGate(run, { path: options.path, checks: pace.gate, input: {}, hold, until: hold })
    if (verdict === 'no') return await stepBack(run, step, path, held ?? 0)
    if (verdict !== 'done') return verdict
    held = progress
  }
  return 'done'
}

/** The gate said no: the step before is applied again, and the run stops there. */
async function stepBack(run: Run, step: DoStep, path: string, progress: number): Promise<StepResult> {
  const { result } = await once(run, { path: `${path}@${progress}-again`, action: step.action, input: step.with, progress })
  run.state.verdicts.add(result === 'done' ? 'brought-back' : 'unrestored')
  return 'no'
}

async function once(run: Run, options: PlanOptions): Promise<{ readonly result: StepResult; readonly changed: boolean }> {
  const made = await planStep(run, options)
  const { plan } = made
  const { clock } = run.deps.world
  const switches = options.action === 'shift-weights'
  if (switches) run.state.switched = { decidedAt: clock.monotonic() }
  if (!run.state.origins.has(run.state.scope) && plan.onPaper === undefined && plan.intents.some(({ kind }) => kind === 'weights')) {
    const { inForce } = made.look
    const own = { seq: inForce.seq + 1, run: run.id, verb: markVerb(run) }
    const kept = { seq: inForce.seq, run: inForce.run ?? run.id, verb: inForce.verb ?? own.verb }
    run.state.origins.set(run.state.scope, { was: plan.was, situation: plan.situation, ...(made.action.keepsMarks ? kept : own) })
  }
  const permit = await permitted(run, options, made)
  if (permit !== 'go') return { result: permit, changed: false }
  if (switches) run.state.switched = { ...run.state.switched, confirmedAt: clock.monotonic() }
  if (plan.onPaper) return { result: 'done', changed: false }
  for (const one of made.deferred) run.state.deferred.set(one.center, one)
  if (made.deferred.length > 0) await run.journal.append({ type: 'deferred', step: options.path, deferred: made.deferred })
  if (run.state.overtaken && plan.intents.some(({ kind }) => kind === 'weights')) return { result: 'done', changed: false }
  const fates = await execute(run, options.path, made.changes, made.look.sweep, replanner(run, options, made.look.sightings))
  if (switches && made.changes.length > 0)
    run.state.switched = { ...run.state.switched, appliedAt: run.state.lastWriteAt ?? clock.monotonic() }
  for (const { center, routes } of made.look.sightings) {
    const mine = made.changes.filter((change) => change.center === center)
    if (routes.state === 'present' && mine.every(({ id }) => fates.get(id) === 'applied')) run.state.deferred.delete(center)
  }
  if (made.look.late.length > 0) run.state.chase = { options, centers: new Set(made.look.late), sightings: made.look.sightings }
  if (made.changes.length > 0) run.state.nothing = false
  return { result: judge(run, made.changes, fates), changed: made.changes.length > 0 }
}

/** What a conflict means: an emergency plans that object anew within the confirmed situation; everyone else stops; another run's mark stops both. */
function replanner(run: Run, options: PlanOptions, seen: readonly Sighting[]): Replan {
  return async (change: Change) => {
    const { sweep, sighting } = await lookAt(run, change.center)
    const inForce = situationInForce(run.topology, [sighting])
    const origin = run.state.origins.get(run.state.scope)
    if (change.effect === 'patch' && inForce.run !== undefined && inForce.run !== origin?.run && inForce.seq >= (origin?.seq ?? 0)) {
      run.state.overtaken = true
      return 'overtaken'
    }
    if (run.mode !== 'emergency' && !run.state.restoring) return 'stale'
    const { changes } = decide(run, options, withNewer(seen, sighting), { inForce: { ...inForce, out: origin?.was ?? inForce.out } }, [
      change.center,
    ])
    const again = changes.find(
      ({ object }) =>
        object.kind === change.object.kind && object.namespace === change.object.namespace && object.name === change.object.name,
    )
    return again === undefined ? 'nothing' : { change: again, sweep }
  }
}

/** What was seen before, with one center's newer sighting in its place: survivors proved then are still the ground of the plan. */
function withNewer(seen: readonly Sighting[], newer: Sighting): readonly Sighting[] {
  return seen.map((one) => (one.center === newer.center ? newer : one))
}

/** Turns the fates of a step's changes into what the run will answer. */
export function judge(run: Run, changes: readonly Change[], fates: ReadonlyMap<string, Fate>): StepResult {
  let result: StepResult = 'done'
  const worsen = (to: StepResult): void => {
    if (result === 'done') result = to
  }
  for (const change of changes) {
    const facts = { center: change.center, object: `${change.object.namespace}/${change.object.name}` }
    switch (fates.get(change.id)) {
      case 'applied':
      case undefined:
        break
      case 'left':
        run.state.verdicts.add('stopped')
        worsen('stopped')
        break
      case 'lost':
        run.state.deferred.set(change.center, { center: change.center, rules: change.edits.length, why: 'no answer to a write' })
        if (run.mode !== 'emergency') worsen('failed')
        break
      case 'overtaken':
        run.state.last = { reason: 'overtaken', facts }
        worsen('failed')
        break
      case 'stale':
        run.state.last = { reason: 'stale-plan', facts }
        run.state.left.push({
          guard: 'stale-plan',
          reason: 'changed-under-plan',
          facts,
          where: { center: change.center, route: facts.object },
          effect: 'leave',
        })
        if (run.mode !== 'emergency') worsen('failed')
        break
      case 'rejected':
        run.state.last = { reason: 'write-rejected', facts }
        run.state.left.push({ reason: 'write-rejected', facts, where: { center: change.center, route: facts.object }, effect: 'leave' })
        if (run.mode !== 'emergency') worsen('failed')
        break
    }
  }
  return result
}

/** Late answers of an emergency are planned on arrival, within the confirmed situation, until the hold ends. One round of asking at a time. */
export function chaseLate(run: Run): void {
  const { chase } = run.state
  if (chase === undefined || chase.round !== undefined || chase.centers.size === 0) return
  chase.round = Promise.all([...chase.centers].map((center) => planLate(run, chase, center))).then(() => {
    delete chase.round
  })
}

/** The hold is over: what has been begun is finished, and nothing more is planned. */
export async function endChase(run: Run): Promise<void> {
  const { chase } = run.state
  if (chase === undefined) return
  const round = chase.round
  chase.centers.clear()
  delete run.state.chase
  await round
}

async function planLate(run: Run, chase: Chase, center: CenterName): Promise<void> {
  const { sweep, sighting } = await lookAt(run, center)
  if (sighting.routes.state !== 'present' || !chase.centers.delete(center)) return
  const path = `${chase.options.path}+${center}`
  const inForce = situationInForce(run.topology, [sighting])
  const was = run.state.origins.get(run.state.scope)?.was ?? []
  const { changes, findings, plan } = decide(
    run,
    chase.options,
    withNewer(chase.sightings, sighting),
    { inForce: { ...inForce, out: was } },
    [center],
  )
  await run.journal.append({
    type: 'planned',
    step: path,
    scope: run.state.scope,
    changes,
    findings,
    deferred: [],
    load: plan.load,
    census: plan.census,
    was: plan.was,
    situation: plan.situation,
  })
  if (findings.some(({ effect }) => effect === 'refuse')) return
  const fates = await execute(run, path, changes, sweep, replanner(run, chase.options, chase.sightings))
  if (changes.length > 0 && run.state.lastWriteAt !== undefined)
    run.state.switched = { ...run.state.switched, appliedAt: run.state.lastWriteAt }
  judge(run, changes, fates)
  if ([...fates.values()].every((fate) => fate === 'applied')) run.state.deferred.delete(center)
}
