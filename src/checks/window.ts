import { percent } from '../domain/percent.ts'
import type { CenterName, Milliseconds } from '../domain/topology.ts'
import type { ProbeResult } from '../ports/traffic.ts'
import type { Moment } from './check.ts'

export interface Window {
  readonly requests: number
  readonly failed: number
  /** 0–1; undefined for an empty window, which is not good. */
  readonly ratio?: number
}

/** Longer than any probe takes: what began this long before a window did not end in it. */
const SLOWEST = 60_000

/** Requests that began in [from, to) through the given gateways, and how many of them failed. */
export function windowOf(results: readonly ProbeResult[], from: Milliseconds, to: Milliseconds, through: readonly CenterName[]): Window {
  return count(results, from, to, through, ({ startedAt }) => startedAt)
}

/** Gateways that clients can get through: those that are not lost. */
export function liveGateways({ topology, lost }: Pick<Moment, 'topology' | 'lost'>): readonly CenterName[] {
  return topology.centers.map(({ name }) => name).filter((name) => !lost.includes(name))
}

/** The same for requests that ended in [from, to): what an eye sees now, time-outs included. */
export function endedIn(results: readonly ProbeResult[], from: Milliseconds, to: Milliseconds, through: readonly CenterName[]): Window {
  return count(results, from, to, through, ({ startedAt, took }) => startedAt + took)
}

/** Results come in the order in which they end, so those long before the window need not be looked at again. */
function count(
  results: readonly ProbeResult[],
  from: Milliseconds,
  to: Milliseconds,
  through: readonly CenterName[],
  timeOf: (one: ProbeResult) => Milliseconds,
): Window {
  let requests = 0
  let failed = 0
  for (let i = results.length - 1; i >= 0; i -= 1) {
    const one = results[i]
    if (one === undefined || one.startedAt < from - SLOWEST) break
    if (timeOf(one) < from || timeOf(one) >= to || !through.includes(one.gateway)) continue
    requests += 1
    if (!one.ok) failed += 1
  }
  return { requests, failed, ...(requests === 0 ? {} : { ratio: failed / requests }) }
}

export function ratioText(ratio: number | undefined): string {
  return ratio === undefined ? '-' : percent(ratio, 2, ' ')
}
