import { describe, expect, test } from 'vitest'
import type { Storage } from '../../../src/lab/promql/evaluate.ts'
import { labelsText } from '../../../src/lab/promql/labels.ts'
import { instantQuery, rangeQuery } from '../../../src/lab/promql/query.ts'
import { seriesOf } from './series.ts'

/** `{zone="a"} 5` for each series, or the number itself, at so many seconds. */
function answer(storage: Storage, query: string, seconds: number): readonly string[] {
  const { result } = instantQuery(query, seconds * 1000, storage)
  if (result.type === 'scalar') return [String(result.value)]
  if (result.type !== 'vector') throw new Error(result.type)
  return result.vector.map(({ labels, value }) => `${labelsText(labels)} ${value}`)
}

describe('what a selector finds', () => {
  const storage = seriesOf({ 'x{zone="a"}': '1 2 3 stale 5', 'x{zone="b"}': '7 _x30 8', 'y{zone="a",pod="p"}': '1' })
  test.each([
    ['the newest sample', 'x{zone="a"}', 44, ['x{zone="a"} 3']],
    ['the sample of that very moment', 'x{zone="a"}', 15, ['x{zone="a"} 2']],
    ['nothing of a series that ended', 'x{zone="a"}', 45, []],
    ['a series that came back', 'x{zone="a"}', 60, ['x{zone="a"} 5']],
    ['a sample until just before five minutes', 'x{zone="b"}', 299.999, ['x{zone="b"} 7']],
    ['nothing that is five minutes old', 'x{zone="b"}', 300, []],
    ['what was there before, by offset', 'x{zone="b"} offset 5m', 599, ['x{zone="b"} 7']],
    ['what comes later, by a negative offset', 'x{zone="a"} offset -1m', 0, ['x{zone="a"} 5']],
    ['by regular expression, whole', '{__name__=~"x|y",zone=~"a"}', 0, ['x{zone="a"} 1', 'y{pod="p", zone="a"} 1']],
    ['not a part of a value', '{zone=~"a",pod=~"."}', 0, ['y{pod="p", zone="a"} 1']],
    ['an absent label as an empty one', '{zone="a",pod=""}', 0, ['x{zone="a"} 1']],
    ['a label that is there', '{pod!=""}', 0, ['y{pod="p", zone="a"} 1']],
    ['labels that every object seems to have', '{zone="a",constructor=""}', 0, ['x{zone="a"} 1', 'y{pod="p", zone="a"} 1']],
  ])('%s', (_, query, at, expected) => {
    expect(answer(storage, query, at)).toEqual(expected)
  })
})

describe('rates', () => {
  const storage = seriesOf({
    steady_total: '0+15x40',
    open_total: '0 100+10x3',
    late_total: '_x10 100+15x30',
    reset_total: '0+15x4 0+15x20',
    stopped_total: '0+150x40 6000x20',
    one_total: '5',
    ended_total: '0+15x20 stale',
  })
  test.each([
    ['a steady counter, extrapolated to the whole range', 'increase(steady_total[1m])', 600, ['{} 60']],
    ['per second', 'rate(steady_total[150s])', 600, ['{} 1']],
    ['the range is open on the left: four samples, not five', 'increase(open_total[1m])', 60, ['{} 40']],
    ['of a range with one sample there is none', 'rate(steady_total[15s])', 300, []],
    ['of two samples there is', 'rate(steady_total[30s])', 300, ['{} 1']],
    ['a counter that begins inside the range goes back by half a distance', 'increase(late_total[5m])', 300, ['{} 157.5']],
    ['a counter does not begin below zero', 'increase(steady_total[5m])', 60, ['{} 60']],
    ['a fall is a reset', 'increase(reset_total[1m])', 90, ['{} 40']],
    ['thirty seconds after the stop, five minutes still show nine tenths', 'rate(stopped_total[5m])', 630, ['{} 8.94736842105263']],
    ['and one minute a third', 'increase(stopped_total[1m])', 630, ['{} 200']],
    ['and seventy-five seconds after it nothing', 'rate(stopped_total[1m])', 675, ['{} 0']],
    ['one sample is no rate', 'rate(one_total[1h])', 15, []],
    ['of the last two samples alone', 'irate(reset_total[5m])', 75, ['{} 0']],
    ['a marker is no sample', 'rate(ended_total[1m])', 330, ['{} 0.625']],
    ['the largest in a range', 'max_over_time(reset_total[2m])', 120, ['{} 60']],
    ['the smallest in a range', 'min_over_time(reset_total[1m])', 105, ['{} 0']],
  ])('%s', (_, query, at, expected) => {
    expect(answer(storage, query, at)).toEqual(expected)
  })

  test('a name that does not end as counters do is doubted, and answered', () => {
    const { infos, result } = instantQuery('rate(requests[1m])', 60_000, seriesOf({ requests: '0+30x10' }))
    expect(result).toMatchObject({ vector: [{ value: expect.closeTo(2) }] })
    expect(infos).toEqual(['PromQL info: metric might not be a counter, name does not end in _total/_sum/_count/_bucket: "requests" (1:6)'])
  })
})

describe('numbers and vectors', () => {
  const storage = seriesOf({
    'q{zone="a",code="2"}': '30',
    'q{zone="a",code="5"}': '10',
    'q{zone="b",code="2"}': '60',
    'cap{zone="a"}': '100',
    'cap{zone="b"}': '50',
    'region{zone="a",region="bj"}': '1',
    'odd{v="nan"}': 'NaN',
    'odd{v="one"}': '1',
  })
  test.each([
    ['sum(q)', ['{} 100']],
    ['sum by (zone) (q)', ['{zone="a"} 40', '{zone="b"} 60']],
    ['sum without (code) (q)', ['{zone="a"} 40', '{zone="b"} 60']],
    ['count(q) + min(q) + max(q) + avg(q)', [`{} ${3 + 10 + 60 + 100 / 3}`]],
    ['max(odd)', ['{} 1']],
    ['sum(odd)', ['{} NaN']],
    ['sum(nothing)', []],
    ['sum(nothing) or vector(0)', ['{} 0']],
    ['q * 2', ['{code="2", zone="a"} 60', '{code="5", zone="a"} 20', '{code="2", zone="b"} 120']],
    ['q > 20', ['q{code="2", zone="a"} 30', 'q{code="2", zone="b"} 60']],
    ['20 < q', ['q{code="2", zone="a"} 30', 'q{code="2", zone="b"} 60']],
    ['q > bool 20', ['{code="2", zone="a"} 1', '{code="5", zone="a"} 0', '{code="2", zone="b"} 1']],
    ['1 > bool 2', ['0']],
    ['sum by (zone) (q) / cap', ['{zone="a"} 0.4', '{zone="b"} 1.2']],
    ['sum by (zone) (q) / on(zone) cap > 1', ['{zone="b"} 1.2']],
    ['q / on(zone) group_left cap', ['{code="2", zone="a"} 0.3', '{code="5", zone="a"} 0.1', '{code="2", zone="b"} 1.2']],
    ['cap * on(zone) group_right q', ['{code="2", zone="a"} 3000', '{code="5", zone="a"} 1000', '{code="2", zone="b"} 3000']],
    ['cap * on(zone) group_left(region) region', ['{region="bj", zone="a"} 100']],
    ['q / ignoring(code) group_left cap', ['{code="2", zone="a"} 0.3', '{code="5", zone="a"} 0.1', '{code="2", zone="b"} 1.2']],
    ['cap and on(zone) q{code="5"}', ['cap{zone="a"} 100']],
    ['cap unless on(zone) q{code="5"}', ['cap{zone="b"} 50']],
    ['q{code="5"} or on(zone) cap', ['q{code="5", zone="a"} 10', 'cap{zone="b"} 50']],
    ['-cap', ['{zone="a"} -100', '{zone="b"} -50']],
    ['cap % 30 ^ 2', ['{zone="a"} 100', '{zone="b"} 50']],
    ['7 % 4 ^ 0.5', ['1']],
    ['1 ^ NaN', ['1']],
    ['abs(-cap)', ['{zone="a"} 100', '{zone="b"} 50']],
    ['clamp_min(cap, 60)', ['{zone="a"} 100', '{zone="b"} 60']],
    ['clamp_max(cap, 60)', ['{zone="a"} 60', '{zone="b"} 50']],
    ['absent(cap)', []],
    ['absent(nothing{zone="a",pod=~"x"})', ['{zone="a"} 1']],
    ['absent(sum(nothing))', ['{} 1']],
    ['scalar(cap{zone="a"})', ['100']],
    ['scalar(cap)', ['NaN']],
    ['time() - timestamp(cap{zone="a"})', ['{zone="a"} 7']],
    ['timestamp(cap + cap)', ['{zone="a"} 7', '{zone="b"} 7']],
    ['label_replace(cap, "center", "zone-$1", "zone", "(a)")', ['cap{center="zone-a", zone="a"} 100', 'cap{zone="b"} 50']],
    ['label_replace(cap, "zone", "", "zone", "(?P<x>b)")', ['cap{zone="a"} 100', 'cap{} 50']],
  ])('%s', (query, expected) => {
    expect(answer(storage, query, 7)).toEqual(expected)
  })

  test.each([
    ['cap * on() q', 'found duplicate series for the match group {} on the right hand-side of the operation'],
    ['q / on(zone) cap', 'multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)'],
    ['-{zone="b"}', 'vector cannot contain metrics with the same labelset'],
    ['label_replace(cap, "zone", "x", "zone", ".*")', 'vector cannot contain metrics with the same labelset'],
    ['label_replace(cap, "1x", "x", "zone", ".*")', 'invalid destination label name in label_replace(): 1x'],
  ])('%s has no single answer', (query, message) => {
    const both = seriesOf({ 'q{zone="b"}': '60', 'q{zone="b",code="2"}': '1', 'cap{zone="b"}': '50', 'cap{zone="a"}': '50' })
    expect(() => answer(both, query, 0)).toThrow(message)
  })
})

describe('quantiles of classic histograms', () => {
  const buckets = (...counts: readonly number[]) =>
    seriesOf(Object.fromEntries(['10.0', '50', '1e+02', '+Inf'].map((le, i) => [`t_bucket{le="${le}"}`, String(counts[i])])))
  test.each([
    ['half', '0.5', [10, 90, 100, 100], 30],
    ['in the first bucket, from zero', '0.05', [10, 90, 100, 100], 5],
    ['beyond the last bound: that bound', '0.99', [10, 20, 30, 100], 100],
    ['all of it', '1', [10, 90, 100, 100], 100],
    ['without observations: not a number', '0.5', [0, 0, 0, 0], NaN],
    ['less than none', '-1', [1, 2, 3, 4], -Infinity],
    ['more than all', '2', [1, 2, 3, 4], Infinity],
    ['counts that fall are levelled', '0.5', [10, 5, 20, 20], 10],
  ])('%s', (_, q, counts, expected) => {
    const { result } = instantQuery(`histogram_quantile(${q}, t_bucket)`, 0, buckets(...counts))
    expect(result).toMatchObject({ type: 'vector', vector: [{ labels: {}, value: expected }] })
  })

  test('without the bucket +Inf there is no answer but not a number; a label that is no bound is warned of', () => {
    const { result, warnings } = instantQuery(
      'histogram_quantile(0.9, t_bucket)',
      0,
      seriesOf({ 't_bucket{le="1"}': '1', 't_bucket{le="x"}': '1' }),
    )
    expect(result).toMatchObject({ vector: [{ value: NaN }] })
    expect(warnings).toEqual(['PromQL warning: bucket label "le" is missing or has a malformed value of "x" (1:25)'])
  })
})

describe('ranges of time', () => {
  const storage = seriesOf({ x: '1 2 3 stale', 'y{a="1"}': '_ 5' })
  test('each step has the answer of its moment', () => {
    const { result } = rangeQuery('{__name__=~"x|y"}', { start: 0, end: 60_000, step: 15_000 }, storage)
    expect(result).toEqual({
      type: 'matrix',
      series: [
        { labels: { __name__: 'x' }, times: [0, 15_000, 30_000], values: [1, 2, 3] },
        { labels: { __name__: 'y', a: '1' }, times: [15_000, 30_000, 45_000, 60_000], values: [5, 5, 5, 5] },
      ],
    })
  })
  test('a selector of ranges gives its samples at one moment, and is refused over a range', () => {
    expect(instantQuery('x[30s]', 30_000, storage).result).toEqual({
      type: 'matrix',
      series: [{ labels: { __name__: 'x' }, times: [15_000, 30_000], values: [2, 3] }],
    })
    expect(() => rangeQuery('x[30s]', { start: 0, end: 1, step: 1 }, storage)).toThrow('must be Scalar or instant Vector')
  })
})
