import type { Check, CheckAnswer, Moment } from '../checks/check.ts'
import { checks } from '../checks/index.ts'
import type { CheckResult } from '../domain/record.ts'
import type { Milliseconds } from '../domain/topology.ts'
import { chaseLate, endChase } from './chase.ts'
import { look, type Look } from './observe.ts'
import { acceptance, takeReverted, watchWritten } from './watch.ts'
import type { Run, StepResult } from './run.ts'

export interface GateOptions {
  readonly path: string
  readonly checks: readonly string[]
  readonly input: Readonly<Record<string, unknown>>
  /** Every check must say yes for this long … */
  readonly hold: Milliseconds
  /** … before this much time has passed. */
  readonly until: Milliseconds
}

const POLL = 100
const HEARTBEAT = 10_000

/**
 * Waits until every check says yes. Checks of traffic look back over the hold themselves; the gate asks them until `until` has passed, and then the last word counts.
 * Unknown at the end is unknown, and opens nothing.
 */
export async function holdGate(run: Run, options: GateOptions): Promise<StepResult> {
  try {
    return await waitAtGate(run, options)
  } finally {
    await endChase(run)
  }
}

async function waitAtGate(run: Run, options: GateOptions): Promise<StepResult> {
  const { clock } = run.deps.world
  const since = clock.monotonic()
  const wanted = await Promise.all(options.checks.map(async (name) => await checkNamed(run, name)))
  let nextBeat = since + HEARTBEAT
  for (;;) {
    if (run.deps.interrupt.aborted && !run.state.restoring) return 'stopped'
    sampleProbes(run)
    chaseLate(run)
    watchWritten(run)
    if (!run.state.restoring && takeReverted(run)) return await endReverted(run, options)
    const moment = momentOf(run, options, since)
    const answers: CheckAnswer[] = []
    for (const check of wanted) answers.push(await check.evaluate(moment))
    for (const { recovery } of answers) if (recovery !== undefined) run.state.recovery = recovery
    const good = answers.every(({ verdict }) => verdict === 'yes')
    const over = clock.monotonic() >= since + options.until
    const decided = answers.some(({ final, verdict }) => final === true && verdict !== 'yes')
    if (good || over || decided) {
      const results: CheckResult[] = answers.map((answer, i) => ({
        check: wanted[i]?.name ?? '',
        verdict: answer.verdict,
        reason: answer.reason,
        facts: answer.facts,
        ...(answer.center === undefined ? {} : { center: answer.center }),
      }))
      const accepted = acceptedResult(run)
      if (accepted !== undefined) results.push(accepted)
      const verdict = good ? 'yes' : answers.some((one) => one.verdict === 'no') ? 'no' : 'unknown'
      await run.journal.append({ type: 'gated', step: options.path, verdict, checks: results })
      const bad = answers.find((one) => one.verdict !== 'yes')
      if (bad !== undefined) run.state.last = { reason: bad.reason, facts: bad.facts }
      return good ? 'done' : verdict === 'no' ? 'no' : 'unknown'
    }
    if (clock.monotonic() >= nextBeat) {
      nextBeat += HEARTBEAT
      const pending = answers.find(({ verdict }) => verdict !== 'yes')
      run.deps.console.tell({
        type: 'progress',
        kind: 'waiting',
        step: options.path,
        reason: pending?.reason ?? 'waiting',
        facts: pending?.facts ?? {},
      })
    }
    await clock.sleep(POLL, run.state.restoring ? undefined : run.deps.interrupt)
  }
}

/** A check of moments, or a question of `verify`. Questions are loaded when a gate names one: the switch of an emergency waits for none. */
async function checkNamed(run: Run, name: string): Promise<Check> {
  const check = checks.find((one) => one.name === name) ?? (await import('./question-gate.ts')).questionGate(name, run.deps.world)
  if (check === undefined) throw new Error(`no check ${name}`)
  return check
}

/** Somebody fights what was written: waiting longer proves nothing, and writing again would be a fight. */
async function endReverted(run: Run, { path }: GateOptions): Promise<StepResult> {
  await run.journal.append({ type: 'found', step: path, findings: run.state.left.filter(({ reason }) => reason === 'reverted') })
  return 'failed'
}

/** What gateways say of the routes as they were written: told, and no gate's condition. One that they refuse is left for a person. */
function acceptedResult(run: Run): CheckResult | undefined {
  if (run.state.watch.standing.size === 0) return undefined
  const { accepted, of, rejected, why } = acceptance(run.state)
  if (rejected === undefined) {
    return { check: 'routes-accepted', verdict: accepted === of ? 'yes' : 'unknown', reason: 'routes-accepted', facts: { accepted, of } }
  }
  const facts = { center: rejected.center, object: `${rejected.object.namespace}/${rejected.object.name}`, why }
  if (run.mode === 'emergency' && !run.state.left.some(({ reason }) => reason === 'not-accepted'))
    run.state.left.push({
      guard: 'unresolved-route',
      reason: 'not-accepted',
      facts,
      where: { center: rejected.center, route: facts.object },
      effect: 'leave',
    })
  return { check: 'routes-accepted', verdict: 'no', reason: 'not-accepted', facts, center: rejected.center }
}

/** Takes in what probes have answered, and notes whole seconds for the report. */
export function sampleProbes(run: Run): void {
  const { probing } = run.state
  if (probing === undefined) return
  probing.poll()
  for (const sample of probing.samples()) run.journal.note(sample)
}

function momentOf(run: Run, options: GateOptions, since: Milliseconds): Moment {
  const { state, request, deps, topology } = run
  const { clock, lab } = deps.world
  const { probing, recovery, baseline, controlUrl } = state
  let looking: Promise<Look> | undefined
  const saidAt = request.since === undefined ? undefined : clock.monotonic() - (clock.now() - request.since)
  return {
    topology,
    mode: run.mode,
    now: clock.monotonic(),
    since,
    hold: options.hold,
    input: options.input,
    ...(probing === undefined ? {} : { probes: probing.results }),
    share: probing?.share ?? [],
    resolution: probing?.resolution ?? 0,
    lost: probing?.lost() ?? [],
    out: [...state.out],
    overtaken: state.overtaken,
    times: {
      ...optional('faultAt', state.faultAt),
      ...optional('saidAt', saidAt),
      ...state.switched,
    },
    ...(recovery === undefined ? {} : { recovery }),
    look: async () => {
      looking ??= look(run)
      return await looking
    },
    ...(baseline === undefined ? {} : { baseline }),
    ledger: async () => {
      const at = clock.now()
      if (controlUrl === undefined || probing === undefined) return { state: 'absent', at, took: 0 }
      return await lab.ledger(controlUrl, probing.idPrefix, { at: clock.monotonic() + topology.policy.deadlines.read })
    },
  }
}

function optional<Key extends string>(key: Key, value: Milliseconds | undefined): Partial<Record<Key, Milliseconds>> {
  return value === undefined ? {} : ({ [key]: value } as Record<Key, Milliseconds>)
}
