import type { ShippedProfileName } from './profile-names.ts'

/**
 * What a Higress gateway really exports: Envoy's own statistics, with `response_code_class` and `cluster_name` as labels. Times are milliseconds.
 * No answer is made up of nothing: where a counter may be missing because nothing was counted yet, another one of the same gateway says 0.
 */
const envoy = `
apiVersion: tricenter.io/v1
kind: MetricsProfile
name: envoy
center:
  label: cluster_name
figures:
  qps:
    query: sum(rate(envoy_http_downstream_rq_total{http_conn_manager_prefix=~"outbound_.*",$labels}[$window]))
  p99_ms:
    query: >-
      histogram_quantile(0.99, sum by (le) (rate(envoy_http_downstream_rq_time_bucket{http_conn_manager_prefix=~"outbound_.*",$labels}[$window])))
  error_ratio:
    query: >-
      (sum(rate(envoy_http_downstream_rq{http_conn_manager_prefix=~"outbound_.*",response_code_class="5xx",$labels}[$window]))
      or 0 * sum(rate(envoy_http_downstream_rq{http_conn_manager_prefix=~"outbound_.*",$labels}[$window])))
      / (sum(rate(envoy_http_downstream_rq{http_conn_manager_prefix=~"outbound_.*",$labels}[$window])) > 0)
  share_by_center:
    query: sum by (cluster_name) (rate(envoy_cluster_upstream_rq_total{cluster_name=~"outbound.*",$labels}[$window]))
  cross_center_share:
    query: sum by (cluster_name) (rate(envoy_cluster_upstream_rq_total{cluster_name=~"outbound.*",$labels}[$window]))
    shape: by-center
  healthy_instances:
    query: min by (cluster_name) (envoy_cluster_membership_healthy{cluster_name=~"outbound.*",$labels})
    shape: by-center
  failovers:
    query: >-
      sum(increase(envoy_cluster_outlier_detection_ejections_enforced_total{cluster_name=~"outbound.*",$labels}[$window]))
      or 0 * sum(envoy_cluster_membership_healthy{cluster_name=~"outbound.*",$labels})
`

/** The names of the document (§7.3, §7.4). Higress exports none of them; a site may have them by relabelling or recording rules. It has none for healthy instances and for traffic between centers. */
const documented = `
apiVersion: tricenter.io/v1
kind: MetricsProfile
name: documented
center:
  label: datacenter
figures:
  qps:
    query: sum(rate(higress_request_total{job="higress-gateway",$labels}[$window]))
  p99_ms:
    query: histogram_quantile(0.99, sum by (le) (rate(higress_request_duration_bucket{$labels}[$window])))
  error_ratio:
    query: >-
      (sum(rate(higress_request_total{status=~"5..",$labels}[$window])) or 0 * sum(rate(higress_request_total{$labels}[$window])))
      / (sum(rate(higress_request_total{$labels}[$window])) > 0)
  share_by_center:
    query: sum by (datacenter) (rate(higress_request_total{$labels}[$window]))
  failovers:
    query: sum(increase(higress_failover_total{$labels}[$window]))
`

export const shippedProfiles: Readonly<Record<ShippedProfileName, string>> = { envoy, documented }
