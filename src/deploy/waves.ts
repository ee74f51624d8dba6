import type { Deploy } from '../domain/deploy.ts'
import { inOrder, type CenterName, type Topology } from '../domain/topology.ts'

/** What a person narrows a deploy to. `wave` counts from 1, as screens do. */
export interface WaveChoice {
  readonly centers?: readonly CenterName[]
  readonly wave?: number
}

/** Why there is nothing to choose from; the words are the command's. */
export type WaveRefusal =
  | { readonly kind: 'no-such-wave'; readonly wave: number; readonly waves: number }
  | { readonly kind: 'no-release'; readonly center: CenterName }

/** The waves to go through, in order, each in the topology's order; centers that were not chosen are left out, and so are waves without any. */
export function chosenWaves(
  topology: Topology,
  { waves, releases }: Deploy,
  { centers, wave }: WaveChoice,
): { readonly waves: readonly (readonly CenterName[])[] } | { readonly refused: WaveRefusal } {
  if (wave !== undefined && waves[wave - 1] === undefined) return { refused: { kind: 'no-such-wave', wave, waves: waves.length } }
  const without = centers?.find((center) => !(center in releases))
  if (without !== undefined) return { refused: { kind: 'no-release', center: without } }
  const wanted = (center: CenterName): boolean => center in releases && (centers === undefined || centers.includes(center))
  const chosen = wave === undefined ? waves : waves.slice(wave - 1, wave)
  return { waves: chosen.map((one) => inOrder(topology, one.filter(wanted))).filter((one) => one.length > 0) }
}
