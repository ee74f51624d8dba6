import { type Labels, NAME, drop, keep, keyOf } from './labels.ts'
import { meanOf, sumOf } from './sums.ts'
import type { Aggregation, AggregationName } from './syntax.ts'
import type { Sample } from './vector.ts'

const extreme = (better: (best: number, value: number) => boolean) => (values: readonly number[]) =>
  values.reduce((best, value) => (better(best, value) || Number.isNaN(best) ? value : best))

const REDUCE: Readonly<Record<AggregationName, (values: readonly number[]) => number>> = {
  sum: sumOf,
  avg: meanOf,
  count: (values) => values.length,
  min: extreme((best, value) => best > value),
  max: extreme((best, value) => best < value),
}

/** One sample per group of equal labels, in the order in which the groups first appear. Nothing from nothing. */
export function aggregate({ name, without, labels }: Aggregation, vector: readonly Sample[]): readonly Sample[] {
  const groups = new Map<string, { readonly labels: Labels; readonly values: number[] }>()
  for (const sample of vector) {
    const kept = without ? drop(sample.labels, [NAME, ...labels]) : keep(sample.labels, labels)
    const key = keyOf(kept)
    const group = groups.get(key) ?? { labels: kept, values: [] }
    group.values.push(sample.value)
    groups.set(key, group)
  }
  return [...groups.values()].map((group) => ({ labels: group.labels, value: REDUCE[name](group.values) }))
}
