import { expect, test } from 'vitest'
import { mistakeLine } from '../../src/documents/mistake.ts'
import { readMetricsProfile } from '../../src/documents/metrics-profile.ts'
import { canonicalPromql, promqlMistake, selectorsOf } from '../../src/documents/promql.ts'
import { shippedProfiles } from '../../src/documents/shipped-profiles.ts'
import { ageQuery, figureNames, renderQuery } from '../../src/domain/metrics-profile.ts'

const profile = (figures: string) => `apiVersion: tricenter.io/v1
kind: MetricsProfile
name: ours
center: { label: dc, values: { sh: zone-c } }
figures:
${figures}`
const lines = (text: string): readonly string[] => {
  const read = readMetricsProfile(text, 'p.yaml')
  return 'mistakes' in read ? read.mistakes.map(mistakeLine) : []
}

test.each(Object.entries(shippedProfiles))(
  'the shipped profile %s is sound, and every query of it with and without labels',
  (name, text) => {
    const read = readMetricsProfile(text, name)
    if ('mistakes' in read) throw new Error(read.mistakes.map(mistakeLine).join('\n'))
    expect(read.profile.name).toBe(name)
    for (const template of Object.values(read.profile.figures)) {
      expect(template.selectors.length).toBeGreaterThan(0)
      for (const labels of [{}, { cluster: 'zone-a', env: 'p"r\\od' }]) {
        for (const query of [template.query, ageQuery(template)])
          expect(promqlMistake(renderQuery(query, { window: 60_000, step: 1_500, labels }))).toBeUndefined()
      }
    }
  },
)

test('the profile envoy has every figure', () => {
  const read = readMetricsProfile(shippedProfiles.envoy, 'envoy')
  expect('profile' in read ? Object.keys(read.profile.figures).toSorted() : []).toEqual([...figureNames].toSorted())
})

test('a label cannot leave its quotes', () => {
  const values = { window: 60_000, step: 15_000, labels: { a: 'x",b="y', c: 'back\\slash\nline' } }
  const query = renderQuery('up{$labels}[$window:$step]', values)
  expect(query).toBe('up{a="x\\",b=\\"y",c="back\\\\slash\\nline"}[60s:15s]')
  expect(selectorsOf(query)).toEqual([{ metric: 'up', text: query.slice(0, query.indexOf('[')), labels: ['a', 'c'] }])
})

test('a value with a dollar stays as it is', () => {
  expect(renderQuery('up{$labels}', { window: 1, step: 1, labels: { a: '$window $& $1' } })).toBe('up{a="$window $& $1"}')
})

test('says where a query is no PromQL, in the file and in the query', () => {
  expect(lines(profile('  qps: { query: "sum(rate(x{$labels}[$window])" }'))).toEqual([
    'p.yaml:6:17: figures.qps.query: at 1:30: not PromQL from here: it ends too early',
  ])
  expect(lines(profile('  qps: { query: "sum(rate(x{$labels} [$windows]))" }'))).toEqual([
    'p.yaml:6:17: figures.qps.query: at 1:22: unknown placeholder $windows. Known: $window, $step, $labels',
  ])
  expect(lines(profile('  qps: { query: "sum(x{$labels,a=\\"b\\"})" }'))).toEqual([
    'p.yaml:6:17: figures.qps.query: at 1:14: no PromQL where $labels is empty. Write it last in its braces: {a="b",$labels}',
  ])
})

test('a dollar within quotes is no placeholder', () => {
  const query = 'sum(label_replace(x{a=~"b$",$labels}, "made", "$1", "a", "(.*)"))'
  expect(lines(profile(`  qps: { query: '${query}' }`))).toEqual([])
})

test('refuses a query that would ask for all centers, a wrong shape, a wrong unit and a misspelt figure', () => {
  expect(lines(profile('  qps: { query: sum(x) }'))[0]).toMatch(/has no \$labels/)
  expect(lines(profile("  qps: { query: 'x{$labels}', shape: by-center }"))[0]).toMatch(/qps is one, not by-center/)
  expect(lines(profile("  p99_ms: { query: 'x{$labels}', unit: percent }"))[0]).toMatch(/p99_ms is in ms or s, not percent/)
  expect(lines(profile("  p99: { query: 'x{$labels}' }"))[0]).toMatch(/figures.p99: unknown key/)
})

test('finds metrics and the labels that they need, matched on or grouped by', () => {
  expect(selectorsOf('sum by (dc) (rate(a_total{x="1",y=~".*",z!="2",w=""}[5m])) / on(dc) group_left() max by (dc) (b{v=~"c|d"})')).toEqual(
    [
      { metric: 'a_total', text: 'a_total{x="1",y=~".*",z!="2",w=""}', labels: ['x', 'dc'] },
      { metric: 'b', text: 'b{v=~"c|d"}', labels: ['v', 'dc'] },
    ],
  )
  expect(selectorsOf('sum by (made) (label_replace(a{x="1"}, "made", "$1", "x", "(.*)"))')).toMatchObject([{ metric: 'a', labels: ['x'] }])
  expect(selectorsOf('{__name__="c",x="1"}')).toMatchObject([{ metric: 'c', labels: ['x'] }])
  expect(selectorsOf('sum(')).toBeUndefined()
})

test.each([
  ['sum(rate(x{a="b", c=~\'d\',}[5m])) by (le) / 2 > 0.1', 'sum by (le) (rate(x{a="b",c=~"d"}[300s])) / 2 > 0.1'],
  ['abs(a - b)\n  / sum(c) # why', 'abs(a-b)/sum(c)'],
  ['increase(x[1h])', 'increase(x[60m])'],
  ['a and on(x) b', 'a and on (x) b'],
])('knows that %s and %s are one query', (a, b) => {
  expect(canonicalPromql(a)).toBe(canonicalPromql(b))
})

test.each([
  ['sum by (a) (x)', 'sum by (b) (x)'],
  ['x > 0.1', 'x > 0.01'],
  ['x{a="b c"}', 'x{a="bc"}'],
  ['rate(x[5m])', 'rate(x[5s])'],
  ['sum by (a) (x)', 'sum without (a) (x)'],
])('knows that %s and %s are two', (a, b) => {
  expect(canonicalPromql(a)).not.toBe(canonicalPromql(b))
})
