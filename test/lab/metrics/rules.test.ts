import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parse as parseYaml } from 'yaml'
import { alertRulesYaml } from '../../../src/lab/metrics/alert-rules.ts'
import { openRules } from '../../../src/lab/metrics/alerts.ts'
import { rulesJson } from '../../../src/lab/metrics/api-json.ts'
import { readRules } from '../../../src/lab/metrics/rules.ts'
import type { Tsdb } from '../../../src/lab/metrics/tsdb.ts'
import { instantQuery } from '../../../src/lab/promql/query.ts'
import { drop, labelsText } from '../../../src/lab/promql/labels.ts'
import { seriesOf } from '../promql/series.ts'

const rule = (text: string) => `groups: [{name: g, rules: [${text}]}]`

describe('an alert', () => {
  const yaml = rule(
    '{alert: Low, expr: x < 3, for: 30s, labels: {severity: warning, zone: "of {{ $labels.zone }}"}, annotations: {summary: "{{ $value }} in {{$labels.zone}}"}}',
  )
  const states = (values: string, at: readonly number[]) => {
    const tsdb = seriesOf({ 'x{zone="a"}': values })
    const groups = readRules(yaml, 15_000)
    const rules = openRules(groups, tsdb)
    return at.map((seconds) => {
      rules.evaluate(groups[0]!, seconds * 1000)
      return rules
        .groups()[0]!
        .states[0]!.alerts.map(({ state, since }) => `${state} since ${since / 1000}`)
        .join()
    })
  }

  test('is pending, then fires when its time has passed, and is over when its query has no answer', () => {
    expect(states('5 2 2 2 5', [0, 15, 30, 45, 60])).toEqual(['', 'pending since 15', 'pending since 15', 'firing since 15', ''])
  })
  test('begins anew after an interruption', () => {
    expect(states('2 2 5 2 2', [0, 15, 30, 45, 60])).toEqual([
      'pending since 0',
      'pending since 0',
      '',
      'pending since 45',
      'pending since 45',
    ])
  })
  test('is over when its series is', () => {
    expect(states('2 2 2 stale', [0, 15, 30, 45])).toEqual(['pending since 0', 'pending since 0', 'firing since 0', ''])
  })

  test('has the labels of its series and its rule, filled, and is written as the series ALERTS', () => {
    const tsdb = seriesOf({ 'x{zone="a"}': '2' })
    const groups = readRules(yaml, 15_000)
    const rules = openRules(groups, tsdb)
    for (const time of [15_000, 45_000]) rules.evaluate(groups[0]!, time)
    expect(rules.groups()[0]!.states[0]!.alerts).toEqual([
      {
        labels: { alertname: 'Low', severity: 'warning', zone: 'of a' },
        annotations: { summary: '2 in a' },
        state: 'firing',
        since: 15_000,
        value: 2,
      },
    ])
    const { result } = instantQuery('{__name__=~"ALERTS.*"}', 45_000, tsdb)
    expect(result.type === 'vector' && result.vector.map(({ labels, value }) => `${labelsText(labels)} ${value}`).sort()).toEqual([
      'ALERTS_FOR_STATE{alertname="Low", severity="warning", zone="of a"} 15',
      'ALERTS{alertname="Low", alertstate="firing", severity="warning", zone="of a"} 1',
    ])
  })
})

test('a rule without a single answer is in error, says why, and the others go on', () => {
  const tsdb = seriesOf({ 'x{zone="a"}': '1', 'y{zone="a",pod="1"}': '1', 'y{zone="a",pod="2"}': '1' })
  const groups = readRules(rule('{record: bad, expr: x * on(zone) y}, {record: good, expr: sum(y), labels: {a: b}}'), 15_000)
  const rules = openRules(groups, tsdb)
  rules.evaluate(groups[0]!, 0)
  const { groups: shown } = rulesJson(rules, 'f.yaml', '') as { groups: { rules: unknown[] }[] }
  expect(shown[0]!.rules).toMatchObject([
    { name: 'bad', health: 'err', lastError: expect.stringContaining('found duplicate series'), type: 'recording' },
    { name: 'good', health: 'ok', query: 'sum(y)' },
  ])
  expect(instantQuery('good', 0, tsdb).result).toMatchObject({ vector: [{ labels: { __name__: 'good', a: 'b' }, value: 2 }] })
})

test.each([
  ['{alert: A, expr: x, keep_firing_for: 5m}', 'a rule: the lab does not know the key keep_firing_for'],
  ['{alert: A, expr: "topk(1, x)"}', "the lab's Prometheus does not offer topk()"],
  ['{alert: A, expr: "x["}', 'parse error'],
  ['{alert: A, expr: "x[5m]"}', 'rule A: expr gives a matrix'],
  ['{alert: A, expr: x, for: soon}', 'rule A: for soon is not a duration'],
  ['{alert: A, expr: x, annotations: {a: "{{ $value | humanize }}"}}', 'the lab does not know the template {{ $value | humanize }}'],
])('does not load %s', (text, why) => {
  expect(() => readRules(rule(text), 1000)).toThrow(why)
})

describe("the document's alerts on the names of Envoy can fire", () => {
  const cluster = (app: string) => `cluster_name="outbound|8080||${app}.DEFAULT-GROUP.public.nacos"`
  const requests = (code: string) =>
    `envoy_http_downstream_rq{http_conn_manager_prefix="outbound_0.0.0.0_80",response_code_class="${code}"}`
  const upstream = (app: string) => `envoy_cluster_upstream_rq_total{${cluster(`ai-service-${app}`)}}`
  const firing = (given: Readonly<Record<string, string>>, minutes: number): readonly string[] => {
    const tsdb = seriesOf(given)
    const groups = readRules(alertRulesYaml(), 15_000)
    const rules = openRules(groups, tsdb)
    for (let time = 0; time <= minutes * 60_000; time += 15_000) rules.evaluate(groups[0]!, time)
    expect(rules.groups()[0]!.states.map(({ health }) => health)).toEqual(['ok', 'ok', 'ok'])
    return rules
      .groups()[0]!
      .states.filter(({ alerts }) => alerts.some(({ state }) => state === 'firing'))
      .map(({ rule: { name } }) => name)
  }
  const even = { [upstream('zone-a')]: '0+150x120', [upstream('zone-b')]: '0+150x120', [upstream('shanghai')]: '0x120' }
  const fine = { [requests('2xx')]: '0+300x120', [requests('5xx')]: '0x120' }
  test.each([
    ['even traffic, no errors', { ...even, ...fine }, 20, []],
    ['two of a hundred fail', { ...even, [requests('2xx')]: '0+294x120', [requests('5xx')]: '0+6x120' }, 6, ['HighErrorRate']],
    ['the same, not for five minutes yet', { ...even, [requests('2xx')]: '0+294x120', [requests('5xx')]: '0+6x120' }, 5, []],
    ['a third more in one center', { ...even, [upstream('zone-a')]: '0+200x120', ...fine }, 11, ['ImbalancedTraffic']],
    ['one center without any series', { [upstream('zone-b')]: '0+300x120', ...fine }, 11, ['ImbalancedTraffic']],
    ['both without traffic', { [upstream('zone-a')]: '0x120', [upstream('zone-b')]: '0x120', ...fine }, 20, []],
    ['the remote center serves', { [upstream('shanghai')]: '0+300x120', ...fine }, 1, ['FailoverTriggered']],
    ['nothing is there at all', {}, 20, []],
  ] as const)('%s', (_, given, minutes, expected) => {
    expect(firing(given, minutes)).toEqual(expected)
  })
})

const fixtures = '../shared/fixtures/prometheus'
const present = existsSync(`${fixtures}/tricenter.test.yaml`)
interface PromtoolTest {
  readonly input_series: readonly { readonly series: string; readonly values: string }[]
  readonly promql_expr_test?: readonly {
    readonly expr: string
    readonly eval_time: string
    readonly exp_samples: readonly { readonly labels: string; readonly value: number }[]
  }[]
  readonly alert_rule_test?: readonly {
    readonly eval_time: string
    readonly alertname: string
    readonly exp_alerts: readonly { readonly exp_labels: Record<string, string> }[]
  }[]
}
test.skipIf(!present)('the rules beside the repository give what their tests expect (not run where they are missing)', () => {
  const [first] = (parseYaml(readFileSync(`${fixtures}/tricenter.test.yaml`, 'utf8')) as { tests: PromtoolTest[] }).tests
  const groups = readRules(readFileSync(`${fixtures}/tricenter.rules.yaml`, 'utf8'), 15_000)
  const minutes = (text: string) => Number(text.replace('m', ''))
  const until = (end: number): { tsdb: Tsdb; rules: ReturnType<typeof openRules> } => {
    const tsdb = seriesOf(Object.fromEntries(first!.input_series.map(({ series, values }) => [series, values])))
    const rules = openRules(groups, tsdb)
    for (let time = 0; time <= end; time += 15_000) for (const group of groups) rules.evaluate(group, time)
    return { tsdb, rules }
  }
  for (const { expr, eval_time, exp_samples } of first!.promql_expr_test ?? []) {
    const time = minutes(eval_time) * 60_000
    const { result } = instantQuery(expr, time, until(time).tsdb)
    const got = result.type === 'vector' ? result.vector : []
    expect(got.map(({ labels }) => labelsText(labels).replaceAll(', ', ','))).toEqual(exp_samples.map(({ labels }) => labels))
    got.forEach(({ value }, i) => expect(value).toBeCloseTo(exp_samples[i]!.value, 9))
  }
  for (const { eval_time, alertname, exp_alerts } of first!.alert_rule_test ?? []) {
    const { rules } = until(minutes(eval_time) * 60_000)
    const found = rules
      .groups()
      .flatMap(({ states }) => states.filter(({ rule: { name } }) => name === alertname).flatMap(({ alerts }) => alerts))
    expect(found.map(({ labels }) => drop(labels, ['alertname']))).toEqual(exp_alerts.map(({ exp_labels }) => exp_labels))
    expect(found.every(({ state }) => state === 'firing')).toBe(true)
  }
})
