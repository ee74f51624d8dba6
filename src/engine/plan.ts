import { actions } from '../actions/index.ts'
import type { Action, ActionPlan, Situation } from '../actions/action.ts'
import type { Change, Deferred } from '../domain/change.ts'
import type { Finding } from '../domain/finding.ts'
import type { Intent } from '../domain/intent.ts'
import { mostMeasured } from '../domain/load.ts'
import type { MarkVerb } from '../domain/mark.ts'
import { routeName } from '../domain/route.ts'
import type { Sighting } from '../domain/sighting.ts'
import type { CenterName } from '../domain/topology.ts'
import { wantKey, type ObjectWant, type ObjectWork } from '../domain/object-want.ts'
import { prepare, wantKeyOf } from '../effects/index.ts'
import { measureBeside, measureLoads } from './load-now.ts'
import { lockedFinding } from './locks.ts'
import { labSettled, look, lookInEmergency, recordLook, type Look } from './observe.ts'
import { basesOf, packageDigestOf, withReleases } from './releases.ts'
import type { Run } from './run.ts'

/** One step's plan: what will be written, what speaks against it, and who could not be asked. */
export interface StepPlan {
  readonly action: Action
  readonly plan: ActionPlan
  readonly changes: readonly Change[]
  readonly findings: readonly Finding[]
  readonly deferred: readonly Deferred[]
  readonly look: Look
}

export interface PlanOptions {
  readonly path: string
  readonly action: string
  readonly input: Readonly<Record<string, unknown>>
  readonly progress: number
  /** Of a paced run: how long its marks are its own, ms from now. */
  readonly holdsFor?: number
}

/** Actions that wait for nobody but the centers that gain. */
const URGENT = new Set(['publish', 'shift-weights'])

/** Observes, plans and records one step. Nothing has been written when it returns; what it recorded is durable before the first intent is. */
export async function planStep(run: Run, options: PlanOptions): Promise<StepPlan> {
  const urgent = URGENT.has(options.action) && !run.request.dryRun
  const looking = urgent ? lookInEmergency(run, [...run.state.out]) : look(run)
  const measures = actionOf(options).needs === undefined
  if (measures && urgent) measureBeside(run, looking)
  const [seen] = await Promise.all([looking, measures && !urgent ? measureLoads(run) : undefined])
  await labSettled(run)
  recordLook(run, options.path, seen)
  const { needs } = actionOf(options)
  const sightings = await withReleases(run, seen.sightings, needs, options.input)
  const objects = await objectsOf(run, options, seen)
  const made = decide(run, options, sightings, seen, undefined, objects)
  const wants = await keepWants(run, made.changes, objects)
  for (const center of [...made.plan.was, ...made.plan.situation]) run.state.away.add(center)
  if (made.plan.census.length > 0) run.state.census = made.plan.census
  const deferred = deferredOf(made.plan, sightings)
  run.journal.note({
    type: 'planned',
    step: options.path,
    scope: run.state.scope,
    changes: made.changes,
    findings: made.findings,
    deferred,
    load: made.plan.load,
    census: made.plan.census,
    was: made.plan.was,
    situation: made.plan.situation,
    ...(made.plan.deploy === undefined ? {} : { deploy: made.plan.deploy }),
    ...(wants === undefined ? {} : { wants }),
    ...(made.plan.next === undefined ? {} : { next: prepared(run, made.plan.next, sightings) }),
  })
  return { ...made, deferred, look: { ...seen, sightings } }
}

export function actionOf({ action: wanted }: Pick<PlanOptions, 'action'>): Action {
  const action = actions.find(({ name }) => name === wanted)
  if (action === undefined) throw new Error(`no action ${wanted}`)
  return action
}

/** The pure part: from what was seen to changes. `only` restricts it to some clusters (late answers, conflicts). */
export function decide(
  run: Run,
  options: PlanOptions,
  sightings: readonly Sighting[],
  seen: Pick<Look, 'inForce'>,
  only?: readonly CenterName[],
  objects?: ObjectWork,
): Pick<StepPlan, 'action' | 'plan' | 'changes' | 'findings'> {
  const action = actionOf(options)
  const origin = run.state.origins.get(run.state.scope)
  const marks = action.keepsMarks
    ? { seq: seen.inForce.seq, run: seen.inForce.run ?? run.id, verb: seen.inForce.verb ?? markVerb(run) }
    : undefined
  const now = run.deps.world.clock.now()
  const measured = mostMeasured(run.topology, run.state.loads, now)
  const situation: Situation = {
    topology: run.topology,
    ...(measured === undefined ? {} : { measured }),
    sightings: sightings.map((sighting) => remembering(run, sighting)),
    inForce: seen.inForce,
    mode: run.mode,
    verb: origin?.verb ?? marks?.verb ?? markVerb(run),
    run: origin?.run ?? marks?.run ?? run.id,
    seq: origin?.seq ?? marks?.seq ?? seen.inForce.seq + 1,
    ...(origin === undefined ? {} : { origin }),
    overrides: run.request.overrides,
    progress: options.progress,
    now,
    ...(options.holdsFor === undefined ? {} : { until: now + options.holdsFor }),
    lab: run.state.controlUrl !== undefined,
    ...(only === undefined ? {} : { only }),
    ...(objects === undefined ? {} : { objects }),
    ...(action.needs === undefined
      ? {}
      : {
          failed: run.state.failed,
          resumed: run.request.resumeAt !== undefined,
          bases: basesOf(run.journal.records),
          ...confirmedPackage(run),
        }),
  }
  const plan = action.plan(options.input, situation)
  const wants = new Map(objects?.wants.map((want) => [wantKey(want), want]))
  const changes = prepared(run, plan.intents, sightings, wants)
  return { action, plan, changes, findings: [...lockedFinding(run, seen.inForce, now, changes.length), ...plan.findings] }
}

function prepared(
  run: Run,
  intents: readonly Intent[],
  sightings: readonly Sighting[],
  wants?: ReadonlyMap<string, ObjectWant>,
): readonly Change[] {
  return intents.flatMap((intent) => {
    const change = prepare(intent, sightings, run.topology, `c${(run.state.changes += 1)}`, wants)
    return change === undefined ? [] : [change]
  })
}

function confirmedPackage({ journal }: Run): { readonly package?: string } {
  const digest = packageDigestOf(journal.records)
  return digest === undefined ? {} : { package: digest }
}

/** Works on objects that are read for what the topology says of comparing alone. */
const BY_TOPOLOGY = new Set(['remote', 'returned', 'publish'])

/** Whole objects, where the action works on them: comparing is loaded when there is something to be compared, for a switch does not wait for it. */
async function objectsOf(run: Run, options: PlanOptions, seen: Look): Promise<ObjectWork | undefined> {
  const action = actionOf(options)
  const declared = (run.topology.compare?.kinds ?? []).length > 0
  if (action.objects === undefined || (BY_TOPOLOGY.has(action.objects) && !declared)) return undefined
  return await (await import('./objects.ts')).objectsFor(run, options, action, seen)
}

/** Contents stay out of records: they are kept in one file, durable before anything is announced, and known by the change that they belong to. */
async function keepWants(run: Run, changes: readonly Change[], objects: ObjectWork | undefined): Promise<string | undefined> {
  const byKey = new Map(objects?.wants.map((want) => [wantKey(want), want]))
  const mine = changes.flatMap(({ id, intent }) => {
    const want = intent.kind === 'object' ? byKey.get(wantKeyOf(intent)) : undefined
    return want === undefined ? [] : [{ id, want }]
  })
  if (mine.length === 0) return undefined
  const file = await run.journal.keep({ wants: mine.map(({ want }) => want) })
  for (const { id, want } of mine) run.state.wants.set(id, { want, file })
  return file
}

/** Undo of a run whose marks are gone plans with the marks that its journal holds. */
function remembering(run: Run, sighting: Sighting): Sighting {
  const { marks } = run.request
  if (marks === undefined || sighting.routes.state !== 'present') return sighting
  const value = sighting.routes.value.map((route) => {
    const mark = marks.get(`${route.center} ${routeName(route)}`)
    return route.mark.state === 'none' && mark !== undefined ? { ...route, mark: { state: 'marked' as const, mark } } : route
  })
  return { ...sighting, routes: { ...sighting.routes, value } }
}

export function markVerb(run: Run): MarkVerb {
  const { verb } = run.request
  if (verb === 'deploy') return 'failover'
  return verb === 'runbook' ? (run.mode === 'drill' ? 'drill' : 'failover') : verb
}

/** Clusters whose routes should have been read: what is owed to them is estimated by the sister cluster with the most affected rules. */
function deferredOf(plan: ActionPlan, sightings: readonly Sighting[]): readonly Deferred[] {
  const like = plan.census.reduce<{ center: CenterName; rules: number } | undefined>(
    (best, one) => (best === undefined || one.rules > best.rules ? one : best),
    undefined,
  )
  return sightings
    .filter(({ center, routes }) => plan.needs.includes(center) && routes.state !== 'present')
    .map(({ center, routes }) => ({
      center,
      rules: like?.rules ?? 0,
      ...(like === undefined ? {} : { like: like.center }),
      why: 'why' in routes ? routes.why : routes.state,
    }))
}
