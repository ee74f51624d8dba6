import { fault } from '../../domain/fault.ts'
import type { Topology } from '../../domain/topology.ts'
import { worstState } from '../../domain/verify.ts'
import { explainMetrics } from '../../engine/explain-metrics.ts'
import { explainMetricsLines } from '../../ui/explain-metrics.ts'
import type { Context } from '../context.ts'
import { phrasebook } from '../phrases.ts'
import { printDocument, printLines } from './console.ts'
import { openWorld } from './parts.ts'

/** `tricenter verify metrics --explain`: every query to every Prometheus. 1 where a limit is broken, 7 where something could not be told, else 0. */
export async function explain(context: Context, topology: Topology, named: readonly string[]): Promise<number> {
  const other = named.find((name) => name !== 'metrics')
  if (other !== undefined) throw fault('usage', 'only-metrics', { name: other })
  const world = await openWorld(context, topology, undefined, 'witnesses')
  try {
    const centers = await explainMetrics(world, topology)
    const form = context.flags.output
    if (form === 'json' || form === 'yaml')
      await printDocument(context, { apiVersion: 'tricenter.io/v1', kind: 'MetricsExplained', centers }, form)
    else {
      const width = Math.max(40, Math.min(160, context.stdout.columns ?? 120))
      printLines(context, explainMetricsLines(centers, { language: context.language, width, phrasebook }))
    }
    const worst = worstState(centers.flatMap(({ figures }) => figures.flatMap(({ conclusions }) => conclusions.map(({ state }) => state))))
    const unasked = centers.some(({ why }) => why !== undefined)
    return worst === 'failed' ? 1 : worst === 'inconclusive' || unasked ? 7 : 0
  } finally {
    await world.close()
  }
}
