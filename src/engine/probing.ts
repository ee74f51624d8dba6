import type { Sampled } from '../domain/record.ts'
import type { CenterName, Milliseconds, Topology } from '../domain/topology.ts'
import type { Clock } from '../ports/clock.ts'
import type { ProbeResult, ProbeStream, ProbeTarget, Traffic } from '../ports/traffic.ts'

/** A gateway is asked by itself when the probes of this long have brought no answer, and there were at least so many. */
const LOOK_BACK = 2_000
const FEWEST = 3
/** How long the bare request may take, and the longest that a probe is looked back for. */
const REACH = 1_000
const LONGEST = 30_000

/** Client probes that go on while steps run. Every gateway has a stream of its own, so that a lost one does not thin out the others. */
export interface Probing {
  /** Everything that was completed so far, by start time; `share` is sampled apart. */
  readonly results: readonly ProbeResult[]
  readonly share: readonly ProbeResult[]
  readonly gateways: readonly CenterName[]
  readonly idPrefix: string
  /** Takes what has come in. */
  poll(): void
  /** Gateways that answer no probe themselves: none of the last two seconds' probes, and not a bare request either. */
  lost(): readonly CenterName[]
  /** Whole seconds since the last call, for the report. */
  samples(): readonly Sampled[]
  stop(): Promise<void>
  readonly startedAt: Milliseconds
  /** Between two probes of one gateway. */
  readonly resolution: Milliseconds
}

export function targetsOf(topology: Topology, gateways: readonly CenterName[]): readonly ProbeTarget[] {
  return topology.centers
    .filter(({ name }) => gateways.includes(name))
    .flatMap((center) =>
      topology.services.flatMap((service) =>
        service.probe === undefined ? [] : [{ gateway: center.name, url: center.gateway, service: service.name, probe: service.probe }],
      ),
    )
}

/**
 * Starts `rate` probes per second through each gateway, and `shareRate` per second (at most 200) through the gateways that clients enter by.
 * Undefined when no service declares a probe: nothing can be measured then, and nothing is claimed.
 */
export function startProbing(
  parts: { readonly traffic: Traffic; readonly clock: Clock },
  topology: Topology,
  idPrefix: string,
  rates: { readonly rate: number; readonly shareRate: number },
): Probing | undefined {
  const gateways = topology.centers.map(({ name }) => name)
  if (targetsOf(topology, gateways).length === 0) return undefined
  const streams: ProbeStream[] = gateways.map((name) =>
    parts.traffic.start(targetsOf(topology, [name]), rates.rate, `${idPrefix}-p-${name}`),
  )
  const entries = topology.centers.filter(({ entryShare }) => entryShare > 0).map(({ name }) => name)
  const shareStream = parts.traffic.start(targetsOf(topology, entries), Math.min(200, rates.shareRate), `${idPrefix}-s`)
  const results: ProbeResult[] = []
  const share: ProbeResult[] = []
  const startedAt = parts.clock.monotonic()
  let sampledTo = 0
  const seconds = new Map<number, ProbeResult[]>()
  const take = (into: ProbeResult[], more: readonly ProbeResult[]): void => {
    for (const one of more) {
      into.push(one)
      const second = Math.floor((one.startedAt - startedAt) / 1000)
      const bucket = seconds.get(second)
      if (bucket === undefined) seconds.set(second, [one])
      else bucket.push(one)
    }
  }
  const silent = new Set<CenterName>()
  const asking = new Set<CenterName>()
  /** A request that dies behind a gateway leaves no status either: only a bare request tells the two apart. */
  const askSilent = (): void => {
    const since = parts.clock.monotonic() - LOOK_BACK
    for (const { name, gateway } of topology.centers) {
      const recent = latest(results, name, since)
      if (recent.some(({ status }) => status !== undefined)) silent.delete(name)
      else if (recent.length >= FEWEST && !asking.has(name)) {
        asking.add(name)
        void parts.traffic.reach(gateway, { at: parts.clock.monotonic() + REACH }).then((seen) => {
          asking.delete(name)
          if (seen.state === 'present') silent.delete(name)
          else silent.add(name)
        })
      }
    }
  }
  const poll = (): void => {
    for (const stream of streams) take(results, stream.take())
    take(share, shareStream.take())
    askSilent()
  }
  return {
    results,
    share,
    gateways,
    idPrefix,
    startedAt,
    resolution: 1000 / rates.rate,
    poll,
    lost: () => [...silent],
    samples: () => {
      // A second is written once every request that began in it has had time to end.
      const slowest = Math.max(...topology.services.map(({ probe }) => probe?.timeout ?? 0))
      const ready = Math.floor((parts.clock.monotonic() - startedAt - slowest) / 1000)
      const samples: Sampled[] = []
      for (; sampledTo < ready; sampledTo += 1) {
        samples.push(sampleOf(seconds.get(sampledTo) ?? [], sampledTo * 1000))
        seconds.delete(sampledTo)
      }
      return samples
    },
    stop: async () => {
      await Promise.all([...streams, shareStream].map((stream) => stream.stop()))
      poll()
    },
  }
}

/** A gateway's probes that ended since then, newest first. */
function latest(results: readonly ProbeResult[], gateway: CenterName, since: Milliseconds): readonly ProbeResult[] {
  const found: ProbeResult[] = []
  for (let i = results.length - 1; i >= 0 && found.length < 100; i -= 1) {
    const one = results[i]
    if (one === undefined || one.startedAt < since - LONGEST) break
    if (one.gateway === gateway && one.startedAt + one.took >= since) found.push(one)
  }
  return found
}

function sampleOf(inside: readonly ProbeResult[], from: Milliseconds): Sampled {
  const byCenter: Record<string, number> = {}
  const byGateway: Record<string, { requests: number; failed: number }> = {}
  for (const one of inside) {
    const gateway = (byGateway[one.gateway] ??= { requests: 0, failed: 0 })
    gateway.requests += 1
    if (one.ok) byCenter[one.center ?? ''] = (byCenter[one.center ?? ''] ?? 0) + 1
    else gateway.failed += 1
  }
  return {
    type: 'sampled',
    from,
    to: from + 1000,
    requests: inside.length,
    failed: inside.filter(({ ok }) => !ok).length,
    byCenter,
    byGateway,
  }
}
