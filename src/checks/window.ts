import type { CenterName, Milliseconds } from '../domain/topology.ts'
import type { ProbeResult } from '../ports/traffic.ts'
import type { Moment } from './check.ts'

export interface Window {
  readonly requests: number
  readonly failed: number
  /** 0–1; undefined for an empty window, which is not good. */
  readonly ratio?: number
}

/** Requests that began in [from, to) through the given gateways, and how many of them failed. */
export function windowOf(results: readonly ProbeResult[], from: Milliseconds, to: Milliseconds, through: readonly CenterName[]): Window {
  const inside = results.filter((one) => one.startedAt >= from && one.startedAt < to && through.includes(one.gateway))
  const failed = inside.filter(({ ok }) => !ok).length
  return { requests: inside.length, failed, ...(inside.length === 0 ? {} : { ratio: failed / inside.length }) }
}

/** Gateways that clients can get through: those that are not lost. */
export function liveGateways({ topology, lost }: Pick<Moment, 'topology' | 'lost'>): readonly CenterName[] {
  return topology.centers.map(({ name }) => name).filter((name) => !lost.includes(name))
}

/** The same for requests that ended in [from, to): what an eye sees now, time-outs included. */
export function endedIn(results: readonly ProbeResult[], from: Milliseconds, to: Milliseconds, through: readonly CenterName[]): Window {
  const ends = results.map((one) => ({ ...one, startedAt: one.startedAt + one.took }))
  return windowOf(ends, from, to, through)
}

export function percent(ratio: number | undefined): string {
  return ratio === undefined ? '-' : `${(ratio * 100).toFixed(2)} %`
}
