import { expect, test } from 'vitest'
import { countAnswer, clusterName, openGatewayStats } from '../../../src/lab/gateway/stats.ts'
import { readExposition } from '../../../src/lab/metrics/exposition.ts'
import { labelsText } from '../../../src/lab/promql/labels.ts'

const A = clusterName('a.DEFAULT-GROUP.public.nacos', 8080)
const B = clusterName('b.DEFAULT-GROUP.public.nacos', 8080)

/** `name{labels} value` of those whose name or labels hold `part`. */
function told(stats: ReturnType<typeof openGatewayStats>, part: string, members: (name: string) => number = () => 1): readonly string[] {
  return readExposition(stats.text(members))
    .samples.map(({ labels, value }) => `${labelsText(labels)} ${value}`)
    .filter((line) => line.includes(part))
}

test('counts requests, and answers by their class; classes stand at 0 before their first', () => {
  const stats = openGatewayStats()
  for (const status of [200, 204, 503, 0]) {
    stats.started()
    stats.ended(status, 3)
  }
  stats.started()
  expect(told(stats, 'envoy_http_downstream_rq_total')).toEqual([
    'envoy_http_downstream_rq_total{http_conn_manager_prefix="outbound_0.0.0.0_80"} 5',
  ])
  expect(told(stats, 'response_code_class').map((line) => line.replace(/^.*class="(.*)"} /, '$1 '))).toEqual([
    '1xx 0',
    '2xx 2',
    '3xx 0',
    '4xx 0',
    '5xx 1',
  ])
})

test('times go into the buckets of Envoy, in whole milliseconds', () => {
  const stats = openGatewayStats()
  expect(told(stats, 'rq_time')).toEqual([])
  for (const ms of [0.9, 1, 1.9, 5, 6, 4_000_000]) stats.ended(200, ms)
  const bucket = (le: string) => Number(told(stats, `le="${le}"`)[0]?.split(' ').at(-1))
  expect(['0.5', '1.0', '5.0', '10.0', '3.6e+06', '+Inf'].map(bucket)).toEqual([1, 3, 4, 5, 5, 6])
  expect(told(stats, 'rq_time_sum')[0]).toMatch(/ 4000013$/)
  expect(told(stats, 'rq_time_count')[0]).toMatch(/ 6$/)
})

test('a cluster is there while a route gives it weight; one that comes back counts from 0', () => {
  const stats = openGatewayStats()
  expect(stats.cluster(A)).toBeUndefined()
  stats.keep(new Set([A, B]))
  stats.cluster(A)!.requests++
  countAnswer(stats.cluster(A)!, 200)
  const of = (cluster: string) => told(stats, `cluster_name="${cluster}"`).map((line) => line.replace(/\{.*\}/, ''))
  const gauges = [
    'membership_healthy 1',
    'membership_total 1',
    'outlier_detection_ejections_active 0',
    'outlier_detection_ejections_enforced_total 0',
  ]
  expect(of(A)).toEqual(['upstream_rq_total 1', 'upstream_rq 1', ...gauges].map((line) => `envoy_cluster_${line}`))
  expect(of(B)).toEqual(['upstream_rq_total 0', ...gauges].map((line) => `envoy_cluster_${line}`))
  stats.keep(new Set([B]))
  expect(of(A)).toEqual([])
  stats.keep(new Set([A, B]))
  expect(of(A)[0]).toBe('envoy_cluster_upstream_rq_total 0')
})

test('the last instance stays listed after it left', () => {
  const stats = openGatewayStats()
  stats.keep(new Set([A]))
  const healthy = (members: number) =>
    told(stats, 'membership_healthy', () => members)[0]
      ?.split(' ')
      .at(-1)
  expect([0, 10, 3, 0, 2].map(healthy)).toEqual(['0', '10', '3', '1', '2'])
})
