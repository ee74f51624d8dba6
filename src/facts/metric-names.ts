import type { Deadline } from '../domain/change.ts'
import { figureNames, renderQuery, type FigureName, type SeriesSelector } from '../domain/metrics-profile.ts'
import type { MetricsAnswer, MetricsGap, Sample } from '../ports/metrics.ts'
import { alertRules } from './alert-rules.ts'
import { readThrough, type Fact, type FactInput } from './fact.ts'
import { queryValues } from './read-figure.ts'

/** A metric that a figure or an alert needs. `absent`: no series at all; `lacking`: labels that no series of it has. */
export interface MetricName {
  readonly metric: string
  readonly usedBy: readonly MetricUse[]
  readonly query: string
  readonly at: number
  readonly took: number
  readonly found: 'present' | 'absent' | { readonly gap: MetricsGap; readonly detail: string }
  readonly lacking: readonly string[]
}
export type MetricUse = { readonly figure: FigureName } | { readonly alert: string }

/** Which of the metrics that the profile and the loaded alerts name exist in the center, with the labels that they use. Absent: the topology declares no metrics. */
export const metricNames: Fact<readonly MetricName[]> = {
  name: 'metric-names',
  rights: [],
  read: async (input, deadline) => {
    const { topology, world } = input
    const { metrics, metricsDocuments, clock } = world
    const began = clock.monotonic()
    if (topology.metrics === undefined) return { state: 'absent', at: clock.now(), took: 0 }
    if (metrics === undefined || metricsDocuments === undefined)
      return { state: 'unknown', why: 'no metrics are open', at: clock.now(), took: 0 }
    const uses = await usesOf(input, deadline)
    const value = await Promise.all([...uses.values()].map((use) => lookFor(input, use, deadline)))
    return { state: 'present', value, at: clock.now(), took: clock.monotonic() - began }
  },
}

interface Use {
  readonly metric: string
  /** An alert looks at everything that its Prometheus holds, and may stand on rules without the labels of a center. */
  readonly everywhere: boolean
  readonly labels: Set<string>
  readonly usedBy: MetricUse[]
}

async function usesOf(input: FactInput, deadline: Deadline): Promise<ReadonlyMap<string, Use>> {
  const uses = new Map<string, Use>()
  const add = (selectors: readonly SeriesSelector[], use: MetricUse): void => {
    for (const { metric, labels } of selectors) {
      if (metric === '') continue
      const everywhere = 'alert' in use && Object.keys(queryValues(input).labels).length > 0
      const key = everywhere ? `${metric} everywhere` : metric
      const known = uses.get(key) ?? { metric, everywhere, labels: new Set(), usedBy: [] }
      uses.set(key, known)
      labels.forEach((label) => known.labels.add(label))
      if (!known.usedBy.some((one) => JSON.stringify(one) === JSON.stringify(use))) known.usedBy.push(use)
    }
  }
  const documents = input.world.metricsDocuments
  if (documents === undefined) return uses
  for (const figure of figureNames) add(documents.profile.figures[figure]?.selectors ?? [], { figure })
  const rules = await readThrough(alertRules, input, deadline)
  const loaded = rules.state === 'present' && rules.value.loaded.state === 'answered' ? rules.value.loaded.value : []
  for (const { name, query } of loaded) add(documents.selectorsOf(query) ?? [], { alert: name })
  return uses
}

/** One count by the labels in question: a label that stands in none of its rows is not there. Small however many series there are. */
async function lookFor(input: FactInput, use: Use, deadline: Deadline): Promise<MetricName> {
  const { center, world } = input
  const { metric, usedBy, everywhere } = use
  const labels = [...use.labels]
  const query = renderQuery(`count by (${labels.join(', ')}) (${metric}{${everywhere ? '' : '$labels'}})`, queryValues(input))
  const answer: MetricsAnswer<readonly Sample[]> = (await world.metrics?.query(center.name, query, deadline)) ?? noEndpoint
  const about = { metric, usedBy, query, at: answer.at, took: answer.took }
  if (answer.state === 'gap') return { ...about, found: { gap: answer.gap, detail: answer.detail }, lacking: [] }
  if (answer.value.length === 0) return { ...about, found: 'absent', lacking: [] }
  return { ...about, found: 'present', lacking: labels.filter((label) => !answer.value.some((one) => (one.labels[label] ?? '') !== '')) }
}

const noEndpoint: MetricsAnswer<never> = { state: 'gap', gap: 'no-endpoint', detail: '', at: 0, took: 0 }
