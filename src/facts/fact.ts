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
  /** Another fact of the same center and the same look: read once, however many ask. Absent: nobody keeps what was read. */
  readonly seen?: <T>(fact: Fact<T>) => Promise<Observation<T>>
}

/**
 * One thing that can be known of one center, and what reading it costs. It answers an Observation and never throws;
 * the rights that it uses are declared, so that `rbac` and `doctor` can be derived.
 */
export interface Fact<T> {
  readonly name: string
  readonly rights: readonly Right[]
  /** The same rights where the topology says where they are enough; absent: in the whole cluster. */
  readonly rightsFor?: (topology: Topology) => readonly Right[]
  /** It sends requests of clients through gateways; `verify` reads it only with `--probe`. */
  readonly sends?: true
  /** It opens port-forwards to Pods, which not every site allows; `verify` reads it only with `--data-plane`. */
  readonly forwards?: true
  read(input: FactInput, deadline: Deadline): Promise<Observation<T>>
}

/** Rights in each of these namespaces; undefined: everywhere. */
export function within(rights: readonly Right[], namespaces: readonly string[] | undefined): readonly Right[] {
  return namespaces === undefined ? rights : rights.flatMap((right) => namespaces.map((namespace) => ({ ...right, namespace })))
}

/** A fact that stands on another one: taken from the look where there is one, else read. */
export async function readThrough<T>(fact: Fact<T>, input: FactInput, deadline: Deadline): Promise<Observation<T>> {
  return input.seen === undefined ? await fact.read(input, deadline) : await input.seen(fact)
}

/** The first observation that is not a value, if there is one: several reads that make one fact are whole or not at all. */
export function firstGap<T>(observations: readonly Observation<T>[]): Exclude<Observation<never>, { state: 'present' }> | undefined {
  for (const observation of observations) if (observation.state !== 'present') return observation
  return undefined
}
