import type { Labels } from '../../../src/lab/promql/labels.ts'
import { oneOf } from './random.ts'

export interface GivenSeries {
  readonly labels: Labels
  readonly samples: readonly (readonly [ms: number, value: number])[]
}

/** ms since the epoch. */
export const BEGIN = 1_700_000_000_000
export const END = BEGIN + 1_800_000
const INTERVAL = 15_000

const CENTERS = ['zone-a', 'zone-b', 'zone-c']
const BOUNDS = ['0.5', '1.0', '5.0', '25.0', '+Inf']

/** Half an hour of counters with resets, histograms, gauges with odd values, series that begin late, end early or have gaps; times jitter, as scrapes do. */
export function randomSeries(random: () => number): readonly GivenSeries[] {
  const times = (): number[] => {
    const [from, to] = [random() < 0.3 ? random() * 900_000 : 0, random() < 0.3 ? 900_000 + random() * 900_000 : 1_800_000]
    const exact = random() < 0.5
    const gaps = random() < 0.3
    const all: number[] = []
    for (let at = 0; at <= 1_800_000; at += INTERVAL) {
      if (at < from || at > to || (gaps && random() < 0.3)) continue
      all.push(BEGIN + at + (exact ? 0 : Math.floor(random() * 2000)))
    }
    return all
  }
  const counter = (labels: Labels): GivenSeries => {
    let value = random() < 0.5 ? 0 : Math.floor(random() * 10_000)
    const [step, resets] = [random() * 200, random() < 0.3]
    return {
      labels,
      samples: times().map((ms) => {
        value = resets && random() < 0.05 ? 0 : value + (random() < 0.2 ? 0 : Math.floor(random() * step))
        return [ms, value]
      }),
    }
  }
  const gauge = (labels: Labels): GivenSeries => ({
    labels,
    samples: times().map((ms) => [
      ms,
      random() < 0.04 ? oneOf(random, [NaN, Infinity, -Infinity, 0]) : Math.round((random() - 0.3) * 1000) / 10 + 0,
    ]),
  })
  const histogram = (labels: Labels): GivenSeries[] => {
    const counts = BOUNDS.map(() => 0)
    const broken = random() < 0.3
    const at = times()
    const samples = BOUNDS.map((): [number, number][] => [])
    for (const ms of at) {
      const falls = random()
      let sum = 0
      BOUNDS.forEach((_, i) => {
        counts[i]! += Math.floor(random() * 20 * falls)
        sum = broken ? counts[i]! * 2 : sum + counts[i]!
        samples[i]!.push([ms, sum])
      })
    }
    return BOUNDS.map((le, i) => ({ labels: { ...labels, le }, samples: samples[i]! }))
  }
  return [
    ...CENTERS.flatMap((center) => ['2xx', '5xx'].map((code) => counter({ __name__: 'requests_total', center, code, job: 'gateway' }))),
    ...CENTERS.map((center) => counter({ __name__: 'answers', center })),
    ...CENTERS.flatMap((center) => ['p1', 'p2'].map((pod) => gauge({ __name__: 'members', center, pod }))),
    gauge({ __name__: 'lonely' }),
    gauge({ __name__: 'capacity', center: 'zone-a', region: 'beijing' }),
    gauge({ __name__: 'capacity', center: 'zone-b', region: 'beijing' }),
    ...CENTERS.slice(0, 2).flatMap((center) => histogram({ __name__: 'times_bucket', center })),
  ]
}

/** As `promtool tsdb create-blocks-from openmetrics` reads it: series of one name stand together. */
export function openMetrics(all: readonly GivenSeries[]): string {
  const text = (value: number): string =>
    Number.isNaN(value) ? 'NaN' : Number.isFinite(value) ? String(value) : value > 0 ? '+Inf' : '-Inf'
  const rows = all.flatMap(({ labels: { __name__: name, ...labels }, samples }) =>
    samples.map(([ms, value]) => {
      const written = Object.entries(labels).map(([label, one]) => `${label}="${one}"`)
      return `${name}{${written.join(',')}} ${text(value)} ${ms / 1000}\n`
    }),
  )
  return `${rows.join('')}# EOF\n`
}
