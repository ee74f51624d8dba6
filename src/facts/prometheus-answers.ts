import type { MetricsAnswer, Sample, ScrapeTarget } from '../ports/metrics.ts'
import type { Fact } from './fact.ts'

export interface PrometheusAnswers {
  readonly up: MetricsAnswer<readonly Sample[]>
  /** What stands in for Prometheus often has no targets to tell of. */
  readonly targets: MetricsAnswer<readonly ScrapeTarget[]>
}

/** Does the center's Prometheus answer the simplest query, and whom does it scrape? Absent: the topology declares no metrics. */
export const prometheusAnswers: Fact<PrometheusAnswers> = {
  name: 'prometheus-answers',
  rights: [],
  read: async ({ topology, center, world: { metrics, clock } }, deadline) => {
    const began = clock.monotonic()
    if (topology.metrics === undefined) return { state: 'absent', at: clock.now(), took: 0 }
    if (metrics === undefined) return { state: 'unknown', why: 'no metrics are open', at: clock.now(), took: 0 }
    const [up, targets] = await Promise.all([metrics.query(center.name, 'up', deadline), metrics.targets(center.name, deadline)])
    return { state: 'present', value: { up, targets }, at: clock.now(), took: clock.monotonic() - began }
  },
}
