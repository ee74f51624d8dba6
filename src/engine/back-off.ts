import type { Milliseconds } from '../domain/topology.ts'

const FIRST = 500
const LONGEST = 30_000

/** How long to wait after so many failures in a row: none after none, then 0.5 s doubled up to 30 s, of which between a half and all by chance, so that many do not come at once. */
export function backOff(failures: number, chance: () => number): Milliseconds {
  if (failures <= 0) return 0
  return Math.min(LONGEST, FIRST * 2 ** Math.min(failures - 1, 16)) * (0.5 + chance() / 2)
}
