import { INTERIM_Z, judgeSplit, requestsFor, zOf, type SplitCounts, type SplitVerdict } from '../domain/split.ts'
import { situationInForce } from '../domain/situation.ts'
import { targetSplit } from '../domain/target-split.ts'
import { verifyPlanOf } from '../domain/estate.ts'
import type { CenterName, ServiceName, Topology } from '../domain/topology.ts'
import { routes } from '../facts/routes.ts'
import type { ProbeResult, ProbeStream } from '../ports/traffic.ts'
import type { World } from '../ports/world.ts'
import { factReader } from './fact-reader.ts'
import { targetsOf } from './probing.ts'

export interface SplitRequest {
  readonly topology: Topology
  /** Services with a probe; each gets the whole sample. */
  readonly services: readonly ServiceName[]
  /** Points, 0–1 and requests per second. */
  readonly tolerance: number
  readonly confidence: number
  readonly rate: number
  /** Every request by a connection of its own. */
  readonly fresh: boolean
  readonly idPrefix: string
  readonly interrupt: AbortSignal
  /** Told at every look. */
  readonly told: (service: ServiceName, verdict: SplitVerdict, of: number) => void
}

export interface ServiceSplit extends SplitVerdict {
  readonly service: ServiceName
  /** The sample that was planned. */
  readonly planned: number
  /** Good answers that named no center. */
  readonly unnamed: number
  readonly stopped: 'decided' | 'complete' | 'interrupted'
}

export interface SplitReport {
  readonly splits: readonly ServiceSplit[]
  /** Centers out of traffic while this was measured. */
  readonly out: readonly CenterName[]
  /** Centers whose routes could not be read: the situation is known from the others only. */
  readonly unread: readonly CenterName[]
}

/** Between two looks at the sample, ms. */
const LOOK = 250
/** No interim decision on fewer requests. */
const FEWEST = 100

/**
 * Samples the split of every service through the gateways that clients enter by, in the ratio of their entry shares, and holds it against the situation in force.
 * It asks declared gateways with declared probes and nothing else; it ends with the sample, earlier where the answer is already sure, or when it is interrupted.
 */
export async function measureSplit(world: World, request: SplitRequest): Promise<SplitReport> {
  const { topology } = request
  const reader = factReader({ world, topology, probe: false })
  const seen = await Promise.all(topology.centers.map(async ({ name: center }) => ({ center, routes: await reader.read(center, routes) })))
  const { out } = situationInForce(topology, seen)
  const expected = targetSplit(topology, topology.policy.normal, out) ?? {}
  const splits: ServiceSplit[] = []
  for (const service of request.services) {
    if (request.interrupt.aborted) break
    splits.push(await sample(world, request, service, expected))
  }
  return { splits, out, unread: seen.filter((one) => one.routes.state !== 'present').map(({ center }) => center) }
}

async function sample(
  { traffic, clock }: World,
  { topology, tolerance, confidence, rate, fresh, idPrefix, interrupt, told }: SplitRequest,
  service: ServiceName,
  expected: Readonly<Record<CenterName, number>>,
): Promise<ServiceSplit> {
  const planned = requestsFor(tolerance, confidence)
  const band = verifyPlanOf(topology).thresholds.shareTolerance
  const judge = (counts: SplitCounts, z: number): SplitVerdict =>
    judgeSplit(expected, counts, { band, errorLimit: topology.policy.errorLimit, z })
  const entries = topology.centers.filter(({ entryShare }) => entryShare > 0)
  const shares = entries.reduce((sum, { entryShare }) => sum + entryShare, 0)
  const streams: ProbeStream[] = entries.map(({ name, entryShare }) => {
    const targets = targetsOf(topology, [name]).filter((target) => target.service === service)
    return traffic.start(targets, (rate * entryShare) / shares, `${idPrefix}-${service}-${name}`, fresh)
  })
  const counts = { answered: {} as Record<CenterName, number>, unnamed: 0, errors: 0 }
  const asked = (): number => counts.unnamed + counts.errors + Object.values(counts.answered).reduce((a, b) => a + b, 0)
  // The planned sample at the planned rate, and as long again for slow answers.
  const until = clock.monotonic() + (planned / rate) * 2_000 + 5_000
  let stopped: ServiceSplit['stopped'] | undefined
  while (stopped === undefined) {
    await clock.sleep(LOOK, interrupt)
    for (const result of streams.flatMap((stream) => stream.take())) if (asked() < planned) count(counts, result)
    const verdict = judge(counts, INTERIM_Z)
    told(service, verdict, planned)
    if (interrupt.aborted) stopped = 'interrupted'
    else if (asked() >= planned || clock.monotonic() >= until) stopped = 'complete'
    else if (asked() >= FEWEST && verdict.verdict !== 'undecided') stopped = 'decided'
  }
  await Promise.all(streams.map((stream) => stream.stop()))
  const last = judge(counts, stopped === 'complete' ? zOf(confidence) : INTERIM_Z)
  // What was cut short, or got fewer answers than planned, proves nothing by being in the middle.
  return { ...last, service, planned, unnamed: counts.unnamed, stopped }
}

function count(
  counts: { readonly answered: Record<CenterName, number>; unnamed: number; errors: number },
  { ok, center }: ProbeResult,
): void {
  if (!ok) counts.errors += 1
  else if (center === undefined) counts.unnamed += 1
  else counts.answered[center] = (counts.answered[center] ?? 0) + 1
}
