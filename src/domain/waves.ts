import type { Center, CenterName, RegionName, Topology } from './topology.ts'

type Centers = Pick<Topology, 'regions' | 'centers'>

/**
 * The home regions: those with an active center. Where every region has one, the first of the file is home and the others are remote, so that there is
 * always somebody to go first who carries the least.
 */
function homeRegions({ regions, centers }: Centers): ReadonlySet<RegionName> {
  const active = regions.filter((region) => centers.some((center) => center.region === region && center.role === 'active'))
  return new Set(active.length === regions.length ? active.slice(0, 1) : active)
}

/** Remote centers first, one of each region at once, then the home centers one by one; each in the order of the file. */
export function defaultWaves(topology: Centers): readonly (readonly CenterName[])[] {
  const home = homeRegions(topology)
  const remote: Center[][] = []
  for (const center of topology.centers.filter(({ region }) => !home.has(region))) {
    const wave = remote.find((one) => one.every(({ region }) => region !== center.region))
    if (wave) wave.push(center)
    else remote.push([center])
  }
  return [
    ...remote.map((wave) => wave.map(({ name }) => name)),
    ...topology.centers.filter(({ region }) => home.has(region)).map(({ name }) => [name]),
  ]
}

/** What is wrong with waves. `wave` and `at` are indexes; `other` is the center, wave or region that it collides with. */
export type WaveMistake =
  | { readonly kind: 'twice'; readonly wave: number; readonly at: number; readonly center: CenterName }
  | {
      readonly kind: 'one-region'
      readonly wave: number
      readonly at: number
      readonly center: CenterName
      readonly other: CenterName
      readonly region: RegionName
    }
  | {
      readonly kind: 'home-before-remote'
      readonly wave: number
      readonly at: number
      readonly center: CenterName
      readonly other: CenterName
    }
  | { readonly kind: 'missing'; readonly center: CenterName }

/**
 * A center belongs to exactly one wave; two centers of one region are never in one wave (a bad chart would take the region); no home center goes before a
 * remote one. Names that are not declared are the reader's mistake and are passed over.
 */
export function waveMistakes(
  waves: readonly (readonly CenterName[])[],
  topology: Centers,
  released: readonly CenterName[],
): readonly WaveMistake[] {
  const centers = new Map(topology.centers.map((center) => [center.name, center]))
  const home = homeRegions(topology)
  const found: WaveMistake[] = []
  const seen = new Set<CenterName>()
  waves.forEach((wave, index) => {
    wave.forEach((name, at) => {
      const center = centers.get(name)
      if (center === undefined) return
      if (seen.has(name)) return found.push({ kind: 'twice', wave: index, at, center: name })
      seen.add(name)
      const other = wave.slice(0, at).find((one) => one !== name && centers.get(one)?.region === center.region)
      if (other !== undefined) found.push({ kind: 'one-region', wave: index, at, center: name, other, region: center.region })
      if (home.has(center.region)) return
      const before = waves
        .slice(0, index)
        .flat()
        .find((one) => home.has(centers.get(one)?.region ?? ''))
      if (before !== undefined) found.push({ kind: 'home-before-remote', wave: index, at, center: name, other: before })
    })
  })
  for (const center of released) if (!seen.has(center)) found.push({ kind: 'missing', center })
  return found
}
