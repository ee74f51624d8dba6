import { percent } from '../domain/percent.ts'
import type { Witnessed } from '../domain/record.ts'
import type { Center, CenterName, Milliseconds } from '../domain/topology.ts'
import {
  compareWitnesses,
  witnessedErrors,
  witnessFigures,
  witnessVerdict,
  type ClientsWitness,
  type PrometheusWitness,
} from '../domain/witness.ts'
import type { Words } from '../domain/words.ts'
import { readFigure } from '../facts/read-figure.ts'
import type { World } from '../ports/world.ts'
import { sampleProbes } from './gate-step.ts'
import { withMetrics } from './load-now.ts'
import type { Run } from './run.ts'

/** Between two looks at a figure that is stale still, ms. */
const AGAIN = 1_000

/** A drill's baseline by its second witness, beside the clients' probes, on record before the fault. A profile that cannot be read is a fault here, where nothing has been touched. */
export async function witnessBefore(run: Run, step: string): Promise<void> {
  if (!isWitnessed(run)) return
  const world = await withMetrics(run)
  if (world === undefined) return
  const { topology } = run
  const since = run.state.probing?.startedAt ?? run.state.startedAt
  // What lies before the first probe is nothing that the two could agree on.
  await waitUntil(run, step, since + (topology.metrics?.window ?? 0))
  await run.journal.append(await witnessed(run, world, 'before'))
}

/**
 * The same figures again, once their window lies wholly after the recovery and the way back: for that it waits window + two scrape intervals, and as long as a sample may be old where one is stale still;
 * clients are probed all the while. A disagreement is recorded as such. Clients decide whether they have recovered; only errors that Prometheus positively counted
 * above the limit afterwards make the drill inconclusive.
 */
export async function witnessAfter(run: Run, step: string): Promise<void> {
  const { state, topology, deps } = run
  const source = topology.metrics
  const { recoveredAt } = state
  if (!isWitnessed(run) || source === undefined || recoveredAt === undefined || deps.interrupt.aborted) return
  const world = await withMetrics(run).catch(() => undefined)
  if (world === undefined) return
  // A center that was lost was not scraped: its first sample afterwards carries the fault with it, so that the window must begin one scrape after all that the drill did.
  const due = world.clock.monotonic() + source.window + 2 * source.scrapeInterval
  await waitUntil(run, step, due)
  let seen = await witnessed(run, world, 'after')
  while (isStale(seen) && world.clock.monotonic() < due + source.maxAge && !deps.interrupt.aborted) {
    await waitUntil(run, step, world.clock.monotonic() + AGAIN)
    seen = await witnessed(run, world, 'after')
  }
  if (deps.interrupt.aborted) return
  await run.journal.append(seen)
  const errors = witnessedErrors(seen.centers, state.recovery?.through ?? [], topology.policy.errorLimit)
  if (errors.length === 0) return
  state.verdicts.add('inconclusive')
  const most = Math.max(...errors.map(({ ratio }) => ratio))
  if (state.last.reason === 'done')
    state.last = {
      reason: 'witnesses-disagree',
      facts: { centers: errors.map(({ center }) => center), errors: percent(most, 1, ' ') },
    }
}

function isWitnessed({ mode, request, topology, state }: Run): boolean {
  return (
    mode === 'drill' && topology.metrics !== undefined && !request.dryRun && request.restoreOnly !== true && state.probing !== undefined
  )
}

async function waitUntil(run: Run, step: string, at: Milliseconds): Promise<void> {
  const { clock } = run.deps.world
  const left = at - clock.monotonic()
  if (left > AGAIN)
    run.deps.console.tell({
      type: 'progress',
      kind: 'waiting',
      step,
      reason: 'witness-waits',
      facts: { seconds: Math.ceil(left / 1000) },
    })
  while (clock.monotonic() < at && !run.deps.interrupt.aborted) {
    await clock.sleep(Math.min(AGAIN, at - clock.monotonic()), run.deps.interrupt)
    sampleProbes(run)
  }
}

/** Both witnesses of every center with a Prometheus, over its window up to now. */
async function witnessed(run: Run, world: World, moment: Witnessed['moment']): Promise<Witnessed> {
  const { topology } = run
  const window = topology.metrics?.window ?? 0
  const to = world.clock.monotonic()
  const centers = topology.centers.filter(({ name }) => topology.metrics?.centers[name] !== undefined)
  const compared = await Promise.all(
    centers.map(async (center) => {
      const prometheus = await askPrometheus(run, world, center)
      sampleProbes(run)
      return compareWitnesses(center.name, prometheus, clientsOf(run, center.name, to - window, to), topology.policy.errorLimit)
    }),
  )
  const seen = compared.map((one) => one.witnessed)
  return {
    type: 'witnessed',
    moment,
    window,
    centers: seen,
    verdict: witnessVerdict(seen),
    findings: compared.flatMap(({ findings }) => findings),
  }
}

async function askPrometheus({ topology }: Run, world: World, center: Center): Promise<PrometheusWitness> {
  const deadline = { at: world.clock.monotonic() + topology.policy.deadlines.read }
  const figures = await Promise.all(witnessFigures.map(async (figure) => await readFigure({ topology, center, world }, figure, deadline)))
  const known = figures.flatMap((one) => (one.state === 'measured' ? [one] : []))
  const value = (figure: string) => known.find((one) => one.figure === figure)
  const [qps, errors, shares] = ['qps', 'error_ratio', 'share_by_center'].map(value)
  const total = shares?.value ?? 0
  return {
    ...(qps === undefined ? {} : { qps: qps.value }),
    ...(errors === undefined ? {} : { errorRatio: errors.value }),
    ...(shares === undefined || total === 0
      ? {}
      : { shares: Object.fromEntries(Object.entries(shares.byCenter).map(([name, one]) => [name, one / total])) }),
    ...(known.length === 0 ? {} : { age: Math.max(...known.map(({ age }) => age)) }),
    gaps: witnessFigures.flatMap((figure) => {
      const gap = figures.find((one) => one.figure === figure)
      return gap?.state === 'gap' ? [{ figure, gap: gap.gap, detail: gap.detail }] : []
    }),
  }
}

/** Probes through one gateway that began in the window and have ended. */
function clientsOf({ state }: Run, gateway: CenterName, from: Milliseconds, to: Milliseconds): ClientsWitness | undefined {
  const mine = [...(state.probing?.results ?? []), ...(state.probing?.share ?? [])].filter(
    (one) => one.gateway === gateway && one.startedAt >= from && one.startedAt < to,
  )
  if (mine.length === 0) return undefined
  const named = mine.flatMap(({ ok, center }) => (ok && center !== undefined ? [center] : []))
  const counts = Map.groupBy(named, (center) => center)
  return {
    requests: mine.length,
    errorRatio: mine.filter(({ ok }) => !ok).length / mine.length,
    shares: Object.fromEntries([...counts].map(([center, all]) => [center, all.length / named.length])),
    named: named.length,
  }
}

function isStale({ centers }: Witnessed): boolean {
  return centers.some(({ prometheus }) => prometheus.gaps.some(({ gap }) => gap === 'stale'))
}

export const secondWitnessWords = {
  'witness-waits': {
    en: 'waiting {seconds} s until Prometheus looks back on nothing else',
    zh: '等待 {seconds} 秒，使 Prometheus 的窗口不含其他时段',
  },
} satisfies Words
