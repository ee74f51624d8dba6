import { expect, test } from 'vitest'
import { alertsCanFire } from '../../src/checks/alerts-can-fire.ts'
import { alertsLoaded } from '../../src/checks/alerts-loaded.ts'
import { metricsCrossCenter } from '../../src/checks/metrics-cross-center.ts'
import { metricsErrors } from '../../src/checks/metrics-errors.ts'
import { metricsFailovers } from '../../src/checks/metrics-failovers.ts'
import { metricsInstances } from '../../src/checks/metrics-instances.ts'
import { metricsP99 } from '../../src/checks/metrics-p99.ts'
import { metricsPresent } from '../../src/checks/metrics-present.ts'
import { metricsQps } from '../../src/checks/metrics-qps.ts'
import { metricsShare } from '../../src/checks/metrics-share.ts'
import type { Question } from '../../src/checks/question.ts'
import { verifyPlanOf } from '../../src/domain/estate.ts'
import type { FigureName } from '../../src/domain/metrics-profile.ts'
import type { Observation } from '../../src/domain/observation.ts'
import type { CenterName, Topology } from '../../src/domain/topology.ts'
import type { AlertRules } from '../../src/facts/alert-rules.ts'
import type { Figure, FigureGap } from '../../src/facts/judge-figure.ts'
import type { MetricName } from '../../src/facts/metric-names.ts'
import type { AlertRule } from '../../src/ports/metrics.ts'
import { topology as document } from '../domain/world.ts'
import { ask, AT, present, said, silent } from './ask.ts'

const asked = { query: 'q', at: AT, took: 5 }
const measured = (figure: FigureName, value: number, byCenter: Readonly<Record<CenterName, number>> = {}): Figure => ({
  ...asked,
  figure,
  state: 'measured',
  value,
  byCenter,
  age: 1_000,
})
const gap = (figure: FigureName, reason: FigureGap): Figure => ({ ...asked, figure, state: 'gap', gap: reason, detail: '' })
const absent: Observation<never> = { state: 'absent', at: AT, took: 0 }
const about = (question: Question, figure: Figure, topology: Topology = document) =>
  said(ask(question, { figures: present([figure]), routes: silent }, topology))
/** zone-a as a standby that no client enters by. */
const standby: Topology = {
  ...document,
  centers: document.centers.map((center) => (center.name === 'zone-a' ? { ...center, role: 'standby', entryShare: 0 } : center)),
}

test.each([
  { question: metricsQps, figure: 'qps', good: 120, bad: 1_000_000, reason: 'over-capacity' },
  { question: metricsP99, figure: 'p99_ms', good: 500, bad: 501, reason: 'slow' },
  { question: metricsErrors, figure: 'error_ratio', good: 0.01, bad: 0.011, reason: 'too-many' },
  { question: metricsInstances, figure: 'healthy_instances', good: 3, bad: 2, reason: 'too-few' },
  { question: metricsFailovers, figure: 'failovers', good: 0, bad: 1.07, reason: 'too-many' },
  { question: metricsCrossCenter, figure: 'cross_center_share', good: 0.1, bad: 0.11, reason: 'too-much' },
] as const)(
  '$figure: $good passes, $bad is $reason, a gap is inconclusive, no metrics is nothing to ask',
  ({ question, figure, good, bad, reason }) => {
    expect(about(question, measured(figure, good))[0]).toMatch(/^passed/)
    expect(about(question, measured(figure, bad))).toEqual([`failed ${reason}`])
    expect(about(question, gap(figure, 'nan'))).toEqual(['inconclusive nan'])
    expect(about(question, gap(figure, 'no-data'))).toEqual(['inconclusive no-data'])
    expect(about(question, gap(figure, 'no-query'))).toEqual(['skipped no-query'])
    expect(said(ask(question, { figures: absent, routes: silent }))).toEqual([])
    expect(said(ask(question, { figures: silent, routes: silent }))).toEqual(['inconclusive unread'])
  },
)

test('a capacity that is not declared limits nothing, a minimum that is declared does, and idle gateways are told', () => {
  const open: Topology = { ...document, centers: document.centers.map(({ capacity: _, ...center }) => center) }
  expect(about(metricsQps, measured('qps', 1_000_000), open)).toEqual(['passed within'])
  const plan = verifyPlanOf({})
  const least: Topology = { ...document, verify: { ...plan, thresholds: { ...plan.thresholds, minQps: 50 } } }
  expect(about(metricsQps, measured('qps', 49), least)).toEqual(['failed too-few'])
  expect(about(metricsQps, measured('qps', 0))).toEqual(['warning idle'])
  expect(about(metricsQps, measured('qps', 0), standby)).toEqual(['passed within'])
})

test('without clients there is no ratio and no time, but a counter that is missing is missing', () => {
  for (const [question, figure] of [
    [metricsP99, 'p99_ms'],
    [metricsErrors, 'error_ratio'],
    [metricsCrossCenter, 'cross_center_share'],
  ] as const) {
    expect(about(question, gap(figure, 'no-data'), standby)).toEqual(['skipped no-clients'])
    expect(about(question, gap(figure, 'unreachable'), standby)).toEqual(['inconclusive unreachable'])
  }
  expect(about(metricsQps, gap('qps', 'no-data'), standby)).toEqual(['inconclusive no-data'])
})

test('instances are those of the center itself; one that has weight and no series is not known', () => {
  expect(about(metricsInstances, measured('healthy_instances', 12, { 'zone-a': 2, 'zone-b': 10 }))).toEqual(['failed too-few'])
  expect(about(metricsInstances, measured('healthy_instances', 10, { 'zone-b': 10 }))).toEqual(['inconclusive no-own'])
  const idle: Topology = { ...document, policy: { ...document.policy, normal: { 'zone-b': 100 } } }
  expect(about(metricsInstances, measured('healthy_instances', 10, { 'zone-b': 10 }), idle)).toEqual(['skipped not-routed'])
  expect(about(metricsInstances, measured('healthy_instances', 2, { 'zone-a': 2 }), standby)).toEqual(['passed enough'])
})

test('traffic to other regions is counted by the region of the gateway', () => {
  expect(about(metricsCrossCenter, measured('cross_center_share', 100, { 'zone-a': 50, 'zone-b': 41, 'zone-c': 9 }))).toEqual([
    'passed within',
  ])
  expect(about(metricsCrossCenter, measured('cross_center_share', 100, { 'zone-a': 50, 'zone-b': 39, 'zone-c': 11 }))).toEqual([
    'failed too-much',
  ])
  expect(about(metricsCrossCenter, measured('cross_center_share', 0, { 'zone-a': 0 }))).toEqual(['inconclusive no-traffic'])
})

function share(cells: Readonly<Record<CenterName, Figure>>): readonly string[] {
  if (metricsShare.scope !== 'fleet') throw new Error('about all centers')
  const figures = new Map(Object.entries(cells).map(([name, figure]) => [name, present([figure])]))
  return metricsShare
    .evaluate({ figures, routes: new Map() }, { topology: document, now: AT })
    .map(({ center, state, reason }) => `${center ?? 'all'} ${state} ${reason.split('.').at(-1)}`)
}

test('shares are summed over all gateways: two that are off may be right together', () => {
  const to = (a: number, b: number, c = 0) => measured('share_by_center', a + b + c, { 'zone-a': a, 'zone-b': b, 'zone-c': c })
  expect(share({ 'zone-a': to(100, 0), 'zone-b': to(0, 100), 'zone-c': to(0, 0) })).toEqual([
    'zone-a passed as-declared',
    'zone-b passed as-declared',
    'zone-c passed as-declared',
  ])
  expect(share({ 'zone-a': to(65, 35), 'zone-b': to(65, 35), 'zone-c': to(0, 0) })).toEqual([
    'zone-a failed off',
    'zone-b failed off',
    'zone-c passed as-declared',
  ])
  expect(share({ 'zone-a': to(50, 50), 'zone-b': gap('share_by_center', 'stale'), 'zone-c': to(0, 0) })).toEqual([
    'zone-b inconclusive stale',
  ])
  expect(share({ 'zone-a': to(0, 0), 'zone-b': to(0, 0), 'zone-c': to(0, 0) })).toEqual(['all inconclusive no-traffic'])
})

const rule = (name: string, more: Partial<AlertRule> = {}): AlertRule => ({
  name,
  query: 'a > 1',
  for: 60,
  labels: {},
  annotations: {},
  state: 'inactive',
  health: 'ok',
  lastError: '',
  ...more,
})
const loaded = (...rules: readonly AlertRule[]): AlertRules => ({ loaded: { state: 'answered', value: rules, at: AT, took: 5 } })
const unread: AlertRules = { loaded: { state: 'gap', gap: 'html', detail: 'Sign in', at: AT, took: 5 } }

test('alerts must be loaded as they are declared, and be evaluated', () => {
  const about = (rules: AlertRules) => said(ask(alertsLoaded, { rules: present(rules) }))
  const declared = (state: 'as-declared' | 'missing' | 'differs') => ({ declared: [{ name: 'High', state, parts: [] }] })
  expect(about({ ...loaded(rule('High')), ...declared('as-declared') })).toEqual(['passed as-declared'])
  expect(about({ ...loaded(), ...declared('missing') })).toEqual(['failed missing'])
  expect(about({ ...loaded(rule('High')), ...declared('differs') })).toEqual(['failed differs'])
  expect(about({ ...loaded(rule('High'), rule('Other', { health: 'err', lastError: 'x' })), ...declared('as-declared') })).toEqual([
    'passed as-declared',
    'failed broken',
  ])
  expect(about({ ...loaded(rule('High', { health: 'unknown' })), ...declared('as-declared') })).toEqual([
    'passed as-declared',
    'inconclusive unevaluated',
  ])
  expect(about(loaded(rule('HighErrorRate'), rule('FailoverTriggered')))).toEqual(['passed named', 'warning unnamed', 'passed named'])
  expect(about(unread)).toEqual(['inconclusive html'])
  expect(said(ask(alertsLoaded, { rules: absent }))).toEqual([])
})

const metric = (name: string, found: MetricName['found'], lacking: readonly string[] = [], figure?: FigureName): MetricName => ({
  ...asked,
  metric: name,
  usedBy: [{ alert: 'High' }, ...(figure === undefined ? [] : [{ figure }])],
  found,
  lacking,
})

test('an alert on a metric or a label that nobody has can never fire', () => {
  const about = (...names: readonly MetricName[]) =>
    said(ask(alertsCanFire, { rules: present(loaded(rule('High'))), names: present(names) }))
  expect(about(metric('a', 'present'))).toEqual(['passed can-fire'])
  expect(about(metric('a', 'present'), metric('higress_failover_total', 'absent'))).toEqual(['failed no-metric'])
  expect(about(metric('a', 'present', ['status']))).toEqual(['failed no-label'])
  expect(about(metric('a', { gap: 'timeout', detail: '' }))).toEqual(['inconclusive timeout'])
  expect(about()).toEqual(['inconclusive no-selector'])
  expect(said(ask(alertsCanFire, { rules: present(loaded()), names: present([]) }))).toEqual(['warning none'])
  expect(said(ask(alertsCanFire, { rules: present(unread), names: present([]) }))).toEqual(['inconclusive html'])
})

test('a metric that is missing is a fault, unless its figure is known without it', () => {
  const about = (name: MetricName, ...figures: readonly Figure[]) =>
    said(ask(metricsPresent, { names: present([name]), figures: present(figures) }))
  expect(about(metric('a', 'present', [], 'qps'))).toEqual(['passed present'])
  expect(about(metric('a', 'absent', [], 'qps'), gap('qps', 'no-data'))).toEqual(['failed absent'])
  expect(about(metric('a', 'absent', [], 'failovers'), measured('failovers', 0))).toEqual(['passed not-needed'])
  expect(about(metric('a', 'present', ['dc'], 'qps'), gap('qps', 'no-center'))).toEqual(['failed lacking'])
  expect(about(metric('a', { gap: 'partial', detail: '' }, [], 'qps'))).toEqual(['inconclusive partial'])
  expect(about(metric('only-an-alert', 'absent'))).toEqual([])
  const idle = (figure: FigureName) =>
    said(ask(metricsPresent, { names: present([metric('a', 'absent', [], figure)]), figures: present([]) }, standby))
  expect(idle('p99_ms')).toEqual(['skipped no-clients'])
  expect(idle('qps')).toEqual(['failed absent'])
})
