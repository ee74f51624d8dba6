import type { Sighting } from '../domain/sighting.ts'
import { routeName } from '../domain/route.ts'
import { look } from './observe.ts'
import type { Baseline, Run } from './run.ts'

/** What must be there again when a drill ends: every managed rule's weights, every workload's replicas, and no mark of ours. */
export async function takeBaseline(run: Run): Promise<void> {
  if (run.state.baseline !== undefined) return
  const { sightings } = await look(run)
  run.state.baseline = baselineOf(sightings)
}

export function baselineOf(sightings: readonly Sighting[]): Baseline {
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
