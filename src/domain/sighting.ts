import type { ReleaseSighting } from './deploy.ts'
import type { FaultMark } from './mark.ts'
import type { Observation } from './observation.ts'
import type { Owner, Route } from './route.ts'
import type { CenterName, ServiceName, Workload } from './topology.ts'

/** One center as one sweep saw it. What could not be read says why; nothing here is guessed. */
export interface Sighting {
  readonly center: CenterName
  /** uid of the namespace kube-system. */
  readonly identity: Observation<string>
  /** Managed routes only: those of the topology's namespaces and selector that name at least one known backend, and every marked one. */
  readonly routes: Observation<readonly Route[]>
  readonly workloads: Observation<readonly WorkloadState[]>
  /** The gateway's answer to one request; any status counts. */
  readonly gateway: Observation<{ readonly status: number }>
  readonly serving: Serving
  /** Only in the sweeps of a deploy. */
  readonly release?: Observation<ReleaseSighting>
}

/** Proved serving: ready ≥ minReady for every service of the center, its gateway answers, and, where its own routes give it weight, one of up to 20 probes named it. */
export interface Serving {
  readonly verdict: 'yes' | 'no' | 'unknown'
  /** A reason with words in `domain/serving`. */
  readonly reason: string
  readonly facts: Readonly<Record<string, string | number>>
}

export interface WorkloadState {
  readonly service: ServiceName
  readonly workload: Workload
  readonly uid: string
  readonly resourceVersion: string
  readonly desired: number
  readonly ready: number
  /** A drill's mark, and the annotation as it stands. */
  readonly fault?: FaultMark
  readonly rawFault?: string
  readonly hasAnnotations: boolean
  readonly owners: readonly Owner[]
}
