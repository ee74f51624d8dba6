import { aggregate } from './aggregate.ts'
import { type Bucket, histogramQuantile } from './histogram-quantile.ts'
import { type Labels, NAME, drop, keyOf, labelOf, withLabel } from './labels.ts'
import { readNumber, shortText } from './numbers.ts'
import { combined, compute, matched, withScalar } from './operators.ts'
import { wholePattern } from './pattern.ts'
import { RANGE_FUNCTIONS, type Window } from './ranges.ts'
import { QueryRefusal } from './refusal.ts'
import { type Call, type Expression, type Matcher, type Selector, isSetOperator } from './syntax.ts'
import { placeOf } from './tokens.ts'
import { type Sample, distinct } from './vector.ts'

/** What a query reads: series by matchers, each with its samples; stale markers end a series and are no samples. Times in ms. */
export interface Storage {
  select(matchers: readonly Matcher[]): readonly StoredSeries[]
}
export interface StoredSeries {
  readonly labels: Labels
  /** The newest sample in (`at` − `lookback`, `at`]; undefined: none, or the series had ended. */
  latest(at: number, lookback: number): { readonly time: number; readonly value: number } | undefined
  /** The samples in (`from`, `to`], oldest first. */
  window(from: number, to: number): { readonly times: readonly number[]; readonly values: readonly number[] }
}

/** One series over a range of time. */
export interface RangeSeries {
  readonly labels: Labels
  readonly times: readonly number[]
  readonly values: readonly number[]
}

const LOOKBACK = 300_000 // ms

/** Computes one expression at any number of moments; what is to be said beside the result is collected in `infos` and `warnings`. */
export class Evaluation {
  /** Each text once, with the place of the last that said it. */
  readonly infos = new Map<string, string>()
  readonly warnings = new Map<string, string>()
  #source: string
  #storage: Storage
  #selected = new Map<Selector, readonly StoredSeries[]>()

  constructor(source: string, storage: Storage) {
    this.#source = source
    this.#storage = storage
  }

  /** A number, a text, or a vector; for a selector of ranges use `ranges`. Throws a `QueryRefusal` where there is no unambiguous answer. */
  at(expression: Expression, time: number): number | string | readonly Sample[] {
    switch (expression.kind) {
      case 'number':
      case 'string':
        return expression.value
      case 'parentheses':
        return this.at(expression.of, time)
      case 'negation': {
        const value = this.at(expression.of, time)
        if (typeof value === 'number') return -value
        return distinct((value as readonly Sample[]).map((sample) => ({ labels: drop(sample.labels, [NAME]), value: -sample.value })))
      }
      case 'selector':
        return this.#series(expression).flatMap((series) => {
          const found = series.latest(time - expression.offset, LOOKBACK)
          return found === undefined ? [] : [{ labels: series.labels, ...found }]
        })
      case 'aggregation':
        return aggregate(expression, this.#vector(expression.of, time))
      case 'call':
        return this.#call(expression, time)
      case 'binary': {
        const [left, right] = [this.at(expression.left, time), this.at(expression.right, time)]
        if (typeof left === 'number' && typeof right === 'number') return compute(expression.sign, left, right)
        if (typeof right === 'number') return distinct(withScalar(expression, left as readonly Sample[], right, true))
        if (typeof left === 'number') return distinct(withScalar(expression, right as readonly Sample[], left, false))
        const [a, b] = [left as readonly Sample[], right as readonly Sample[]]
        return distinct(isSetOperator(expression.sign) ? combined(expression, a, b) : matched(expression, a, b))
      }
    }
  }

  /** The samples themselves that a selector of ranges finds. */
  ranges(selector: Selector, time: number): readonly RangeSeries[] {
    return this.#windows(selector, time).filter(({ values }) => values.length > 0)
  }

  #vector(expression: Expression, time: number): readonly Sample[] {
    return this.at(expression, time) as readonly Sample[]
  }

  #series(selector: Selector): readonly StoredSeries[] {
    const known = this.#selected.get(selector) ?? this.#storage.select(selector.matchers)
    this.#selected.set(selector, known)
    return known
  }

  #windows(selector: Selector, time: number): readonly (Window & { readonly labels: Labels })[] {
    const to = time - selector.offset
    const from = to - (selector.range ?? 0)
    return this.#series(selector).map((series) => ({ labels: series.labels, from, to, ...series.window(from, to) }))
  }

  #call(call: Call, time: number): number | readonly Sample[] {
    const { name, args } = call
    const vector = (i: number) => this.#vector(args[i]!, time)
    const number = (i: number) => this.at(args[i]!, time) as number
    const mapped = (i: number, change: (value: number) => number) =>
      distinct(vector(i).map(({ labels, value }) => ({ labels: drop(labels, [NAME]), value: change(value) })))
    switch (name) {
      case 'time':
        return time / 1000
      case 'vector':
        return [{ labels: {}, value: number(0) }]
      case 'scalar': {
        const only = vector(0)
        return only.length === 1 ? only[0]!.value : NaN
      }
      case 'abs':
        return mapped(0, Math.abs)
      case 'clamp_min': {
        const least = number(1)
        // Not a number, too, is less than infinity: as Go has it.
        return mapped(0, (value) => (least === Infinity || value === Infinity ? Infinity : Math.max(least, value)))
      }
      case 'clamp_max': {
        const most = number(1)
        return mapped(0, (value) => (most === -Infinity || value === -Infinity ? -Infinity : Math.min(most, value)))
      }
      case 'timestamp': {
        const direct = inner(args[0]!).kind === 'selector'
        return distinct(
          vector(0).map(({ labels, time: taken }) => ({
            labels: drop(labels, [NAME]),
            value: (direct && taken !== undefined ? taken : time) / 1000,
          })),
        )
      }
      case 'absent':
        return vector(0).length > 0 ? [] : [{ labels: absentLabels(args[0]!), value: 1 }]
      case 'histogram_quantile':
        return this.#quantiles(call, number(0), vector(1))
      case 'label_replace':
        return replaced(vector(0), ...(args.slice(1).map((_, i) => this.at(args[i + 1]!, time)) as [string, string, string, string]))
      default:
        return this.#overRange(name, args[0]!, time)
    }
  }

  #overRange(name: keyof typeof RANGE_FUNCTIONS, arg: Expression, time: number): readonly Sample[] {
    const selector = inner(arg)
    if (selector.kind !== 'selector') throw new QueryRefusal('execution', `${name}() needs a selector of ranges`)
    const found = this.#windows(selector, time).flatMap(({ labels, ...window }) => {
      const value = RANGE_FUNCTIONS[name](window)
      if (value === undefined) return []
      if (name === 'rate' || name === 'increase') this.#doubtCounter(labelOf(labels, NAME), selector)
      return [{ labels: drop(labels, [NAME]), value }]
    })
    return distinct(found)
  }

  /** Prometheus 3 tells counters by their names alone. */
  #doubtCounter(metric: string, { start }: Selector): void {
    if (metric === '' || /_(?:total|sum|count|bucket)$/.test(metric)) return
    const text = `PromQL info: metric might not be a counter, name does not end in _total/_sum/_count/_bucket: ${JSON.stringify(metric)}`
    this.infos.set(text, placeOf(this.#source, start))
  }

  #quantiles({ args }: Call, q: number, vector: readonly Sample[]): readonly Sample[] {
    const [first = '', second = ''] = args.map(({ start }) => placeOf(this.#source, start))
    if (!(q >= 0 && q <= 1)) this.warnings.set(`PromQL warning: quantile value should be between 0 and 1, got ${shortText(q)}`, first)
    const groups = new Map<string, { readonly labels: Labels; readonly buckets: Bucket[] }>()
    for (const { labels, value } of vector) {
      const le = labelOf(labels, 'le')
      const bound = readNumber(le)
      if (bound === undefined) {
        this.warnings.set(`PromQL warning: bucket label "le" is missing or has a malformed value of ${JSON.stringify(le)}`, second)
        continue
      }
      const rest = drop(labels, ['le'])
      const key = keyOf(rest)
      const group = groups.get(key) ?? { labels: drop(rest, [NAME]), buckets: [] }
      group.buckets.push({ bound, count: value })
      groups.set(key, group)
    }
    return distinct(
      [...groups.values()].map(({ labels, buckets }) => {
        const { value, forced } = histogramQuantile(q, buckets)
        if (forced) this.infos.set('PromQL info: input to histogram_quantile needed to be fixed for monotonicity', second)
        return { labels, value }
      }),
    )
  }
}

function inner(expression: Expression): Expression {
  return expression.kind === 'parentheses' ? inner(expression.of) : expression
}

/** The labels that the selector asked for by `=`. Of anything else nothing is known. */
function absentLabels(expression: Expression): Labels {
  if (expression.kind !== 'selector') return {}
  const asked = expression.matchers.filter(({ name, sign, value }) => name !== NAME && sign === '=' && value !== '')
  return Object.fromEntries(asked.map(({ name, value }) => [name, value]))
}

function replaced(vector: readonly Sample[], to: string, replacement: string, from: string, pattern: string): readonly Sample[] {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(to)) throw new QueryRefusal('execution', `invalid destination label name in label_replace(): ${to}`)
  const whole = wholePattern(pattern)
  return distinct(
    vector.map((sample) => {
      const found = whole.exec(labelOf(sample.labels, from))
      return found === null ? sample : { ...sample, labels: withLabel(sample.labels, to, expanded(replacement, found)) }
    }),
  )
}

/** `$1`, `${1}`, `$name`, `${name}`, `$$`; the longest name counts, and one that is no group is empty. */
function expanded(template: string, found: RegExpExecArray): string {
  return template.replace(
    /\$(?:(\$)|\{(\w+)\}|(\w+))/g,
    (_, dollar: string | undefined, braced: string | undefined, bare: string | undefined) => {
      if (dollar !== undefined) return '$'
      const name = braced ?? bare ?? ''
      return (/^\d+$/.test(name) ? found[Number(name)] : found.groups?.[name]) ?? ''
    },
  )
}
