import type { Storage, StoredSeries } from '../promql/evaluate.ts'
import { type Labels, NAME, keyOf, labelOf } from '../promql/labels.ts'
import { type Matcher, matchAll } from '../promql/syntax.ts'
import { Samples } from './samples.ts'

interface Series extends StoredSeries {
  readonly samples: Samples
}

/** Times in ms since the epoch. */
export interface Tsdb extends Storage {
  /** `undefined` marks that the series ends here; nothing happens where it has ended already, or for a time that is not newer. */
  append(labels: Labels, time: number, value: number | undefined): void
  /** Labels of the series that have samples, or markers, between the two, inclusive. */
  series(matchers: readonly Matcher[], start: number, end: number): readonly Labels[]
  /** Samples kept, markers included. */
  readonly size: number
}

/** Samples in memory, at most about `most` of them: then a quarter of the time that they span is forgotten. */
export function openTsdb({ most }: { readonly most: number }): Tsdb {
  const byKey = new Map<string, Series>()
  const byName = new Map<string, Set<Series>>()
  let size = 0

  const create = (labels: Labels, key: string): Series => {
    const samples = new Samples()
    const made: Series = {
      labels,
      samples,
      latest: (at, lookback) => samples.latest(at, lookback),
      window: (from, to) => samples.window(from, to),
    }
    byKey.set(key, made)
    const name = labelOf(labels, NAME)
    const namesakes = byName.get(name) ?? new Set()
    namesakes.add(made)
    byName.set(name, namesakes)
    return made
  }
  const forget = (): void => {
    const all = [...byKey.values()].map(({ samples }) => samples)
    const oldest = Math.min(...all.map(({ first }) => first ?? Infinity))
    const newest = Math.max(...all.map(({ last }) => last ?? -Infinity))
    const cut = oldest + Math.max(1, (newest - oldest) / 4)
    for (const [key, one] of byKey) {
      size -= one.samples.forget(cut)
      if (one.samples.size > 0) continue
      byKey.delete(key)
      byName.get(labelOf(one.labels, NAME))?.delete(one)
    }
  }
  const select = (matchers: readonly Matcher[]): readonly Series[] => {
    const named = matchers.find(({ name, sign }) => name === NAME && sign === '=')
    const candidates = named === undefined ? byKey.values() : (byName.get(named.value) ?? [])
    return [...candidates].filter(({ labels }) => matchAll(labels, matchers))
  }

  return {
    append(labels, time, value) {
      const key = keyOf(labels)
      const found = byKey.get(key)
      if (value === undefined && (found === undefined || found.samples.ended)) return
      if ((found ?? create(labels, key)).samples.push(time, value)) size++
      if (size > most) forget()
    },
    select,
    series: (matchers, start, end) =>
      select(matchers)
        .filter(({ samples }) => (samples.first ?? Infinity) <= end && (samples.last ?? -Infinity) >= start)
        .map(({ labels }) => labels),
    get size() {
      return size
    },
  }
}
