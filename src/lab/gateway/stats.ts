import { writeFamily } from '../metrics/exposition.ts'
import { numberText } from '../promql/numbers.ts'

/** What Envoy counts of one upstream cluster. Classes appear with their first answer. */
export interface ClusterStats {
  requests: number
  /** By the first digit of the status. */
  readonly classes: number[]
  /** Instances when it was looked at last, never back to 0. */
  members: number
}

/** The counters of one gateway, as plain numbers: what a request costs is a few additions. */
export interface GatewayStats {
  /** A request has come. */
  started(): void
  /** It has ended, `ms` later; `status` 0: nothing was answered. */
  ended(status: number, ms: number): void
  /** Its route leads to a cluster that there is not. */
  noCluster(): void
  /** Undefined: no route gives it weight. */
  cluster(name: string): ClusterStats | undefined
  /** Exactly these clusters exist from now on; one that comes back counts from 0, as Envoy does. */
  keep(names: ReadonlySet<string>): void
  /** The clusters that there are, with their instances as they are counted. */
  clusters(members: (name: string) => number): readonly { readonly name: string; readonly members: number }[]
  /** In the text format of Prometheus. `members`: ready instances of a cluster now. */
  text(members: (name: string) => number): string
}

/** Upper bounds of Envoy's buckets, ms. */
const BOUNDS = [0.5, 1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000, 60_000, 300_000, 600_000, 1_800_000, 3_600_000]
const CONNECTIONS = { http_conn_manager_prefix: 'outbound_0.0.0.0_80' }
const CLASSES = [1, 2, 3, 4, 5]

/** As Higress names an upstream cluster. */
export function clusterName(host: string, port: number): string {
  return `outbound|${port}||${host}`
}

export function openGatewayStats(): GatewayStats {
  const clusters = new Map<string, ClusterStats>()
  const classes = [0, 0, 0, 0, 0, 0]
  const buckets = [...BOUNDS, Infinity].map(() => 0)
  let [requests, unknown, sum] = [0, 0, 0]

  const downstream = (): string => {
    let count = 0
    const rows = buckets.map((inBucket, i) => {
      count += inBucket
      return ['_bucket', { ...CONNECTIONS, le: numberText(BOUNDS[i] ?? Infinity) }, count] as const
    })
    const times = count === 0 ? [] : [...rows, ['_sum', CONNECTIONS, sum] as const, ['_count', CONNECTIONS, count] as const]
    return [
      writeFamily('envoy_http_downstream_rq_total', 'counter', [['', CONNECTIONS, requests]]),
      writeFamily(
        'envoy_http_downstream_rq',
        'counter',
        CLASSES.map((digit) => ['', { ...CONNECTIONS, response_code_class: `${digit}xx` }, classes[digit] ?? 0]),
      ),
      writeFamily('envoy_http_no_cluster', 'counter', [['', CONNECTIONS, unknown]]),
      writeFamily('envoy_http_downstream_rq_time', 'histogram', times),
    ].join('')
  }
  const counted = (members: (name: string) => number): readonly (readonly [string, ClusterStats])[] => {
    for (const [name, stats] of clusters) {
      // Higress keeps the last instance's endpoint after it left, and an unhealthy one goes on getting traffic: the figure never falls to 0.
      const ready = members(name)
      stats.members = ready > 0 ? ready : Math.min(stats.members, 1)
    }
    return [...clusters]
  }
  const upstream = (members: (name: string) => number): string => {
    const all = counted(members).map(([name, stats]) => ({ labels: { cluster_name: name }, stats }))
    const membership = all.map(({ labels, stats }) => ['', labels, stats.members] as const)
    const none = all.map(({ labels }) => ['', labels, 0] as const)
    return [
      writeFamily(
        'envoy_cluster_upstream_rq_total',
        'counter',
        all.map(({ labels, stats }) => ['', labels, stats.requests]),
      ),
      writeFamily(
        'envoy_cluster_upstream_rq',
        'counter',
        all.flatMap(({ labels, stats }) =>
          CLASSES.flatMap((digit) => {
            const count = stats.classes[digit]
            return count === undefined ? [] : [['', { ...labels, response_code_class: `${digit}xx` }, count] as const]
          }),
        ),
      ),
      writeFamily('envoy_cluster_membership_healthy', 'gauge', membership),
      writeFamily('envoy_cluster_membership_total', 'gauge', membership),
      // Nothing is ever ejected here.
      writeFamily('envoy_cluster_outlier_detection_ejections_active', 'gauge', none),
      writeFamily('envoy_cluster_outlier_detection_ejections_enforced_total', 'counter', none),
    ].join('')
  }

  return {
    started() {
      requests++
    },
    ended(status, ms) {
      const digit = Math.floor(status / 100)
      if (digit >= 1 && digit <= 5) classes[digit]!++
      const whole = Math.floor(ms)
      let i = 0
      while (i < BOUNDS.length && whole > BOUNDS[i]!) i++
      buckets[i]!++
      sum += whole
    },
    noCluster() {
      unknown++
    },
    cluster: (name) => clusters.get(name),
    keep(names) {
      for (const name of clusters.keys()) if (!names.has(name)) clusters.delete(name)
      for (const name of names) if (!clusters.has(name)) clusters.set(name, { requests: 0, classes: [], members: 0 })
    },
    clusters: (members) => counted(members).map(([name, stats]) => ({ name, members: stats.members })),
    text: (members) => downstream() + upstream(members),
  }
}

/** An upstream cluster has answered. */
export function countAnswer(cluster: ClusterStats, status: number): void {
  const digit = Math.floor(status / 100)
  cluster.classes[digit] = (cluster.classes[digit] ?? 0) + 1
}
