import type { CenterName, Milliseconds } from '../domain/topology.ts'
import type { ProbeResult } from '../ports/traffic.ts'

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

/** A time-out counts as an answer that never came; it is judged over this long. */
const LOOK_BACK = 2_000

/** Gateways that answered none of the probes of the last two seconds that they were sent, whatever their API does. A gateway that was sent fewer than 3 is not judged. */
export function lostGateways(results: readonly ProbeResult[], now: Milliseconds): readonly CenterName[] {
  const sent = new Map<CenterName, { asked: number; answered: number }>()
  for (let i = results.length - 1; i >= 0; i -= 1) {
    const one = results[i]
    if (one === undefined || one.startedAt + one.took < now - LOOK_BACK) continue
    const count = sent.get(one.gateway) ?? { asked: 0, answered: 0 }
    sent.set(one.gateway, { asked: count.asked + 1, answered: count.answered + (one.status === undefined ? 0 : 1) })
  }
  return [...sent].filter(([, { asked, answered }]) => asked >= 3 && answered === 0).map(([name]) => name)
}

/** Gateways that clients can get through. */
export function liveGateways(results: readonly ProbeResult[], now: Milliseconds): readonly CenterName[] {
  const lost = lostGateways(results, now)
  return [...new Set(results.map(({ gateway }) => gateway))].filter((name) => !lost.includes(name))
}

export function percent(ratio: number | undefined): string {
  return ratio === undefined ? '-' : `${(ratio * 100).toFixed(2)} %`
}
