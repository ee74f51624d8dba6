import type { Sampled } from '../domain/record.ts'
import type { Language } from '../domain/words.ts'
import { escapeHtml } from './escape-html.ts'
import type { ReportFacts, TimeMark } from './facts.ts'
import { elapsed } from './figures.ts'
import { type ReportSay, reportSpeaker } from './report-words.ts'

const WIDTH = 900
const LEFT = 44
const RIGHT = 12
const PLOT = 150
const COLORS = 6

interface Scale {
  readonly x: (ms: number) => number
  readonly from: number
  readonly to: number
}

/** Two plots over one time: the ratio of failed requests, and the share of answers by center as stacked areas; a line for each moment that matters. Empty seconds leave a gap: no data is not zero. */
export function plots({ samples, marks, started, recovery }: ReportFacts, language: Language): string {
  const say = reportSpeaker(language)
  const sorted = [...samples].toSorted((a, b) => a.from - b.from)
  if (sorted.length === 0) return `<p>${escapeHtml(say('no-samples'))}</p>`
  const from = Math.min(sorted[0]?.from ?? 0, ...marks.map(({ ms }) => ms))
  const to = Math.max(sorted.at(-1)?.to ?? 1, ...marks.map(({ ms }) => ms))
  const scale: Scale = { x: (ms) => LEFT + ((ms - from) / Math.max(1, to - from)) * (WIDTH - LEFT - RIGHT), from, to }
  const rows = labelRows(marks, scale, say, language)
  const top = 20 + Math.max(0, ...rows.map(({ row }) => row + 1)) * 14
  const declared = started.topology.centers.map(({ name }) => name)
  const names = centerNames(sorted, declared)
  return `${errorPlot(sorted, recovery?.through ?? declared, rows, top, scale, say)}\n${sharePlot(sorted, rows, names, new Map(declared.map((name, i) => [name, i])), scale, say)}`
}

interface LabelledMark extends TimeMark {
  readonly label: string
  readonly row: number
  readonly at: number
}

/** A label under which a later line would pass stands higher than that line's own label, so no line crosses a label. */
function labelRows(marks: readonly TimeMark[], { x }: Scale, say: ReportSay, language: Language): readonly LabelledMark[] {
  const placed: (LabelledMark & { readonly end: number })[] = []
  for (const mark of [...marks].toSorted((a, b) => a.ms - b.ms)) {
    const label = `${say(`mark-${mark.kind}`)} ${elapsed(mark.ms, language)}`
    const wide = Array.from(label, (one) => (one > '\u2E80' ? 12 : 6.4)).reduce((sum, one) => sum + one, 6)
    const at = Math.min(x(mark.ms), WIDTH - RIGHT - wide)
    const row = Math.max(0, ...placed.filter(({ end }) => end > at).map((one) => one.row + 1))
    placed.push({ ...mark, label, row, at, end: at + wide })
  }
  return placed
}

/** Requests of one second through some gateways. */
function through(sample: Sampled, gateways: readonly string[]): Sampled {
  const mine = Object.entries(sample.byGateway).filter(([name]) => gateways.includes(name))
  return {
    ...sample,
    requests: mine.reduce((sum, [, one]) => sum + one.requests, 0),
    failed: mine.reduce((sum, [, one]) => sum + one.failed, 0),
  }
}

/** Clients that enter through a lost gateway are no part of the recovery time: they stand beside it, dashed. */
function errorPlot(
  all: readonly Sampled[],
  gateways: readonly string[],
  marks: readonly LabelledMark[],
  top: number,
  scale: Scale,
  say: ReportSay,
): string {
  const others = [...new Set(all.flatMap(({ byGateway }) => Object.keys(byGateway)))].filter((name) => !gateways.includes(name))
  const samples = all.map((sample) => through(sample, gateways))
  const beside = all.map((sample) => through(sample, others))
  const worst = Math.max(0, ...[...samples, ...beside].map(({ failed, requests }) => (requests === 0 ? 0 : (failed / requests) * 100)))
  const most = [1, 5, 10, 25, 50, 100].find((step) => step >= worst) ?? 100
  const y = (value: number) => top + PLOT - (value / most) * PLOT
  const runs = stretches(samples).map((stretch) =>
    stretch.map((sample) => ({ x: middle(sample, scale), y: y((sample.failed / sample.requests) * 100) })),
  )
  const shapes = runs.flatMap((points) => {
    const line = points.map(point).join(' ')
    const [first, last] = [points[0], points.at(-1)]
    return first === undefined || last === undefined
      ? []
      : [
          `<polygon class="errors-area" points="${line} ${point({ x: last.x, y: y(0) })} ${point({ x: first.x, y: y(0) })}"/>`,
          `<polyline class="errors" points="${line}"/>`,
        ]
  })
  const lost = stretches(beside).map((stretch) => {
    const line = stretch.map((sample) => point({ x: middle(sample, scale), y: y((sample.failed / sample.requests) * 100) })).join(' ')
    return `<polyline class="errors-beside" points="${line}"/>`
  })
  const title =
    others.length === 0 ? say('plot-errors') : say('plot-errors-beside', { through: gateways.join(', '), others: others.join(', ') })
  const labels = marks.map(({ at, row, label }) => `<text x="${round(at + 3)}" y="${30 + row * 14}">${escapeHtml(label)}</text>`)
  const lines = marks.map(
    ({ ms, row }) => `<line class="mark" x1="${round(scale.x(ms))}" x2="${round(scale.x(ms))}" y1="${22 + row * 14}" y2="${top + PLOT}"/>`,
  )
  return frame(top + PLOT + 24, say('plot-errors'), [
    `<text x="0" y="12">${escapeHtml(title)}</text>`,
    ...grid([0, most / 2, most], y),
    ...lost,
    ...shapes,
    ...lines,
    ...labels,
    ...timeAxis(top + PLOT, scale),
  ])
}

function sharePlot(
  samples: readonly Sampled[],
  marks: readonly LabelledMark[],
  names: readonly string[],
  colors: ReadonlyMap<string, number>,
  scale: Scale,
  say: ReportSay,
): string {
  const top = 40
  const y = (value: number) => top + PLOT - (value / 100) * PLOT
  const color = (i: number) => `s${Math.min(colors.get(names[i] ?? '') ?? COLORS - 1, COLORS - 1)}`
  const areas = stretches(samples.filter(({ byCenter }) => Object.values(byCenter).some((n) => n > 0))).flatMap((stretch) =>
    names.map((_, i) => {
      const upTo = (sample: Sampled, n: number) => {
        const all = Object.values(sample.byCenter).reduce((sum, one) => sum + one, 0)
        return (names.slice(0, n).reduce((sum, name) => sum + (sample.byCenter[name] ?? 0), 0) / all) * 100
      }
      const upper = stretch.map((sample) => point({ x: middle(sample, scale), y: y(upTo(sample, i + 1)) }))
      const lower = stretch.map((sample) => point({ x: middle(sample, scale), y: y(upTo(sample, i)) }))
      return `<polygon class="area ${color(i)}" points="${[...upper, ...lower.toReversed()].join(' ')}"/>`
    }),
  )
  const legend = names.map(
    (name, i) =>
      `<rect class="${color(i)}" x="${LEFT + i * 120}" y="20" width="10" height="10"/><text x="${LEFT + 15 + i * 120}" y="29">${escapeHtml(name === '' ? say('plot-unnamed') : name)}</text>`,
  )
  const lines = marks.map(
    ({ ms }) => `<line class="mark" x1="${round(scale.x(ms))}" x2="${round(scale.x(ms))}" y1="${top}" y2="${top + PLOT}"/>`,
  )
  const axis = `<text class="soft" text-anchor="end" x="${WIDTH - RIGHT}" y="${top + PLOT + 34}">${escapeHtml(say('plot-time'))}</text>`
  return frame(top + PLOT + 40, say('plot-share'), [
    `<text x="0" y="12">${escapeHtml(say('plot-share'))}</text>`,
    ...legend,
    ...grid([0, 50, 100], y),
    ...areas,
    ...lines,
    ...timeAxis(top + PLOT, scale),
    axis,
  ])
}

/** Samples in a row, with requests in every one. */
function stretches(samples: readonly Sampled[]): readonly (readonly Sampled[])[] {
  const found: Sampled[][] = []
  for (const sample of samples.filter(({ requests }) => requests > 0)) {
    const last = found.at(-1)
    const before = last?.at(-1)
    if (last === undefined || before === undefined || sample.from - before.to > 1000) found.push([sample])
    else last.push(sample)
  }
  return found
}

function centerNames(samples: readonly Sampled[], declared: readonly string[]): readonly string[] {
  const seen = new Set(samples.flatMap(({ byCenter }) => Object.keys(byCenter).filter((name) => (byCenter[name] ?? 0) > 0)))
  return [...declared.filter((name) => seen.has(name)), ...[...seen].filter((name) => !declared.includes(name))]
}

function timeAxis(bottom: number, { x, from, to }: Scale): readonly string[] {
  const span = to - from
  const step = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600].map((s) => s * 1000).find((ms) => span / ms <= 12) ?? span
  const ticks = Array.from({ length: Math.floor(to / step) - Math.ceil(from / step) + 1 }, (_, i) => (Math.ceil(from / step) + i) * step)
  return ticks.map((ms) => `<text class="soft" text-anchor="middle" x="${round(x(ms))}" y="${bottom + 16}">${ms / 1000}</text>`)
}

function grid(values: readonly number[], y: (value: number) => number): readonly string[] {
  return values.map(
    (value) =>
      `<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${round(y(value))}" y2="${round(y(value))}"/><text class="soft" text-anchor="end" x="${LEFT - 6}" y="${round(y(value) + 4)}">${value}</text>`,
  )
}

function frame(height: number, title: string, shapes: readonly string[]): string {
  return `<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escapeHtml(title)}">\n${shapes.join('\n')}\n</svg>`
}

function middle({ from, to }: Sampled, { x }: Scale): number {
  return x((from + to) / 2)
}

function point({ x, y }: { readonly x: number; readonly y: number }): string {
  return `${round(x)},${round(y)}`
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
