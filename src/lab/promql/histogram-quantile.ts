/** A bucket: how many observations were at most `bound`. */
export interface Bucket {
  readonly bound: number
  readonly count: number
}

/** Differences up to this share are roundings of rates. */
const ROUNDING = 1e-12

/**
 * The `q`-quantile by linear interpolation within its bucket, as Prometheus computes it for classic histograms. NaN without observations, without a bucket `+Inf`, or with that alone;
 * the last finite bound where it lies beyond. `forced`: counts fell where they may only rise, and were levelled.
 */
export function histogramQuantile(q: number, buckets: readonly Bucket[]): { readonly value: number; readonly forced: boolean } {
  const plain = (value: number) => ({ value, forced: false })
  if (Number.isNaN(q)) return plain(NaN)
  if (q < 0) return plain(-Infinity)
  if (q > 1) return plain(Infinity)
  const merged = merge(buckets.toSorted((a, b) => a.bound - b.bound || 0))
  if (merged.at(-1)?.bound !== Infinity) return plain(NaN)
  const { levelled, forced } = level(merged)
  const total = levelled.at(-1)!.count
  if (levelled.length < 2 || total === 0) return { value: NaN, forced }
  let rank = q * total
  const found = levelled.slice(0, -1).findIndex(({ count }) => count >= rank)
  if (found < 0) return { value: levelled.at(-2)!.bound, forced }
  const { bound, count } = levelled[found]!
  if (found === 0 && bound <= 0) return { value: bound, forced }
  const below = levelled[found - 1] ?? { bound: 0, count: 0 }
  rank -= below.count
  return { value: below.bound + (bound - below.bound) * (rank / (count - below.count)), forced }
}

function merge(sorted: readonly Bucket[]): readonly Bucket[] {
  const merged: Bucket[] = []
  for (const bucket of sorted) {
    const last = merged.at(-1)
    if (last?.bound === bucket.bound) merged[merged.length - 1] = { bound: last.bound, count: last.count + bucket.count }
    else merged.push(bucket)
  }
  return merged
}

function level(buckets: readonly Bucket[]): { readonly levelled: readonly Bucket[]; readonly forced: boolean } {
  let forced = false
  let before = buckets[0]!.count
  const levelled = buckets.map(({ bound, count }) => {
    const rounding = almostEqual(before, count)
    if (count < before && !rounding) forced = true
    if (!rounding && !(count < before)) before = count
    return { bound, count: before }
  })
  return { levelled, forced }
}

function almostEqual(a: number, b: number): boolean {
  if (a === b || (Number.isNaN(a) && Number.isNaN(b))) return true
  const [sum, difference] = [Math.abs(a) + Math.abs(b), Math.abs(a - b)]
  const smallest = 2.2250738585072014e-308
  if (a === 0 || b === 0 || sum < smallest) return difference < ROUNDING * smallest
  return difference / Math.min(sum, Number.MAX_VALUE) < ROUNDING
}
