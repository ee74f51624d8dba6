import type { Recovery } from './record.ts'
import type { CenterName, Milliseconds } from './topology.ts'

/** One request as its client saw it; times on one monotonic clock. A time-out is a failure. */
export interface ClientRequest {
  readonly gateway: CenterName
  readonly startedAt: Milliseconds
  readonly ok: boolean
}

export interface RecoveryInput {
  readonly requests: readonly ClientRequest[]
  /** Gateways that are not lost: requests through others are reported apart. */
  readonly through: readonly CenterName[]
  readonly times: {
    /** The tool made the fault: the clock starts at the first request that failed after it. */
    readonly faultAt?: Milliseconds
    /** A person said when clients began to fail. */
    readonly saidAt?: Milliseconds
    readonly decidedAt?: Milliseconds
    readonly confirmedAt?: Milliseconds
    readonly appliedAt?: Milliseconds
  }
  /** Until when every request has had time to end: a hold that is not over is none. */
  readonly until: Milliseconds
  readonly hold: Milliseconds
  readonly holdRequests: number
  /** Error ratio, 0–1. */
  readonly errorLimit: number
  readonly resolution: Milliseconds
  readonly target: Milliseconds
}

const FIRST_SECOND = 1000

/**
 * Recovered = the start of the first hold (long enough, with enough requests) whose error ratio is below the limit and whose first second has no failure.
 * By start time, only through gateways that are not lost; an empty window is not good. A target is judged only where the start is known.
 */
export function recoveryOf(input: RecoveryInput): Recovery {
  const { times, through, target, resolution } = input
  const requests = input.requests.filter(({ gateway }) => through.includes(gateway)).toSorted((a, b) => a.startedAt - b.startedAt)
  const { start, from } = startOf(requests, times)
  const recoveredAt = firstHold(requests, from ?? times.appliedAt ?? times.faultAt ?? Number.NEGATIVE_INFINITY, input)
  const failed = requests.filter(({ ok, startedAt }) => !ok && startedAt >= (from ?? Number.NEGATIVE_INFINITY))
  const boundary = times.appliedAt ?? Number.POSITIVE_INFINITY
  const failedBefore = failed.filter(({ startedAt }) => startedAt < boundary).length
  const common = {
    recovered: recoveredAt !== undefined,
    start,
    resolution,
    target,
    through,
    failedBefore,
    failedAfter: failed.length - failedBefore,
  }
  if (from === undefined) return common
  const total = recoveredAt === undefined ? undefined : recoveredAt - from
  const judged = start === 'fault' || start === 'since'
  return {
    ...common,
    ...(total === undefined ? {} : { total }),
    ...part('detect', from, times.decidedAt),
    ...part('decide', times.decidedAt, times.confirmedAt),
    ...part('apply', times.confirmedAt, times.appliedAt),
    ...part('prove', times.appliedAt, recoveredAt),
    ...(judged && (total !== undefined || input.until - from > target) ? { withinTarget: total !== undefined && total <= target } : {}),
  }
}

function startOf(
  requests: readonly ClientRequest[],
  { faultAt, saidAt }: RecoveryInput['times'],
): { readonly start: Recovery['start']; readonly from?: Milliseconds } {
  if (saidAt !== undefined) return { start: 'since', from: saidAt }
  const first = requests.find(({ ok, startedAt }) => !ok && startedAt >= (faultAt ?? Number.NEGATIVE_INFINITY))
  if (first === undefined) return { start: 'none' }
  return { start: faultAt === undefined ? 'probe' : 'fault', from: first.startedAt }
}

function firstHold(
  requests: readonly ClientRequest[],
  from: Milliseconds,
  { hold, holdRequests, errorLimit, until }: RecoveryInput,
): Milliseconds | undefined {
  const failures = [0]
  for (const { ok } of requests) failures.push((failures.at(-1) ?? 0) + (ok ? 0 : 1))
  const failedIn = (first: number, end: number): number => (failures[end] ?? 0) - (failures[first] ?? 0)
  const firstAt = (time: Milliseconds): number => {
    let [low, high] = [0, requests.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((requests[middle]?.startedAt ?? 0) < time) low = middle + 1
      else high = middle
    }
    return low
  }
  for (let first = firstAt(from); first < requests.length; first++) {
    const at = requests[first]?.startedAt ?? 0
    if (at + hold > until) return undefined
    if (failedIn(first, firstAt(at + FIRST_SECOND)) > 0) continue
    // The hold lasts until it is long enough and has seen enough requests.
    const end = Math.max(firstAt(at + hold), first + holdRequests)
    if (end > requests.length || (requests[end - 1]?.startedAt ?? 0) >= until) return undefined
    if (failedIn(first, end) / (end - first) < errorLimit) return at
  }
  return undefined
}

/** A part that ends before it begins took no time: clients may recover before the last write is acknowledged. */
function part(
  name: 'detect' | 'decide' | 'apply' | 'prove',
  from: Milliseconds | undefined,
  to: Milliseconds | undefined,
): Partial<Record<typeof name, Milliseconds>> {
  return from === undefined || to === undefined ? {} : { [name]: Math.max(0, to - from) }
}
