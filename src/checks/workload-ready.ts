import { record } from '../gateways/strange.ts'
import type { KubeObject } from '../ports/cluster.ts'

/** Replicas wanted and ready, as far as the status speaks of the generation that is live. */
export interface Readiness {
  readonly wanted: number
  readonly ready: number
  /** The controller has not looked at what is there now: its figures are of something older. */
  readonly stale: boolean
}

export function readinessOf(object: KubeObject): Readiness {
  const [spec, status] = [record(object['spec']), record(object['status'])]
  const observed = Number(status['observedGeneration'] ?? 0)
  return {
    wanted: Number(spec['replicas'] ?? 1),
    ready: Number(status['readyReplicas'] ?? 0),
    stale: object.metadata.generation !== undefined && observed < object.metadata.generation,
  }
}
