import { openTsdb, type Tsdb } from '../../../src/lab/metrics/tsdb.ts'
import { matcher, type Selector } from '../../../src/lab/promql/syntax.ts'
import { parseSelector } from '../../../src/lab/promql/parse.ts'
import type { Labels } from '../../../src/lab/promql/labels.ts'

/**
 * Series in the notation of promtool's tests, from time 0 at every `interval` ms: `x{a="b"}` → `0+10x5` (0 10 20 … 50), `1x3` (four times 1), `5 _ 7`
 * (a gap), `stale` (a marker).
 */
export function seriesOf(given: Readonly<Record<string, string>>, interval = 15_000): Tsdb {
  const tsdb = openTsdb({ most: 1_000_000 })
  for (const [name, values] of Object.entries(given)) {
    const labels = labelsOf(parseSelector(name))
    valuesOf(values).forEach((value, i) => {
      if (value !== 'gap') tsdb.append(labels, i * interval, value === 'stale' ? undefined : value)
    })
  }
  return tsdb
}

function labelsOf({ matchers }: Selector): Labels {
  return Object.fromEntries(matchers.map(({ name, value }) => [name, value]))
}

function valuesOf(text: string): readonly (number | 'gap' | 'stale')[] {
  return text
    .trim()
    .split(/\s+/)
    .flatMap((part): (number | 'gap' | 'stale')[] => {
      if (part === 'stale') return ['stale']
      const [, gaps] = /^_(?:x(\d+))?$/.exec(part) ?? []
      if (part.startsWith('_')) return Array<'gap'>(Number(gaps ?? 1)).fill('gap')
      const [, first = '', step = '+0', times = '0'] = /^(-?[\d.]+|NaN|-?Inf)([+-][\d.]+)?(?:x(\d+))?$/.exec(part) ?? []
      const begin = Number(first.replace('Inf', 'Infinity'))
      return Array.from({ length: Number(times) + 1 }, (_, i) => (i === 0 ? begin : begin + i * Number(step)))
    })
}

export const named = (name: string) => [matcher('__name__', '=', name)]
