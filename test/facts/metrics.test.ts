import { expect, test } from 'vitest'
import { readMetricsProfile } from '../../src/documents/metrics-profile.ts'
import { canonicalPromql, selectorsOf } from '../../src/documents/promql.ts'
import { shippedProfiles } from '../../src/documents/shipped-profiles.ts'
import type { DeclaredAlert } from '../../src/domain/metrics-profile.ts'
import type { Topology } from '../../src/domain/topology.ts'
import { alertRules } from '../../src/facts/alert-rules.ts'
import { centerOfLabel } from '../../src/facts/center-of-label.ts'
import { metricNames } from '../../src/facts/metric-names.ts'
import { metricsFigures } from '../../src/facts/metrics-figures.ts'
import type { AlertRule, Metrics, MetricsAnswer, Sample } from '../../src/ports/metrics.ts'
import type { World } from '../../src/ports/world.ts'
import { topology as document } from '../domain/world.ts'
import { memoryClock } from '../worlds/memory-clock.ts'

const read = readMetricsProfile(shippedProfiles.envoy, 'envoy')
if ('mistakes' in read) throw new Error('the shipped profile is broken')
const { profile } = read
const labels = { cluster: 'zone-a' }
const topology: Topology = {
  ...document,
  metrics: { profile: 'envoy', scrapeInterval: 15_000, window: 60_000, maxAge: 45_000, centers: { 'zone-a': { url: 'http://p', labels } } },
}
const rule = (name: string, query: string, seconds = 60): AlertRule => ({
  name,
  query,
  for: seconds,
  labels: { severity: 'critical' },
  annotations: {},
  state: 'inactive',
  health: 'ok',
  lastError: '',
})

/** A world of one Prometheus that answers each query by code, and notes it. */
function worldOf(
  answer: (query: string) => readonly Omit<Sample, 'at'>[],
  rules: readonly AlertRule[] = [],
  alerts?: readonly DeclaredAlert[],
) {
  const clock = memoryClock()
  const queries: string[] = []
  const answered = <T>(value: T): MetricsAnswer<T> => ({ state: 'answered', value, at: clock.now(), took: 1 })
  const metrics: Metrics = {
    query: async (_center, query) => {
      queries.push(query)
      return answered(answer(query).map((one) => ({ ...one, at: clock.now() })))
    },
    series: async () => answered([]),
    rules: async () => answered(rules),
    targets: async () => answered([]),
  }
  const metricsDocuments = { profile, selectorsOf, canonical: canonicalPromql, ...(alerts === undefined ? {} : { alerts }) }
  const world = { clock, metrics, metricsDocuments } as unknown as World
  return { input: { topology, center: topology.centers[0]!, world, keep: () => undefined }, queries, now: () => clock.now() / 1000 }
}
const soon = { at: 10_000 }

test('every query selects the center by its labels, and asks when its samples were taken', async () => {
  const { input, queries, now } = worldOf((query) => [{ labels: {}, value: query.startsWith('max(timestamp(') ? now() - 7 : 1 }])
  const seen = await metricsFigures.read(input, soon)
  expect(queries).toHaveLength(14)
  for (const query of queries) for (const { text } of selectorsOf(query) ?? []) expect(text).toContain('cluster="zone-a"')
  expect(seen.state === 'present' ? seen.value.find(({ figure }) => figure === 'qps') : undefined).toMatchObject({
    state: 'measured',
    value: 1,
    age: 7_000,
  })
})

test('labels of Envoy lead to the center of the backend, whatever else is in its way', () => {
  const at = (value: string) => centerOfLabel(topology, profile, value)
  expect(at('outbound|8080||ai-service-zone-a.DEFAULT-GROUP.public.nacos')).toBe('zone-a')
  expect(at('outbound|8080||ai-service-shanghai.DEFAULT-GROUP.public.nacos')).toBe('zone-c')
  expect(at('outbound|8080||xai-service-zone-a.DEFAULT-GROUP.public.nacos')).toBeUndefined()
  expect(at('zone-b')).toBe('zone-b')
  expect(at('')).toBeUndefined()
  expect(centerOfLabel(topology, { center: { label: 'dc', values: { sh: 'zone-c' } } }, 'sh')).toBe('zone-c')
})

test('declared alerts are found whatever way they are written, and told where they differ', async () => {
  const declared = (name: string, query: string, more: Partial<DeclaredAlert> = {}): DeclaredAlert => ({
    name,
    query,
    for: 60,
    labels: { severity: 'critical' },
    ...more,
  })
  const { input } = worldOf(
    () => [],
    [rule('Same', 'sum by (a) (rate(x[5m])) > 1'), rule('Slower', 'x > 1', 600), rule('Other', 'x > 2')],
    [
      declared('Same', 'sum(rate(x[300s])) by (a) > 1'),
      declared('Slower', 'x > 1'),
      declared('Other', 'x > 1', { labels: { severity: 'warning' } }),
      declared('Gone', 'x'),
    ],
  )
  const seen = await alertRules.read(input, soon)
  expect(seen.state === 'present' ? seen.value.declared : undefined).toEqual([
    { name: 'Same', state: 'as-declared', parts: [] },
    { name: 'Slower', state: 'differs', parts: ['for'] },
    { name: 'Other', state: 'differs', parts: ['query', 'labels'] },
    { name: 'Gone', state: 'missing', parts: [] },
  ])
})

test('metrics are looked for once each: those of the profile in the center, those of alerts in all that their Prometheus holds', async () => {
  const { input, queries } = worldOf(
    (query) =>
      query.includes('envoy_http_downstream_rq_total')
        ? [{ labels: { http_conn_manager_prefix: 'outbound_0' }, value: 1 }]
        : query.includes('(half')
          ? [{ labels: { a: '1' }, value: 1 }]
          : [],
    [rule('High', 'half{a="1",b="2"} > 1'), rule('Never', 'higress_failover_total > 0')],
  )
  const seen = await metricNames.read(input, soon)
  const names = seen.state === 'present' ? seen.value : []
  const of = (metric: string) => names.find((one) => one.metric === metric)
  expect(of('envoy_http_downstream_rq_total')).toMatchObject({
    found: 'present',
    lacking: [],
    query: 'count by (http_conn_manager_prefix) (envoy_http_downstream_rq_total{cluster="zone-a"})',
  })
  expect(of('half')).toMatchObject({ found: 'present', lacking: ['b'], usedBy: [{ alert: 'High' }], query: 'count by (a, b) (half{})' })
  expect(of('higress_failover_total')).toMatchObject({ found: 'absent' })
  expect(new Set(queries).size).toBe(queries.length)
})
