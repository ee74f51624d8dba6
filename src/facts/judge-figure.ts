import { unitFactors, type FigureName, type FigureTemplate, type MetricsProfile } from '../domain/metrics-profile.ts'
import type { CenterName, Milliseconds, Topology } from '../domain/topology.ts'
import type { MetricsAnswer, MetricsGap, Sample } from '../ports/metrics.ts'
import { centerOfLabel } from './center-of-label.ts'

/** Why a figure is not known. Each is a reason of its own, and none is ever a number. */
export type FigureGap =
  | MetricsGap
  | 'no-query'
  | 'no-data'
  | 'no-traffic'
  | 'nan'
  | 'infinite'
  | 'negative'
  | 'impossible'
  | 'several-series'
  | 'no-center'
  | 'stale'
  | 'other-time'

interface Asked {
  readonly figure: FigureName
  /** As it was sent; empty where the profile has none. */
  readonly query: string
  /** Wall clock, ms. */
  readonly at: number
  readonly took: Milliseconds
}
/** One figure of one center: requests/s, ms, ratios 0–1, counts. `age`: of the newest sample, ms, by the clock of Prometheus. */
export type Figure =
  | (Asked & {
      readonly state: 'measured'
      readonly value: number
      readonly byCenter: Readonly<Record<CenterName, number>>
      readonly age: Milliseconds
    })
  | (Asked & { readonly state: 'gap'; readonly gap: FigureGap; readonly detail: string })

export interface FigureContext {
  readonly topology: Topology
  readonly profile: MetricsProfile
  readonly maxAge: Milliseconds
}

type Verdict =
  | { readonly gap: FigureGap; readonly detail: string }
  | { readonly value: number; readonly byCenter: Readonly<Record<CenterName, number>> }
const gap = (reason: FigureGap, detail: string): { readonly gap: FigureGap; readonly detail: string } => ({ gap: reason, detail })

/** A figure out of two answers: its query's, and the one that says when the newest sample behind it was taken. Whatever is odd about either is a gap. */
export function judgeFigure(
  asked: Pick<Asked, 'figure' | 'query'>,
  template: FigureTemplate,
  answer: MetricsAnswer<readonly Sample[]>,
  newest: MetricsAnswer<readonly Sample[]>,
  context: FigureContext,
): Figure {
  const about = { ...asked, at: answer.at, took: answer.took }
  const no = ({ gap: reason, detail }: { readonly gap: FigureGap; readonly detail: string }): Figure => ({
    ...about,
    state: 'gap',
    gap: reason,
    detail,
  })
  if (answer.state === 'gap') return no(answer)
  const late = answer.value.find(({ at }) => Math.abs(answer.at - at) > context.maxAge)
  if (late !== undefined)
    return no(
      gap('other-time', `computed for ${Math.round((answer.at - late.at) / 1000)} s ago by our clock: a cache, or a clock that is off`),
    )
  const verdict = valueOf(asked.figure, template, answer.value, context)
  if ('gap' in verdict) return no(verdict)
  const age = ageOf(newest)
  if (typeof age !== 'number') return no(age)
  if (age > context.maxAge || age < -context.maxAge) return no(gap('stale', `its newest sample is ${Math.round(age / 1000)} s old`))
  return { ...about, state: 'measured', ...verdict, age: Math.max(0, age) }
}

function ageOf(newest: MetricsAnswer<readonly Sample[]>): number | { readonly gap: FigureGap; readonly detail: string } {
  if (newest.state === 'gap') return gap(newest.gap, `when it was scraped: ${newest.detail}`)
  const [sample, ...more] = newest.value
  if (sample === undefined) return gap('stale', 'no sample behind it is recent')
  if (more.length > 0) return gap('several-series', 'when it was scraped')
  const age = sample.at - sample.value * 1000
  return Number.isFinite(age) ? age : gap('nan', 'when it was scraped')
}

function valueOf(
  figure: FigureName,
  { shape, unit }: FigureTemplate,
  samples: readonly Sample[],
  { topology, profile }: FigureContext,
): Verdict {
  if (samples.length === 0) return gap('no-data', 'no series')
  if (shape === 'one' && samples.length > 1) return gap('several-series', `${samples.length} series`)
  for (const { value } of samples) {
    if (Number.isNaN(value)) return gap('nan', 'NaN')
    if (!Number.isFinite(value)) return gap('infinite', value > 0 ? '+Inf' : '-Inf')
    if (value < 0) return gap('negative', String(value))
  }
  const scaled = samples.map((sample) => ({ ...sample, value: sample.value * unitFactors[unit] }))
  const [first] = scaled
  if (shape === 'one' && first !== undefined) {
    const { value } = first
    if (figure === 'p99_ms' && value === 0) return gap('impossible', 'no request takes 0 ms')
    return RATIOS.has(figure) && value > 1 + ROUNDING ? gap('impossible', `${value} is no ratio`) : { value, byCenter: {} }
  }
  const known = scaled.flatMap(({ labels, value }) => {
    const center = centerOfLabel(topology, profile, labels[profile.center.label] ?? '')
    return center === undefined ? [] : [{ center, value }]
  })
  if (known.length === 0) return gap('no-center', `no ${profile.center.label} names a center or one of its backends`)
  const together = figure === 'healthy_instances' ? Math.min : (a: number, b: number): number => a + b
  const byCenter: Record<CenterName, number> = {}
  for (const { center, value } of known) byCenter[center] = byCenter[center] === undefined ? value : together(byCenter[center], value)
  return { value: Object.values(byCenter).reduce((a, b) => a + b, 0), byCenter }
}

const RATIOS: ReadonlySet<FigureName> = new Set(['error_ratio', 'cross_center_share'])
/** Rates of two series, extrapolated apart, may exceed each other a little. */
const ROUNDING = 0.01
