import type { Baseline } from '../domain/record.ts'
import type { Sighting } from '../domain/sighting.ts'
import { routeName } from '../domain/route.ts'
import { look } from './observe.ts'
import type { Run } from './run.ts'

/** What must be there again when a drill ends, on record before anything is touched: whoever restores it later compares with the same. */
export async function takeBaseline(run: Run): Promise<void> {
  if (run.state.baseline !== undefined) return
  const { sightings } = await look(run)
  run.state.baseline = baselineOf(sightings)
  await run.journal.append({ type: 'baseline', baseline: run.state.baseline })
}

function baselineOf(sightings: readonly Sighting[]): Baseline {
  const weights: Record<string, string> = {}
  const replicas: Record<string, number> = {}
  for (const { center, routes, workloads } of sightings) {
    if (routes.state === 'present')
      for (const route of routes.value)
        for (const rule of route.rules)
          weights[`${center} ${routeName(route)} ${rule.key}`] = rule.backends
            .map(({ id, declared }) => `${id}=${declared ?? 'absent'}`)
            .join(' ')
    if (workloads.state === 'present')
      for (const { workload, desired } of workloads.value) replicas[`${center} ${workload.namespace}/${workload.name}`] = desired
  }
  return { weights, replicas }
}
