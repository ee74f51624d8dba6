import type { DeclaredAlert } from '../domain/metrics-profile.ts'
import type { AlertRule, MetricsAnswer, MetricsDocuments } from '../ports/metrics.ts'
import type { Fact } from './fact.ts'

export interface AlertRules {
  readonly loaded: MetricsAnswer<readonly AlertRule[]>
  /** Each alert of the declared rule file beside what is loaded. Absent: no file is declared, or it cannot be told. */
  readonly declared?: readonly DeclaredBeside[]
}

/** `differs`: an alert of this name is loaded, and these parts of it are others. */
export interface DeclaredBeside {
  readonly name: string
  readonly state: 'as-declared' | 'missing' | 'differs'
  readonly parts: readonly ('query' | 'for' | 'labels')[]
}

/** The alerting rules that the center's Prometheus has loaded, beside the declared ones. Absent: the topology declares no metrics. */
export const alertRules: Fact<AlertRules> = {
  name: 'alert-rules',
  rights: [],
  read: async ({ topology, center, world: { metrics, metricsDocuments, clock } }, deadline) => {
    if (topology.metrics === undefined) return { state: 'absent', at: clock.now(), took: 0 }
    if (metrics === undefined || metricsDocuments === undefined)
      return { state: 'unknown', why: 'no metrics are open', at: clock.now(), took: 0 }
    const loaded = await metrics.rules(center.name, deadline)
    const { alerts } = metricsDocuments
    const declared =
      alerts === undefined || loaded.state === 'gap' ? {} : { declared: alerts.map((one) => beside(one, loaded.value, metricsDocuments)) }
    return { state: 'present', value: { loaded, ...declared }, at: loaded.at, took: loaded.took }
  },
}

function beside(declared: DeclaredAlert, loaded: readonly AlertRule[], documents: MetricsDocuments): DeclaredBeside {
  const { name } = declared
  const wanted = documents.canonical(declared.query)
  const differences = loaded
    .filter((one) => one.name === name)
    .map((one) => [
      ...(documents.canonical(one.query) === wanted ? [] : (['query'] as const)),
      ...(one.for === declared.for ? [] : (['for'] as const)),
      ...(Object.entries(declared.labels).every(([label, value]) => one.labels[label] === value) ? [] : (['labels'] as const)),
    ])
  const [nearest] = differences.toSorted((a, b) => a.length - b.length)
  if (nearest === undefined) return { name, state: 'missing', parts: [] }
  return { name, state: nearest.length === 0 ? 'as-declared' : 'differs', parts: nearest }
}
