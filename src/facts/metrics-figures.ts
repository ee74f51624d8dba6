import { ageQuery, figureNames, renderQuery } from '../domain/metrics-profile.ts'
import type { Fact, FactInput } from './fact.ts'
import { judgeFigure, type Figure } from './judge-figure.ts'

/** Every figure of the center by its Prometheus, each a value or the reason why there is none. Absent: the topology declares no metrics. */
export const metricsFigures: Fact<readonly Figure[]> = {
  name: 'metrics-figures',
  rights: [],
  read: async ({ topology, center, world }, deadline) => {
    const { metrics, metricsDocuments, clock } = world
    const began = clock.monotonic()
    if (topology.metrics === undefined) return { state: 'absent', at: clock.now(), took: 0 }
    if (metrics === undefined || metricsDocuments === undefined)
      return { state: 'unknown', why: 'no metrics are open', at: clock.now(), took: 0 }
    const { profile } = metricsDocuments
    const context = { topology, profile, maxAge: topology.metrics.maxAge }
    const value = await Promise.all(
      figureNames.map(async (figure): Promise<Figure> => {
        const template = profile.figures[figure]
        if (template === undefined)
          return { state: 'gap', figure, query: '', gap: 'no-query', detail: profile.name, at: clock.now(), took: 0 }
        const query = renderQuery(template.query, queryValues({ topology, center }))
        const [answer, newest] = await Promise.all([
          metrics.query(center.name, query, deadline),
          metrics.query(center.name, renderQuery(ageQuery(template), queryValues({ topology, center })), deadline),
        ])
        return judgeFigure({ figure, query }, template, answer, newest, context)
      }),
    )
    return { state: 'present', value, at: clock.now(), took: clock.monotonic() - began }
  },
}

/** What fills a template for one center. */
export function queryValues({ topology, center }: Pick<FactInput, 'topology' | 'center'>): Parameters<typeof renderQuery>[1] {
  const { metrics } = topology
  return { window: metrics?.window ?? 0, step: metrics?.scrapeInterval ?? 0, labels: metrics?.centers[center.name]?.labels ?? {} }
}
