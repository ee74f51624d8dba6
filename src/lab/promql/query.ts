import { Evaluation, type RangeSeries, type Storage } from './evaluate.ts'
import { type Labels, keyOf } from './labels.ts'
import { parse } from './parse.ts'
import { QueryRefusal } from './refusal.ts'
import { typeOf } from './syntax.ts'
import { type Sample, distinct } from './vector.ts'

export type Result =
  | { readonly type: 'scalar'; readonly time: number; readonly value: number }
  | { readonly type: 'string'; readonly time: number; readonly value: string }
  | { readonly type: 'vector'; readonly time: number; readonly vector: readonly Sample[] }
  | { readonly type: 'matrix'; readonly series: readonly RangeSeries[] }

/** A result and what Prometheus would say beside it. */
export interface Answer {
  readonly result: Result
  readonly warnings: readonly string[]
  readonly infos: readonly string[]
}

/** The value at one moment, ms since the epoch. Throws a `QueryRefusal`. */
export function instantQuery(source: string, time: number, storage: Storage): Answer {
  const expression = parse(source)
  const evaluation = new Evaluation(source, storage)
  const type = typeOf(expression)
  if (type === 'matrix') {
    let selector = expression
    while (selector.kind === 'parentheses') selector = selector.of
    if (selector.kind !== 'selector') throw new QueryRefusal('execution', 'only a selector gives a range vector')
    return said(evaluation, {
      type,
      series: evaluation.ranges(selector, time).map(({ labels, times, values }) => ({ labels, times, values })),
    })
  }
  const value = evaluation.at(expression, time)
  if (typeof value === 'number') return said(evaluation, { type: 'scalar', time, value })
  if (typeof value === 'string') return said(evaluation, { type: 'string', time, value })
  return said(evaluation, { type: 'vector', time, vector: distinct(value) })
}

/** The values at `start`, `start` + `step` … until `end`; all in ms. */
export function rangeQuery(
  source: string,
  { start, end, step }: { readonly start: number; readonly end: number; readonly step: number },
  storage: Storage,
): Answer {
  const expression = parse(source)
  const type = typeOf(expression)
  if (type !== 'vector' && type !== 'scalar') {
    const got = type === 'matrix' ? 'range vector' : 'string'
    throw new QueryRefusal('bad_data', `invalid expression type "${got}" for range query, must be Scalar or instant Vector`)
  }
  const evaluation = new Evaluation(source, storage)
  const series = new Map<string, { readonly labels: Labels; readonly times: number[]; readonly values: number[] }>()
  for (let time = start; time <= end; time += step) {
    const value = evaluation.at(expression, time)
    const vector = typeof value === 'number' ? [{ labels: {}, value }] : distinct(value as readonly Sample[])
    for (const sample of vector) {
      const key = keyOf(sample.labels)
      const one = series.get(key) ?? { labels: sample.labels, times: [], values: [] }
      one.times.push(time)
      one.values.push(sample.value)
      series.set(key, one)
    }
  }
  const sorted = [...series].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one)
  return said(evaluation, { type: 'matrix', series: sorted })
}

function said({ warnings, infos }: Evaluation, result: Result): Answer {
  return { result, warnings: few(warnings, 'warning'), infos: few(infos, 'info') }
}

/** As many as Prometheus sends. */
const MOST = 10

function few(said: ReadonlyMap<string, string>, kind: string): readonly string[] {
  const shown = [...said].slice(0, MOST).map(([text, place]) => `${text} (${place})`)
  return said.size <= MOST ? shown : [...shown, `${said.size - MOST} more ${kind} annotations omitted`]
}
