import type { Milliseconds } from './topology.ts'

/**
 * What is known of one thing in one center. Only `present` is knowledge of a value; the other states are knowledge of why there is none.
 * `forbidden`, `unreachable` and `unknown` never count as equal, healthy or zero. `at` is the wall clock (ms since the epoch) when the answer came.
 */
export type Observation<T> =
  | { readonly state: 'present'; readonly value: T; readonly at: number; readonly took: Milliseconds }
  | { readonly state: 'absent'; readonly at: number; readonly took: Milliseconds }
  | { readonly state: 'forbidden'; readonly why: string; readonly at: number; readonly took: Milliseconds }
  | { readonly state: 'unreachable'; readonly why: string; readonly at: number; readonly took: Milliseconds }
  | { readonly state: 'unknown'; readonly why: string; readonly at: number; readonly took: Milliseconds }

export function mapObservation<T, U>(observation: Observation<T>, change: (value: T) => U): Observation<U> {
  return observation.state === 'present' ? { ...observation, value: change(observation.value) } : observation
}

export function valueOf<T>(observation: Observation<T> | undefined): T | undefined {
  return observation?.state === 'present' ? observation.value : undefined
}
