import { type Labels, keyOf } from './labels.ts'
import { QueryRefusal } from './refusal.ts'

/** One series' value at the moment of evaluation. `time`, ms: when it was taken, where it comes straight from a series. */
export interface Sample {
  readonly labels: Labels
  readonly value: number
  readonly time?: number
}

/** The vector itself; throws where two of its series have the same labels. */
export function distinct(vector: readonly Sample[]): readonly Sample[] {
  if (new Set(vector.map(({ labels }) => keyOf(labels))).size < vector.length)
    throw new QueryRefusal('execution', 'vector cannot contain metrics with the same labelset')
  return vector
}
