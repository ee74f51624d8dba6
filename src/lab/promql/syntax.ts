import { type Labels, labelOf } from './labels.ts'
import { wholePattern } from './pattern.ts'

export type ValueType = 'scalar' | 'vector' | 'matrix' | 'string'

/** Where an expression stands in its query, from 0. */
interface Placed {
  readonly start: number
  readonly end: number
}

export interface Matcher {
  readonly name: string
  readonly sign: '=' | '!=' | '=~' | '!~'
  readonly value: string
  readonly accepts: (value: string) => boolean
}

export interface Selector extends Placed {
  readonly kind: 'selector'
  /** What stands before the braces; also a matcher. */
  readonly metric: string
  readonly matchers: readonly Matcher[]
  /** ms; present: it selects a range of each series. */
  readonly range?: number
  /** ms back in time. */
  readonly offset: number
}

/** How the two sides of an operation find each other. `many`: the side that may have several series for one of the other, with the labels that it takes from there. */
export interface Matching {
  readonly on: boolean
  readonly labels: readonly string[]
  readonly many?: { readonly side: 'left' | 'right'; readonly include: readonly string[] }
}

export interface Binary extends Placed {
  readonly kind: 'binary'
  readonly sign: BinarySign
  readonly bool: boolean
  readonly left: Expression
  readonly right: Expression
  readonly matching: Matching
}

export interface Aggregation extends Placed {
  readonly kind: 'aggregation'
  readonly name: AggregationName
  readonly without: boolean
  readonly labels: readonly string[]
  readonly of: Expression
}

export interface Call extends Placed {
  readonly kind: 'call'
  readonly name: FunctionName
  readonly args: readonly Expression[]
}

export type Expression =
  | Selector
  | Binary
  | Aggregation
  | Call
  | (Placed & { readonly kind: 'number'; readonly value: number; readonly written?: string })
  | (Placed & { readonly kind: 'string'; readonly value: string })
  | (Placed & { readonly kind: 'negation'; readonly of: Expression })
  | (Placed & { readonly kind: 'parentheses'; readonly of: Expression })

export const AGGREGATIONS = ['avg', 'count', 'max', 'min', 'sum'] as const
export type AggregationName = (typeof AGGREGATIONS)[number]

/** What each function takes and gives. `optional`: so many of the last arguments may be left out. */
export const FUNCTIONS = {
  abs: { takes: ['vector'], gives: 'vector' },
  absent: { takes: ['vector'], gives: 'vector' },
  clamp_max: { takes: ['vector', 'scalar'], gives: 'vector' },
  clamp_min: { takes: ['vector', 'scalar'], gives: 'vector' },
  histogram_quantile: { takes: ['scalar', 'vector'], gives: 'vector' },
  increase: { takes: ['matrix'], gives: 'vector' },
  irate: { takes: ['matrix'], gives: 'vector' },
  label_replace: { takes: ['vector', 'string', 'string', 'string', 'string'], gives: 'vector' },
  max_over_time: { takes: ['matrix'], gives: 'vector' },
  min_over_time: { takes: ['matrix'], gives: 'vector' },
  rate: { takes: ['matrix'], gives: 'vector' },
  scalar: { takes: ['vector'], gives: 'scalar' },
  time: { takes: [], gives: 'scalar' },
  timestamp: { takes: ['vector'], gives: 'vector' },
  vector: { takes: ['scalar'], gives: 'vector' },
} as const satisfies Record<string, { readonly takes: readonly ValueType[]; readonly gives: ValueType }>
export type FunctionName = keyof typeof FUNCTIONS

/** What a real one has beside these. */
export const OTHER_FUNCTIONS: ReadonlySet<string> = new Set(
  (
    'absent_over_time acos acosh asin asinh atan atanh avg_over_time ceil changes clamp cos cosh count_over_time days_in_month day_of_month day_of_week day_of_year ' +
    'deg delta deriv double_exponential_smoothing exp floor histogram_avg histogram_count histogram_fraction histogram_stddev histogram_stdvar histogram_sum hour idelta ' +
    'info label_join last_over_time ln log10 log2 mad_over_time minute month pi predict_linear present_over_time quantile_over_time rad resets round sgn sin sinh sort ' +
    'sort_by_label sort_by_label_desc sort_desc sqrt stddev_over_time stdvar_over_time sum_over_time tan tanh year'
  ).split(' '),
)

/** Binary operators by how tightly they bind; `^` binds to the right. */
export const BINDING = {
  or: 1,
  and: 2,
  unless: 2,
  '==': 3,
  '!=': 3,
  '<': 3,
  '<=': 3,
  '>': 3,
  '>=': 3,
  '+': 4,
  '-': 4,
  '*': 5,
  '/': 5,
  '%': 5,
  '^': 6,
} as const
export type BinarySign = keyof typeof BINDING

export const isComparison = (sign: BinarySign): boolean => BINDING[sign] === 3
export const isSetOperator = (sign: BinarySign): boolean => BINDING[sign] < 3

export function typeOf(expression: Expression): ValueType {
  switch (expression.kind) {
    case 'number':
      return 'scalar'
    case 'string':
      return 'string'
    case 'selector':
      return expression.range === undefined ? 'vector' : 'matrix'
    case 'aggregation':
      return 'vector'
    case 'call':
      return FUNCTIONS[expression.name].gives
    case 'binary':
      return typeOf(expression.left) === 'scalar' && typeOf(expression.right) === 'scalar' ? 'scalar' : 'vector'
    case 'negation':
    case 'parentheses':
      return typeOf(expression.of)
  }
}

export function matcher(name: string, sign: Matcher['sign'], value: string): Matcher {
  const pattern = sign === '=~' || sign === '!~' ? wholePattern(value) : undefined
  const is = pattern === undefined ? (given: string) => given === value : (given: string) => pattern.test(given)
  return { name, sign, value, accepts: sign.startsWith('!') ? (given) => !is(given) : is }
}

export function matchAll(labels: Labels, matchers: readonly Matcher[]): boolean {
  return matchers.every(({ name, accepts }) => accepts(labelOf(labels, name)))
}
