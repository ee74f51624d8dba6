import type { Deadline } from '../domain/change.ts'
import { ageQuery, renderQuery, type FigureName } from '../domain/metrics-profile.ts'
import type { FactInput } from './fact.ts'
import { judgeFigure, type Figure } from './judge-figure.ts'

/** One figure of one center by its Prometheus: a value, or the reason why there is none. `moment`: as it was then, wall clock, ms; its age counts from then. */
export async function readFigure(
  { topology, center, world }: Pick<FactInput, 'topology' | 'center' | 'world'>,
  figure: FigureName,
  deadline: Deadline,
  moment?: number,
): Promise<Figure> {
  const { metrics, metricsDocuments, clock } = world
  const source = topology.metrics
  if (metrics === undefined || metricsDocuments === undefined || source === undefined)
    return { state: 'gap', figure, query: '', gap: 'no-endpoint', detail: 'no metrics are open', at: clock.now(), took: 0 }
  const { profile } = metricsDocuments
  const template = profile.figures[figure]
  if (template === undefined) return { state: 'gap', figure, query: '', gap: 'no-query', detail: profile.name, at: clock.now(), took: 0 }
  const values = queryValues({ topology, center })
  const query = renderQuery(template.query, values)
  const [answer, newest] = await Promise.all([
    metrics.query(center.name, query, deadline, moment),
    metrics.query(center.name, renderQuery(ageQuery(template), values), deadline, moment),
  ])
  const asOf = moment === undefined ? answer : { ...answer, at: moment }
  return judgeFigure({ figure, query }, template, asOf, newest, { topology, profile, maxAge: source.maxAge })
}

/** What fills a template for one center. */
export function queryValues({ topology, center }: Pick<FactInput, 'topology' | 'center'>): Parameters<typeof renderQuery>[1] {
  const { metrics } = topology
  return { window: metrics?.window ?? 0, step: metrics?.scrapeInterval ?? 0, labels: metrics?.centers[center.name]?.labels ?? {} }
}
