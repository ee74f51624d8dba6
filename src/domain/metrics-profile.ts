import type { CenterName, Milliseconds } from './topology.ts'

/** What is measured of a center by Prometheus (§7.1). The names are stable: profiles and reports use them. */
export const figureNames = [
  'qps',
  'p99_ms',
  'error_ratio',
  'share_by_center',
  'cross_center_share',
  'healthy_instances',
  'failovers',
] as const
export type FigureName = (typeof figureNames)[number]

/** `one`: a single series or a scalar. `by-center`: series of which a label tells the center that requests went to, or instances belong to. */
export type FigureShape = 'one' | 'by-center'

/** What the numbers of a query are, and by what they are multiplied to become requests/s, ratios (0–1), milliseconds or counts. */
export const unitFactors = { 'requests/s': 1, ratio: 1, percent: 0.01, ms: 1, s: 1000, count: 1 } as const
export type Unit = keyof typeof unitFactors

/** One series selector of a query. `text` still holds the placeholders; `labels` are those that it matches on or that the query groups by. */
export interface SeriesSelector {
  readonly metric: string
  readonly text: string
  readonly labels: readonly string[]
}

export interface FigureTemplate {
  /** PromQL with `$window`, `$step` and `$labels`. */
  readonly query: string
  readonly unit: Unit
  readonly shape: FigureShape
  readonly selectors: readonly SeriesSelector[]
}

/** How the figures are asked for: `envoy`, `documented`, or a site's own. A figure that is missing cannot be measured there. */
export interface MetricsProfile {
  readonly name: string
  /** Label of `by-center` answers, and what stands in it → center, beyond names of centers and hosts of backends. */
  readonly center: { readonly label: string; readonly values: Readonly<Record<string, CenterName>> }
  readonly figures: Readonly<Partial<Record<FigureName, FigureTemplate>>>
}

/** An alert as a rule file declares it. */
export interface DeclaredAlert {
  readonly name: string
  readonly query: string
  /** Seconds. */
  readonly for: number
  readonly labels: Readonly<Record<string, string>>
}

export interface TemplateValues {
  readonly window: Milliseconds
  readonly step: Milliseconds
  readonly labels: Readonly<Record<string, string>>
}

/** The query that is sent. Values of labels are escaped: whatever stands in a topology stays inside its quotes. */
export function renderQuery(template: string, { window, step, labels }: TemplateValues): string {
  const matchers = Object.entries(labels).map(([label, value]) => `${label}=${quoted(value)}`)
  return template
    .replaceAll('$window', durationText(window))
    .replaceAll('$step', durationText(step))
    .replaceAll(/(,?\s*)\$labels/g, (_, comma: string) => (matchers.length === 0 ? '' : comma + matchers.join(',')))
}

/** PromQL knows no fractions in durations. */
function durationText(ms: Milliseconds): string {
  return ms % 1000 === 0 ? `${ms / 1000}s` : `${ms}ms`
}

function quoted(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`
}

/** When the newest sample behind a query was taken, in seconds since the epoch: an instant answer bears the time that it was asked for, never that of its samples. */
export function ageQuery({ selectors }: Pick<FigureTemplate, 'selectors'>): string {
  return `max(${[...new Set(selectors.map(({ text }) => `timestamp(${text})`))].join(' or ')})`
}
