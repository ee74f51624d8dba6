import { figureNames } from '../domain/metrics-profile.ts'
import type { Fact } from './fact.ts'
import type { Figure } from './judge-figure.ts'
import { readFigure } from './read-figure.ts'

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
    const value = await Promise.all(figureNames.map(async (figure) => await readFigure({ topology, center, world }, figure, deadline)))
    return { state: 'present', value, at: clock.now(), took: clock.monotonic() - began }
  },
}
