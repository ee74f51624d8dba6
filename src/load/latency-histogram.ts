/** Latencies in bounded memory. */
export interface LatencyHistogram {
  /** `ms` ≥ 0. */
  record(ms: number): void
  readonly count: number
  /** Exact; 0 when nothing was recorded. */
  readonly max: number
  /** Nearest rank, `share` 0–1: the smallest recorded latency that is not exceeded by this share of them, rounded up by less than 1 % (and 1 µs): it never flatters. */
  percentile(share: number): number
}

/** Buckets per power of two: a bucket's upper end is less than 1/128 above whatever is in it. */
const FINE = 7

export function latencyHistogram(): LatencyHistogram {
  /** Upper end in µs → how many. */
  const counts = new Map<number, number>()
  let count = 0
  let max = 0
  return {
    record(ms) {
      const us = Math.max(0, Math.ceil(ms * 1000))
      const width = 2 ** Math.max(0, Math.floor(Math.log2(Math.max(1, us))) - FINE)
      const upper = Math.ceil(us / width) * width
      counts.set(upper, (counts.get(upper) ?? 0) + 1)
      count += 1
      max = Math.max(max, ms)
    },
    get count() {
      return count
    },
    get max() {
      return max
    },
    percentile(share) {
      let left = Math.max(1, Math.ceil(share * count))
      for (const [upper, many] of [...counts].sort(([a], [b]) => a - b)) {
        left -= many
        if (left <= 0) return Math.min(upper / 1000, max)
      }
      return max
    },
  }
}
