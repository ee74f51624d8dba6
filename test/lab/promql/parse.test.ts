import { describe, expect, test } from 'vitest'
import { parse } from '../../../src/lab/promql/parse.ts'
import { printed } from '../../../src/lab/promql/print.ts'
import { QueryRefusal } from '../../../src/lab/promql/refusal.ts'

function refusal(query: string): { readonly kind: string; readonly message: string } {
  try {
    parse(query)
  } catch (error) {
    if (error instanceof QueryRefusal) return { kind: error.kind, message: error.message }
    throw error
  }
  return { kind: 'none', message: '' }
}

describe('prints a query as Prometheus prints it in its rules', () => {
  test.each([
    ['up', 'up'],
    ['up {a = "b" , c!~"d" }', 'up{a="b",c!~"d"}'],
    ['{__name__=~"a|b"}', '{__name__=~"a|b"}'],
    ['SUM(rate(x_total[5m]))BY(le,zone)', 'sum by (le, zone) (rate(x_total[5m]))'],
    ['sum without(a)(x)', 'sum without (a) (x)'],
    ['avg by () (x)', 'avg(x)'],
    ['x[300] ', 'x[5m]'],
    ['x[90s] offset 1h30m', 'x[1m30s] offset 1h30m'],
    ['x offset -5m', 'x offset -5m'],
    ['1+2*3', '1 + 2 * 3'],
    ['a>bool 5e1', 'a > bool 50'],
    ['a * on ( b ) group_left ( c , d ) e', 'a * on (b) group_left (c, d) e'],
    ['a / on() group_left() b', 'a / on () group_left () b'],
    ['a and ignoring(b) c or d unless e', 'a and ignoring (b) c or d unless e'],
    ['-(x)^2', '-(x) ^ 2'],
    ["vector(Inf) # all of it\n + x{a='\"'}", 'vector(+Inf) + x{a="\\""}'],
    ['histogram_quantile(.99, x)', 'histogram_quantile(0.99, x)'],
  ])('%s', (query, text) => {
    expect(printed(parse(query))).toBe(text)
  })
})

describe('operators bind as in Prometheus', () => {
  const shape = (query: string): string => {
    const group = (expression: ReturnType<typeof parse>): string => {
      if (expression.kind === 'binary') return `(${group(expression.left)}${expression.sign}${group(expression.right)})`
      return expression.kind === 'negation' ? `-${group(expression.of)}` : printed(expression)
    }
    return group(parse(query))
  }
  test.each([
    ['1 + 2 * 3 ^ 4', '(1+(2*(3^4)))'],
    ['1 - 2 - 3', '((1-2)-3)'],
    ['2 ^ 3 ^ 2', '(2^(3^2))'],
    ['-a ^ 2', '-(a^2)'],
    ['-a * 2', '(-a*2)'],
    ['a > b + 1 and c or d', '(((a>(b+1))andc)ord)'],
    ['a or b unless c', '(aor(bunlessc))'],
  ])('%s is %s', (query, grouped) => {
    expect(shape(query)).toBe(grouped)
  })
})

describe('what is no query is bad data, with its place', () => {
  test.each([
    ['', '1:1: parse error: unexpected end of input'],
    ['sum(', '1:5: parse error: unexpected end of input'],
    ['up{a="b"', '1:9: parse error: unexpected end of input, expected "}"'],
    ['up{a=b}', '1:6: parse error: unexpected "b" in label matching, expected string'],
    ['{}', '1:1: parse error: vector selector must contain at least one non-empty matcher'],
    ['{a=~".*"}', '1:1: parse error: vector selector must contain at least one non-empty matcher'],
    ['up{__name__="x"}', '1:1: parse error: metric name must not be set twice: "up" or "x"'],
    ['rate(up)', '1:6: parse error: expected type range vector in call to function "rate", got instant vector'],
    ['sum(up[5m])', '1:5: parse error: expected type instant vector in aggregation expression, got range vector'],
    ['sum(up)[5m]', '1:8: parse error: ranges only allowed for vector selectors'],
    ['up[0s]', '1:4: parse error: duration must be greater than 0'],
    ['up[5m] + 1', '1:1: parse error: binary expression must contain only scalar and instant vector types'],
    ['1 > 2', '1:3: parse error: comparisons between scalars must use BOOL modifier'],
    ['a + bool b', '1:3: parse error: bool modifier can only be used on comparison operators'],
    ['a and 1', '1:1: parse error: set operator "and" not allowed in binary scalar expression'],
    ['a and on(x) group_left b', '1:1: parse error: no grouping allowed for "and" operation'],
    ['a * on(x) group_left(x) b', '1:3: parse error: label "x" must not occur in ON and GROUP clause at once'],
    [
      '(a + b) offset 5m',
      '1:1: parse error: offset modifier must be preceded by an instant vector selector or range vector selector or a subquery',
    ],
    ['sum(a)\n  b', '2:3: parse error: unexpected "b"'],
    ['nonsense(a)', '1:1: parse error: unknown function with name "nonsense"'],
    ['a{b="c" "," d="e"}', '1:9: parse error: unexpected ",", expected "}"'],
    ['a{b=~"("}', 'invalid regular expression "("'],
    ['a{b="\\q"}', '1:5: parse error: unknown escape sequence \\q'],
  ])('%s', (query, message) => {
    expect(refusal(query)).toEqual({ kind: 'bad_data', message })
  })
})

describe('what Prometheus has and the lab has not is refused, never answered', () => {
  test.each([
    ['topk(1, a)', 'topk()'],
    ['quantile(0.5, a)', 'quantile()'],
    ['label_join(a, "b", "c", "d")', 'the function label_join()'],
    ['avg_over_time(a[5m])', 'the function avg_over_time()'],
    ['max_over_time(rate(a[5m])[1h:1m])', 'subqueries'],
    ['a @ 5', 'the modifier @'],
    ['a atan2 b', 'atan2'],
    ['a + fill(0) b', 'the modifier fill'],
    ['{"a.b"}', 'names in quotes'],
    ['rate(a[5m] anchored)', 'the modifier anchored'],
    ['a[step()]', 'expressions as durations'],
    ['a{b=~"(?i)x"}', 'the group (?i)'],
    ['a{b=~"[[:alpha:]]"}', 'the POSIX class'],
    ['a{b=~"\\\\pL"}', '\\p in the regular expression'],
    ['010', 'numbers that begin with 0'],
    ['absent((a))', 'absent() of something in parentheses'],
  ])('%s', (query, what) => {
    const { kind, message } = refusal(query)
    expect(kind).toBe('execution')
    expect(message).toContain(`does not offer ${what}`)
    expect(message).toContain('lab up --prometheus PATH')
  })
})
