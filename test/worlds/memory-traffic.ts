import { compileMatch, byRank } from '../../src/lab/gateway/match.ts'
import { roundRobin } from '../../src/lab/gateway/round-robin.ts'
import type { HttpRouteSpec } from '../../src/lab/gateway/http-route.ts'
import type { CenterName, Topology } from '../../src/domain/topology.ts'
import type { Clock } from '../../src/ports/clock.ts'
import type { KubeObject } from '../../src/ports/cluster.ts'
import type { ProbeResult, ProbeStream, ProbeTarget, Traffic } from '../../src/ports/traffic.ts'
import type { MemoryCluster } from './memory-cluster.ts'
import type { MemoryFaults } from './memory-faults.ts'

export interface MemoryTrafficOptions {
  readonly clock: Clock
  readonly topology: Topology
  readonly clusters: ReadonlyMap<CenterName, MemoryCluster>
  readonly faults: MemoryFaults
  /** Backends count here what they served, by request id. */
  readonly ledger?: Map<string, number>
  /** How long an answer takes, ms. */
  readonly latency?: number
}

/** Clients in memory: each request meets the routes, workloads and faults as they are when it starts. */
export function memoryTraffic({ clock, topology, clusters, faults, ledger, latency = 2 }: MemoryTrafficOptions): Traffic {
  const turns = new WeakMap<object, () => number | undefined>()
  const streams = new Set<ProbeStream>()

  function request(target: ProbeTarget, id: string): ProbeResult {
    const { gateway, service, probe } = target
    const end = (took: number, rest: Pick<ProbeResult, 'ok' | 'status' | 'center' | 'error'>): ProbeResult => ({
      gateway,
      service,
      id,
      startedAt: clock.monotonic(),
      took,
      ...rest,
    })
    const entry = faults.port(gateway, 'gateway')
    if (entry.dead) return entry.silent ? end(probe.timeout, { ok: false, error: 'timeout' }) : end(1, { ok: false, error: 'refused' })
    const took = latency + entry.delay
    const rule = ruleFor(clusters.get(gateway), probe)
    if (rule === undefined)
      return end(took, { ok: 404 === probe.expect, status: 404, ...(probe.expect === 404 ? {} : { error: 'status' as const }) })
    const refs = rule.backendRefs ?? []
    const next = turns.get(rule) ?? roundRobin(refs.map(({ weight = 1 }) => weight))
    turns.set(rule, next)
    const ref = refs[next() ?? -1]
    if (ref === undefined) return end(took, { ok: false, status: 500, error: 'status' })
    const center = memberOf(topology, ref)
    const behind = center === undefined ? undefined : faults.port(center.center, 'services')
    if (behind?.dead && behind.silent) return end(probe.timeout, { ok: false, error: 'timeout' })
    if (behind?.dead || (center !== undefined && !isReady(center))) return end(took, { ok: false, status: 503, error: 'status' })
    const whole = took + (behind?.delay ?? 0)
    if (whole > probe.timeout) return end(probe.timeout, { ok: false, error: 'timeout' })
    ledger?.set(id, (ledger.get(id) ?? 0) + 1)
    const ok = probe.expect === 200
    return end(whole, {
      ok,
      status: 200,
      ...(center === undefined ? {} : { center: center.center }),
      ...(ok ? {} : { error: 'status' as const }),
    })
  }

  function isReady({ center, service }: Member): boolean {
    const workloads = topology.services.find(({ name }) => name === service)?.workloads[center] ?? []
    const cluster = clusters.get(center)
    return workloads.length === 0 || workloads.some(({ kind, namespace, name }) => (readyOf(cluster?.peek(kind, namespace, name)) ?? 0) > 0)
  }

  return {
    start(targets, rate, idPrefix) {
      const stream = openStream(clock, targets, rate, idPrefix, request)
      streams.add(stream)
      return stream
    },
    async burst(target, count, idPrefix, deadline) {
      const patience = Math.max(0, deadline.at - clock.monotonic())
      const results = Array.from({ length: count }, (_, n) => {
        const result = request(target, `${idPrefix}-${n}`)
        return result.took <= patience ? result : { ...result, ok: false, took: patience, error: 'timeout' as const }
      })
      await clock.sleep(Math.max(0, ...results.map(({ took }) => took)))
      return results
    },
    async reach(url, deadline) {
      const began = clock.monotonic()
      const center = topology.centers.find(({ gateway }) => gateway === url)?.name
      const entry = center === undefined ? { dead: true, silent: false, delay: 0 } : faults.port(center, 'gateway')
      await clock.sleep(entry.silent ? deadline.at - began : latency + entry.delay)
      const end = { at: clock.now(), took: clock.monotonic() - began }
      if (entry.dead) return { state: 'unreachable', why: entry.silent ? 'no answer' : 'refused', ...end }
      return { state: 'present', value: { status: 404 }, ...end }
    },
    async close() {
      await Promise.all([...streams].map((stream) => stream.stop()))
    },
  }
}

function openStream(
  clock: Clock,
  targets: readonly ProbeTarget[],
  rate: number,
  idPrefix: string,
  request: (target: ProbeTarget, id: string) => ProbeResult,
): ProbeStream {
  const results: ProbeResult[] = []
  const ending = new AbortController()
  const began = clock.monotonic()
  const running = (async () => {
    for (let n = 0; targets.length > 0 && rate > 0 && !ending.signal.aborted; n++) {
      const target = targets[n % targets.length]
      if (target !== undefined) results.push(request(target, `${idPrefix}-${n}`))
      await clock.sleep(began + ((n + 1) * 1000) / rate - clock.monotonic(), ending.signal)
    }
  })()
  return {
    take() {
      const now = clock.monotonic()
      const done = results.filter(({ startedAt, took }) => startedAt + took <= now)
      results.splice(0, results.length, ...results.filter(({ startedAt, took }) => startedAt + took > now))
      return done
    },
    async stop() {
      ending.abort()
      await running
      const last = Math.max(0, ...results.map(({ startedAt, took }) => startedAt + took))
      if (last > clock.monotonic()) await clock.sleep(last - clock.monotonic())
    },
  }
}

type Rule = NonNullable<HttpRouteSpec['rules']>[number]

/** The rule that a request meets, by the precedence of the Gateway API: longest match first, then the older route, then the earlier rule. */
function ruleFor(cluster: MemoryCluster | undefined, { host, path, headers }: ProbeTarget['probe']): Rule | undefined {
  const url = new URL(path, 'http://any')
  const asked = {
    method: 'GET',
    path: url.pathname,
    query: url.searchParams,
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
  }
  const name = host.replace(/:\d+$/, '')
  return (cluster?.all('HTTPRoute') ?? [])
    .flatMap((route) => {
      const { hostnames, rules = [] } = route['spec'] as HttpRouteSpec
      if (hostnames !== undefined && !hostnames.some((one) => one === name || (one.startsWith('*.') && name.endsWith(one.slice(1)))))
        return []
      return rules.flatMap((rule) => (rule.matches ?? [{}]).map((match) => ({ rule, ...compileMatch(match) })))
    })
    .filter(({ matches }) => matches(asked))
    .sort((a, b) => byRank(a.rank, b.rank))[0]?.rule
}

interface Member {
  readonly service: string
  readonly center: CenterName
}

function memberOf(topology: Topology, ref: NonNullable<Rule['backendRefs']>[number]): Member | undefined {
  for (const { name: service, backends } of topology.services) {
    for (const [center, backend] of Object.entries(backends)) {
      if (backend.name === ref.name && backend.group === (ref.group ?? '') && backend.kind === (ref.kind ?? 'Service'))
        return { service, center }
    }
  }
  return undefined
}

function readyOf(object: KubeObject | undefined): number | undefined {
  return (object?.['status'] as { readyReplicas?: number } | undefined)?.readyReplicas
}
