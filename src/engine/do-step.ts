import type { SituationInForce } from '../domain/record.ts'
import type { DoStep } from '../domain/runbook.ts'
import { unpublished } from '../actions/publish.ts'
import { wantKey } from '../domain/object-want.ts'
import { wantKeyOf } from '../effects/index.ts'
import { keepAhead } from './execute.ts'
import { executePages } from './pages.ts'
import { holdGate } from './gate-step.ts'
import { judge } from './judge.ts'
import { markVerb, planStep, type PlanOptions, type StepPlan } from './plan.ts'
import { permitted } from './permit.ts'
import { replanner } from './replan.ts'
import type { Run, StepResult } from './run.ts'

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
  if (plan.onPaper === undefined && !run.request.dryRun) keepAhead(run, made.changes, made.look.sweep)
  const { clock } = run.deps.world
  const switches = options.action === 'shift-weights'
  const publishes = options.action === 'publish'
  // Decided and confirmed once, with what is published before it.
  const decides = publishes ? made.changes.length > 0 : switches && run.state.published === undefined
  if (decides) run.state.switched = { decidedAt: clock.monotonic() }
  if (!run.state.origins.has(run.state.scope) && plan.onPaper === undefined && plan.intents.some(({ kind }) => kind === 'weights')) {
    const { inForce } = made.look
    const own = { seq: inForce.seq + 1, run: run.id, verb: markVerb(run) }
    const kept = { seq: inForce.seq, run: inForce.run ?? run.id, verb: inForce.verb ?? own.verb }
    run.state.origins.set(run.state.scope, { was: plan.was, situation: plan.situation, ...(made.action.keepsMarks ? kept : own) })
  }
  if (isOvertaken(run, made.look.inForce)) {
    run.state.overtaken = true
    run.state.last = { reason: 'drill-overtaken', facts: { later: made.look.inForce.run ?? '' } }
  }
  if (run.state.overtaken && plan.onPaper === undefined && (plan.intents.some(({ kind }) => kind === 'weights') || weighs(options.action)))
    return { result: 'done', changed: false }
  const permit = await permitted(run, options, made)
  if (permit !== 'go') return { result: permit, changed: false }
  if (decides) run.state.switched = { ...run.state.switched, confirmedAt: clock.monotonic() }
  if (publishes) return { result: await publishFirst(run, options, made), changed: made.changes.length > 0 }
  if (plan.onPaper) return { result: 'done', changed: false }
  for (const one of made.deferred) run.state.deferred.set(one.center, one)
  if (made.deferred.length > 0) await run.journal.append({ type: 'deferred', step: options.path, deferred: made.deferred })
  const fates = await executePages(run, options.path, made.changes, made.look.sweep, replanner(run, options, made.look.sightings))
  if (switches && made.changes.length > 0)
    run.state.switched = { ...run.state.switched, appliedAt: run.state.lastWriteAt ?? clock.monotonic() }
  for (const { center, routes } of made.look.sightings) {
    const mine = made.changes.filter((change) => change.center === center)
    if (routes.state === 'present' && mine.every(({ id }) => fates.get(id) === 'applied')) run.state.deferred.delete(center)
  }
  if (made.look.late.length > 0) run.state.chase = { options, centers: new Set(made.look.late), sightings: made.look.sightings }
  if (made.changes.length > 0) run.state.nothing = false
  const result = judge(run, made.changes, fates)
  if (options.action === 'roll-back-release' && run.state.inAlways && made.changes.length > 0 && result === 'done')
    run.state.verdicts.add('brought-back')
  return { result, changed: made.changes.length > 0 }
}

/** Publishing ends here, ms after it was confirmed: the switch it comes before has 60 s, detection and proof included. */
const PUBLISH = 10_000

/** Creates what the remote lacks, within its time; whatever became of it, an emergency goes on to the switch. */
async function publishFirst(run: Run, options: PlanOptions, { changes, look }: StepPlan): Promise<StepResult> {
  if (changes.length === 0) return 'done'
  const keyed = changes.flatMap(({ id, intent }) => (intent.kind === 'object' ? [{ id, key: wantKeyOf(intent) }] : []))
  if (run.request.dryRun) {
    forget(run, new Set(keyed.map(({ key }) => key)))
    return 'done'
  }
  const until = run.deps.world.clock.monotonic() + PUBLISH
  const fates = await executePages(run, options.path, changes, look.sweep, replanner(run, options, look.sightings), until)
  run.state.published = true
  run.state.nothing = false
  forget(run, new Set(keyed.flatMap(({ id, key }) => (fates.get(id) === 'applied' ? [key] : []))))
  const late = changes.filter(({ id }) => !fates.has(id)).flatMap(({ id }) => run.state.wants.get(id)?.want ?? [])
  if (late.length > 0) {
    const findings = unpublished(late, PUBLISH / 1_000).all()
    run.state.left.push(...findings)
    await run.journal.append({ type: 'found', step: options.path, findings })
  }
  return judge(run, changes, fates)
}

/** What was published is missing no longer. */
function forget({ state }: Run, keys: ReadonlySet<string>): void {
  if (state.remote !== undefined) state.remote = { ...state.remote, wants: state.remote.wants.filter((want) => !keys.has(wantKey(want))) }
}

/** Does the action move weights or marks? */
function weighs(action: string): boolean {
  return action !== 'inject-fault' && action !== 'end-fault'
}

/** Has somebody switched for real since the drill began? Whoever takes up a drill from its marks does not know when it began, so any other run in force counts. */
function isOvertaken(run: Run, { run: later, seq }: SituationInForce): boolean {
  if (run.mode !== 'drill' || later === undefined || later === run.id) return false
  const first = run.journal.records.find((record) => record.type === 'observed')
  return run.request.elsewhere === true || (first?.type === 'observed' && seq > first.situation.seq)
}
