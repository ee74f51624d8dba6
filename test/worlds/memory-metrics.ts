import type { Metrics, MetricsDocuments, Sample } from '../../src/ports/metrics.ts'
import type { Clock } from '../../src/ports/clock.ts'
import { readMetricsProfile } from '../../src/documents/metrics-profile.ts'
import { selectorsOf, canonicalPromql } from '../../src/documents/promql.ts'
import { shippedProfiles } from '../../src/documents/shipped-profiles.ts'

/** What one gateway's Prometheus counts: requests/s in all, its error ratio, and shares by backend. Undefined: it does not answer. */
export interface Counted {
  readonly qps: number
  readonly errorRatio: number
  readonly shares: Readonly<Record<string, number>>
}

/** A Prometheus in memory that knows three queries of the profile `envoy`. Every sample is as old as `age`, ms. */
export function memoryMetrics(
  clock: Clock,
  counted: (center: string, moment: number) => Counted | undefined,
  age = 500,
): { readonly metrics: Metrics; readonly metricsDocuments: MetricsDocuments; readonly asked: readonly string[] } {
  const read = readMetricsProfile(shippedProfiles.envoy, 'envoy')
  if ('mistakes' in read) throw new Error('the shipped profile is broken')
  const asked: string[] = []
  const samples = (query: string, seen: Counted, at: number): readonly Sample[] => {
    if (query.includes('timestamp(')) return [{ labels: {}, value: (at - age) / 1000, at }]
    if (query.includes('upstream_rq_total'))
      return Object.entries(seen.shares).map(([cluster, share]) => ({ labels: { cluster_name: cluster }, value: share * seen.qps, at }))
    return [{ labels: {}, value: query.includes('5xx') ? seen.errorRatio : seen.qps, at }]
  }
  const metrics: Metrics = {
    query(center, promql, _, moment) {
      const at = moment ?? clock.now()
      asked.push(center)
      const seen = counted(center, at)
      if (seen === undefined) return Promise.resolve({ state: 'gap', gap: 'unreachable', detail: 'refused', at: clock.now(), took: 0 })
      return Promise.resolve({ state: 'answered', value: samples(promql, seen, at), at: clock.now(), took: 0 })
    },
    series: () => Promise.resolve({ state: 'answered', value: [], at: clock.now(), took: 0 }),
    rules: () => Promise.resolve({ state: 'answered', value: [], at: clock.now(), took: 0 }),
    targets: () => Promise.resolve({ state: 'answered', value: [], at: clock.now(), took: 0 }),
  }
  return { metrics, metricsDocuments: { profile: read.profile, selectorsOf, canonical: canonicalPromql }, asked }
}
