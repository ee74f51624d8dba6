import { oneOf } from './random.ts'

const METRICS = ['requests_total', 'answers', 'members', 'lonely', 'capacity', 'times_bucket']
const LABELS = ['center', 'code', 'pod', 'job', 'region', 'le', 'absent']
const MATCHERS = [
  'center="zone-a"',
  'center!="zone-a"',
  'center=~"zone-[ab]"',
  'center!~"zone-.*"',
  'code=~"5.."',
  'code=""',
  'pod=~"p1|"',
  'code!=""',
  'absent!="x"',
  `le='+Inf'`,
  'center=~".+\\\\-c"',
  'job=~`gate\\w+`',
]
const RANGES = ['15s', '30s', '1m', '90s', '2m30s', '5m', '60', '1h']
const OFFSETS = ['', '', '', '', ' offset 1m', ' offset 7s', ' offset -45s']
const NUMBERS = ['0', '1', '-1', '0.99', '0.5', '100', '1e3', '.5', '2', 'Inf', 'NaN', '0x10', '5m', 'time()', 'scalar(lonely)', '- 3']
const COMPARISONS = ['==', '!=', '<', '<=', '>', '>=']
const ARITHMETIC = ['+', '-', '*', '/', '%', '^']

/** A query of the subset that the lab computes; now and then one that is wrong, or has no single answer. */
export function randomQuery(random: () => number): string {
  const pick = <T>(all: readonly T[]): T => oneOf(random, all)
  const maybe = (share: number): boolean => random() < share
  const some = (all: readonly string[]): string => all.filter(() => maybe(0.3)).join(', ')

  const selector = (metric = pick(METRICS), most = 2): string => {
    const matchers = maybe(0.5) ? [pick(MATCHERS), ...(most > 1 && maybe(0.3) ? [pick(MATCHERS)] : [])] : []
    if (maybe(0.05)) return `{__name__=~"${metric}|lonely"${matchers.map((one) => `, ${one}`).join('')}}`
    return matchers.length > 0 || maybe(0.1) ? `${metric}{${matchers.join(', ')}${matchers.length > 0 && maybe(0.1) ? ',' : ''}}` : metric
  }
  const range = (metric?: string): string => `${selector(metric)}[${pick(RANGES)}]${pick(OFFSETS)}`
  const scalar = (depth: number): string =>
    depth > 0 && maybe(0.2)
      ? `(${scalar(depth - 1)} ${maybe(0.3) ? `${pick(COMPARISONS)} bool` : pick(ARITHMETIC)} ${scalar(depth - 1)})`
      : pick(NUMBERS)
  const matching = (grouped: boolean): string => {
    if (maybe(0.25)) return ''
    const text = ` ${pick(['on', 'ignoring', 'on'])}(${some(LABELS)})`
    return grouped && maybe(0.4)
      ? `${text} group_${pick(['left', 'right'])}${maybe(0.5) ? `(${some(['region', 'job', 'pod'])})` : ''}`
      : text
  }
  const vector = (depth: number): string => {
    if (depth === 0) {
      if (maybe(0.35)) return `${pick(['rate', 'increase', 'irate', 'rate', 'max_over_time', 'min_over_time'])}(${range()})`
      return maybe(0.05) ? `vector(${scalar(1)})` : selector() + pick(OFFSETS)
    }
    const inner = () => vector(depth - 1)
    switch (
      pick([
        'aggregate',
        'aggregate',
        'aggregate',
        'binary',
        'binary',
        'scalar',
        'compare',
        'set',
        'call',
        'quantile',
        'parentheses',
        'minus',
        'leaf',
      ])
    ) {
      case 'aggregate': {
        const name = pick(['sum', 'avg', 'min', 'max', 'count', 'SUM'])
        const grouping = maybe(0.3) ? '' : `${pick(['by', 'without', 'by'])} (${some(LABELS)})`
        return maybe(0.5) ? `${name} ${grouping} (${inner()})` : `${name}(${inner()}) ${grouping}`
      }
      case 'binary':
        return `${inner()} ${pick(ARITHMETIC)}${matching(true)} ${inner()}`
      case 'scalar':
        return maybe(0.5) ? `${inner()} ${pick(ARITHMETIC)} ${scalar(2)}` : `${scalar(2)} ${pick(ARITHMETIC)} ${inner()}`
      case 'compare': {
        const sign = pick(COMPARISONS) + (maybe(0.4) ? ' bool' : '')
        if (maybe(0.5)) return `${inner()} ${sign}${matching(true)} ${inner()}`
        return maybe(0.7) ? `${inner()} ${sign} ${scalar(2)}` : `${scalar(2)} ${sign} ${inner()}`
      }
      case 'set':
        return `${inner()} ${pick(['and', 'or', 'unless', 'AND'])}${matching(false)} ${inner()}`
      case 'quantile':
        return maybe(0.5)
          ? `histogram_quantile(${scalar(0)}, rate(${range('times_bucket')}))`
          : `histogram_quantile(${pick(['0.99', '0.5', '0.9', '1', '0', '1.5'])}, sum by (le${maybe(0.5) ? ', center' : ''}) (rate(${range('times_bucket')})))`
      case 'call':
        return pick([
          () => `abs(${inner()})`,
          () => `clamp_min(${inner()}, ${scalar(1)})`,
          () => `clamp_max(${inner()}, ${scalar(1)})`,
          () => `absent(sum(${inner()}))`,
          () => `absent(${selector('nothing', 1)})`,
          () => `timestamp(${inner()})`,
          () => `vector(scalar(${inner()}))`,
          () =>
            `label_replace(${inner()}, "${pick(['to', 'center', 'code', '__name__'])}", "${pick(['$1', 'x-${1}', '$name', '', '$$1', '$1x'])}", "${pick(LABELS)}", "${pick(['zone-(.*)', '(?P<name>.+)-.*', '.*', '', '(.)xx'])}")`,
        ])()
      case 'parentheses':
        return `(${inner()})`
      case 'minus':
        return `-${inner()}`
      default:
        return vector(0)
    }
  }
  if (maybe(0.04)) return maybe(0.5) ? scalar(3) : range()
  if (maybe(0.03)) return broken(vector(2), random)
  return vector(pick([0, 1, 1, 2, 2, 3]))
}

/** With one character gone. */
function broken(query: string, random: () => number): string {
  const at = Math.floor(random() * query.length)
  return query.slice(0, at) + query.slice(at + 1)
}
