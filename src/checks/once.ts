import type { Observation } from '../domain/observation.ts'
import type { CenterName } from '../domain/topology.ts'

/** What is the same for every center, read once for each: the first observation, for nothing is learnt from the others. */
export function once<T>(cells: ReadonlyMap<CenterName, Observation<T>>): Observation<T> {
  const [first] = cells.values()
  return first ?? { state: 'unknown', why: 'there are no centers', at: 0, took: 0 }
}

export function whyOf(seen: Observation<unknown>): string {
  return 'why' in seen ? seen.why : seen.state
}
