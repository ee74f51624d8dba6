import type { Observation } from '../domain/observation.ts'
import { centerOf, type CenterName, type Topology } from '../domain/topology.ts'
import type { Fact } from '../facts/fact.ts'
import type { World } from '../ports/world.ts'
import { limitedCluster } from './limited-cluster.ts'

/** One look at the centers: whatever is asked for is read once per center, when it is first asked for. */
export interface FactReader {
  /** Never throws: a fact that does is `unknown`, with what it said. */
  read<T>(center: CenterName, fact: Fact<T>): Promise<Observation<T>>
  /** Centers whose API was asked and could not be read at all, in the topology's order. */
  unread(): readonly { readonly center: CenterName; readonly why: string }[]
}

export interface FactReaderOptions {
  readonly world: World
  readonly topology: Topology
  /** Facts that send requests of clients may be read. */
  readonly probe: boolean
  /** Facts that open port-forwards may be read; absent: no. */
  readonly dataPlane?: boolean
}

/** Why a fact that sends requests was not read. */
const NEEDS_PROBE = 'it sends requests: --probe'
/** Why a fact that opens port-forwards was not read. */
const NEEDS_DATA_PLANE = 'it opens a port-forward: --data-plane'

/** All centers at once, each fact with its deadline (`policy.deadlines.read`), 8 requests at most in flight per cluster. */
export function factReader({ world, topology, probe, dataPlane = false }: FactReaderOptions): FactReader {
  const { clock } = world
  const patience = topology.policy.deadlines.read
  const clusters = new Map([...world.clusters].map(([name, cluster]) => [name, limitedCluster(cluster, clock, patience)]))
  const limited: World = { ...world, clusters }
  const read = new Map<CenterName, Map<Fact<unknown>, Promise<Observation<unknown>>>>()

  const once = <T>(center: CenterName, fact: Fact<T>): Promise<Observation<T>> => {
    const known = read.get(center) ?? new Map<Fact<unknown>, Promise<Observation<unknown>>>()
    read.set(center, known)
    const reading = known.get(fact) ?? readNow(center, fact)
    known.set(fact, reading)
    return reading as Promise<Observation<T>>
  }

  const readNow = async <T>(name: CenterName, fact: Fact<T>): Promise<Observation<T>> => {
    const began = clock.monotonic()
    if (fact.sends === true && !probe) return { state: 'unknown', why: NEEDS_PROBE, at: clock.now(), took: 0 }
    if (fact.forwards === true && !dataPlane) return { state: 'unknown', why: NEEDS_DATA_PLANE, at: clock.now(), took: 0 }
    try {
      const input = {
        topology,
        center: centerOf(topology, name),
        world: limited,
        keep: () => undefined,
        seen: <U>(other: Fact<U>) => once(name, other),
      }
      return await fact.read(input, { at: began + patience })
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      return { state: 'unknown', why, at: clock.now(), took: clock.monotonic() - began }
    }
  }

  return {
    read: once,
    unread: () =>
      topology.centers.flatMap(({ name }) => {
        const seen = clusters.get(name)?.greeting()
        return seen?.state === 'unreachable' || seen?.state === 'unknown' ? [{ center: name, why: seen.why }] : []
      }),
  }
}
