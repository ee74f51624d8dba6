import { stringify } from 'yaml'

const REQUESTS = 'envoy_http_downstream_rq{http_conn_manager_prefix=~"outbound_.*"}'
const ERRORS = 'envoy_http_downstream_rq{http_conn_manager_prefix=~"outbound_.*",response_code_class="5xx"}'
const to = (app: string): string => `sum(rate(envoy_cluster_upstream_rq_total{cluster_name=~"outbound.*${app}[.].*"}[5m]))`
const [A, B, C] = ['ai-service-zone-a', 'ai-service-zone-b', 'ai-service-shanghai'].map(to)

/**
 * The alerts of the document (§7.4) on the series that a Higress gateway really has: the document's own names (`higress_request_total`, `higress_failover_total`) exist nowhere, so its
 * rules could never fire. A side without any series counts as 0, and a switch shows as traffic to the remote center.
 */
const GROUPS = [
  {
    name: 'higress',
    rules: [
      {
        alert: 'HighErrorRate',
        expr: `(sum(rate(${ERRORS}[5m])) or vector(0)) / (sum(rate(${REQUESTS}[5m])) > 0) > 0.01`,
        for: '5m',
        labels: { severity: 'critical' },
        annotations: { summary: '网关错误率过高', description: '错误率超过 1%，当前值：{{ $value }}' },
      },
      {
        alert: 'ImbalancedTraffic',
        expr: `abs((${A} or vector(0)) - (${B} or vector(0))) / ((${A} or vector(0)) + (${B} or vector(0)) > 0) > 0.1`,
        for: '10m',
        labels: { severity: 'warning' },
        annotations: { summary: '双活流量不均衡', description: '两个中心流量差异超过 10%' },
      },
      {
        alert: 'FailoverTriggered',
        expr: `${C} / (sum(rate(envoy_cluster_upstream_rq_total{cluster_name=~"outbound.*"}[5m])) > 0) > 0.01`,
        labels: { severity: 'critical' },
        annotations: { summary: '触发故障切换', description: '异地中心正在承接流量' },
      },
    ],
  },
]

/** The rule file of every center's Prometheus in a lab. */
export function alertRulesYaml(): string {
  return stringify({ groups: GROUPS }, { lineWidth: 0 })
}
