import { verifyPlanOf } from '../domain/estate.ts'
import { judgeLoad, lastBaseline, type LoadVerdict } from '../domain/load-report.ts'
import { centerOf, type CenterName, type Milliseconds, type ServiceName, type Topology } from '../domain/topology.ts'
import { gatewayDeployments } from '../facts/gateway-deployments.ts'
import { labMarker } from '../facts/lab-marker.ts'
import { record } from '../gateways/strange.ts'
import type { GeneratorName, Latencies, LoadBaseline, LoadBaselines, LoadGenerator, LoadMeasure } from '../ports/load.ts'
import type { World } from '../ports/world.ts'
import { factReader } from './fact-reader.ts'
import { targetsOf } from './probing.ts'

export interface LoadRequest {
  readonly topology: Topology
  readonly center: CenterName
  /** It declares a probe. */
  readonly service: ServiceName
  /** Requests per second, one run after the other. */
  readonly rates: readonly number[]
  /** Of each run, ms. */
  readonly duration: Milliseconds
  readonly connections: number
  /** The tool runs in another region than the gateway: every answer is held against the target across regions. */
  readonly remote: boolean
  /** What `--confirm` said. */
  readonly confirmed?: string
  readonly idPrefix: string
  readonly interrupt: AbortSignal
  /** Told before each run. */
  readonly told: (rate: number, duration: Milliseconds) => void
}

export interface LoadRun extends LoadVerdict {
  readonly rate: number
  readonly measure: LoadMeasure
  readonly errorRatio: number
  /** Of answers by centers of the gateway's own region, and by others. */
  readonly local?: Latencies
  readonly remote?: Latencies
  /** The last measurement of the same. */
  readonly before?: LoadBaseline
}

export interface LoadReport {
  readonly center: CenterName
  readonly service: ServiceName
  readonly generator: GeneratorName
  readonly lab?: string
  readonly connections: number
  readonly duration: Milliseconds
  /** Ready instances of the gateway; absent: not known, and one is counted. */
  readonly instances?: number
  readonly runs: readonly LoadRun[]
  /** Why a run could not be made; the later ones were not tried. */
  readonly unable?: string
}

/** Between two runs, ms: what the last one left in queues is not the next one's. */
const PAUSE = 500

/**
 * Sends load to one declared gateway with a declared probe, run by run, and holds each against the targets of §8.4. Answers `refused` where the center is no lab and was not
 * confirmed by its name: nothing was sent then. Complete runs are kept, to be compared with.
 */
export async function measureLoad(
  world: World,
  generator: LoadGenerator,
  baselines: LoadBaselines,
  request: LoadRequest,
): Promise<LoadReport | 'refused'> {
  const { topology, center, service, interrupt, connections, duration } = request
  const reader = factReader({ world, topology, probe: false })
  const [marker, deployments] = await Promise.all([reader.read(center, labMarker), reader.read(center, gatewayDeployments)])
  const lab = marker.state === 'present' ? `lab, ${marker.value.engine} API` : undefined
  if (lab === undefined && request.confirmed !== center) return 'refused'
  const ready = deployments.state === 'present' ? record(deployments.value.gateway?.['status'])['readyReplicas'] : undefined
  const instances = typeof ready === 'number' && ready > 0 ? ready : undefined
  const target = targetsOf(topology, [center]).find((one) => one.service === service)
  if (target === undefined) throw new Error(`service ${service} has no probe`)
  const kept = await baselines.read(topology.name, center)
  const runs: LoadRun[] = []
  const about = {
    center,
    service,
    generator: generator.name,
    connections,
    duration,
    ...optional('lab', lab),
    ...optional('instances', instances),
  }
  // One that keeps no rate sends as fast as it can, whatever the rates are: once.
  const rates = generator.name === 'wrk' ? [Math.max(...request.rates)] : request.rates
  for (const [i, rate] of rates.entries()) {
    if (i > 0) await world.clock.sleep(PAUSE, interrupt)
    if (interrupt.aborted) break
    request.told(rate, duration)
    const measure = await generator.generate({ target, rate, duration, connections, idPrefix: `${request.idPrefix}-${rate}` }, interrupt)
    if ('unable' in measure) return interrupt.aborted ? { ...about, runs } : { ...about, runs, unable: measure.unable }
    const run = judged(request, measure, rate, instances)
    const key = { center, service, generator: generator.name, rate, connections, ...optional('lab', lab) }
    const before = lastBaseline(kept, key)
    runs.push({ ...run, ...optional('before', before) })
    if (measure.stopped === undefined) await keep(baselines, topology, key, run, new Date(world.clock.now()).toISOString())
    else break
  }
  return { ...about, runs }
}

/** Answers by region of the center that gave them; one that names nobody counts as the gateway's own. */
function judged(
  { topology, center, connections, remote: away }: LoadRequest,
  measure: LoadMeasure,
  rate: number,
  instances: number | undefined,
): LoadRun {
  const { latency, byCenter, requests, good } = measure
  const home = centerOf(topology, center).region
  const far = Object.entries(byCenter).filter(([name]) => name !== '' && centerOf(topology, name).region !== home)
  const near = Object.entries(byCenter).filter(([name]) => name === '' || centerOf(topology, name).region === home)
  // What was given up belongs to both: who would have answered is not known.
  const local = away ? undefined : far.length === 0 ? latency : worst(near.map(([, one]) => one))
  const remote = away ? latency : worst(far.map(([, one]) => one))
  const given = measure.errors['timeout'] ?? 0
  const verdict = judgeLoad(
    {
      rate,
      achieved: measure.achieved,
      requests,
      good,
      errors: measure.errors,
      connections,
      ...optional('p99Local', given > 0 && local !== undefined ? latency?.p99 : local?.p99),
      ...optional('p99Remote', remote?.p99),
      ...optional('open', measure.open),
      ...optional('lateP99', measure.own?.lateP99),
      ...optional('stopped', measure.stopped),
    },
    verifyPlanOf(topology).load,
    instances,
  )
  const errorRatio = requests === 0 ? 0 : (requests - good) / requests
  return { ...verdict, rate, measure, errorRatio, ...optional('local', local), ...optional('remote', remote) }
}

/** Of several centers the slowest counts. */
function worst(all: readonly Latencies[]): Latencies | undefined {
  return all.toSorted((a, b) => b.p99 - a.p99)[0]
}

async function keep(
  baselines: LoadBaselines,
  topology: Topology,
  key: Pick<LoadBaseline, 'center' | 'service' | 'generator' | 'rate' | 'connections' | 'lab'>,
  { measure: { achieved, latency }, errorRatio }: LoadRun,
  at: string,
): Promise<void> {
  const times = latency === undefined ? {} : { p50: latency.p50, p99: latency.p99, ...optional('p999', latency.p999) }
  await baselines.keep(topology.name, key.center, [{ at, ...key, achieved, errorRatio, ...times }])
}

function optional<Key extends string, T>(key: Key, value: T | undefined): Partial<Record<Key, T>> {
  return value === undefined ? {} : ({ [key]: value } as Record<Key, T>)
}
