import type { Deadline } from '../domain/change.ts'
import type { Observation } from '../domain/observation.ts'
import type { Center, Topology } from '../domain/topology.ts'
import type { KubeObject, Right } from '../ports/cluster.ts'
import type { World } from '../ports/world.ts'

export interface FactInput {
  readonly topology: Topology
  readonly center: Center
  readonly world: World
  /** Keeps an object as it was read, for preimages. */
  readonly keep: (object: KubeObject) => void
}

/**
 * One thing that can be known of one center, and what reading it costs. It answers an Observation and never throws;
 * the rights that it uses are declared, so that `rbac` and `doctor` can be derived.
 */
export interface Fact<T> {
  readonly name: string
  readonly rights: readonly Right[]
  read(input: FactInput, deadline: Deadline): Promise<Observation<T>>
}

/** The first observation that is not a value, if there is one: several reads that make one fact are whole or not at all. */
export function firstGap<T>(observations: readonly Observation<T>[]): Exclude<Observation<never>, { state: 'present' }> | undefined {
  for (const observation of observations) if (observation.state !== 'present') return observation
  return undefined
}
