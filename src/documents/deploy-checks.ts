import type { Center } from '../domain/topology.ts'
import { waveMistakes, type WaveMistake } from '../domain/waves.ts'
import { filledIn } from './backends.ts'
import type { Path } from './mistake.ts'
import { checkPattern, oneOf, type Known, type Say } from './pattern-checks.ts'
import type { Loose } from './read-shape.ts'
import type { TopologyInput } from './topology-schema.ts'

type Seen = Loose<TopologyInput>
type DeploySeen = NonNullable<Seen['deploy']>

const AT: Path = ['deploy']
/** A release's name is a label and part of Secret names: Helm takes at most 53 letters. */
const RELEASE = /^[a-z0-9](?:[a-z0-9.-]{0,51}[a-z0-9])?$/

/** What no schema can say of the section `deploy`. */
export function checkDeploy(seen: Seen, known: Known, say: Say): void {
  const { deploy } = seen
  if (deploy === undefined) return
  checkChart(deploy, say)
  for (const center of Object.keys(deploy.aliases ?? {})) known([...AT, 'aliases', center], center, 'key')
  checkReleases(deploy, Object.keys(seen.centers ?? {}), known, say)
  checkWaves(seen, deploy, known, say)
}

function checkChart({ chart }: DeploySeen, say: Say): void {
  if (chart === undefined) return
  oneOf([...AT, 'chart'], chart, ['path', 'reference'], say)
  if (chart.reference !== undefined && !('version' in chart))
    say([...AT, 'chart', 'reference'], 'needs a version: without one, centers deployed on different days get different charts')
}

function checkReleases({ releases, aliases = {} }: DeploySeen, centers: readonly string[], known: Known, say: Say): void {
  if (releases === undefined) return
  const at: Path = [...AT, 'releases']
  oneOf(at, releases, ['pattern', 'each'], say)
  const { pattern, each } = releases
  for (const center of Object.keys(each ?? {})) known([...at, 'each', center], center, 'key')
  if (each !== undefined && Object.keys(each).length === 0) say([...at, 'each'], 'expected at least 1 center', 'key')
  checkPattern([...at, 'pattern'], pattern, false, say)
  pattern?.values?.forEach((file, i) =>
    checkPattern([...at, 'pattern', 'values', i], file === undefined ? undefined : { name: file }, false, (_, message) =>
      say([...at, 'pattern', 'values', i], message),
    ),
  )
  for (const center of centers) {
    const name = pattern?.name === undefined ? each?.[center]?.name : filledIn(pattern.name, center, aliases)
    if (name === undefined || name.includes('{') || RELEASE.test(name)) continue
    say(
      [...at, ...(pattern ? ['pattern'] : ['each', center]), 'name'],
      `${name} cannot be a release: expected a-z, 0-9, - and . (at most 53)`,
    )
    if (pattern) return
  }
}

function checkWaves({ centers, regions }: Seen, { waves, releases }: DeploySeen, known: Known, say: Say): void {
  const at: Path = [...AT, 'waves']
  if (waves === undefined || waves.some((wave) => wave === undefined || wave.includes(undefined))) return
  const written = waves as readonly (readonly string[])[]
  const declared = written.flatMap((wave, i) => wave.map((center, j) => known([...at, i, j], center)))
  if (declared.includes(false) || centers === undefined || regions === undefined || regions.includes(undefined)) return
  const all = Object.entries(centers).map(([name, center]) => ({ name, region: center?.region, role: center?.role ?? 'active' }))
  if (all.some(({ region }) => region === undefined)) return
  const released = releases?.each === undefined ? all.map(({ name }) => name) : Object.keys(releases.each)
  for (const mistake of waveMistakes(
    written,
    { regions: regions as readonly string[], centers: all as unknown as readonly Center[] },
    released,
  )) {
    if (mistake.kind === 'missing') say(at, waveWords(mistake), 'key')
    else say([...at, mistake.wave, mistake.at], waveWords(mistake))
  }
  if (releases?.each === undefined) return
  written.forEach((wave, i) => wave.forEach((center, j) => released.includes(center) || say([...at, i, j], `${center} has no release`)))
}

function waveWords(mistake: WaveMistake): string {
  switch (mistake.kind) {
    case 'twice':
      return `center ${mistake.center} is written twice`
    case 'one-region':
      return `${mistake.center} and ${mistake.other} are both of ${mistake.region}: a bad chart would take the whole region. Write two waves`
    case 'home-before-remote':
      return `${mistake.center} is remote and comes after ${mistake.other}. Remote centers go first: they carry the least`
    case 'missing':
      return `center ${mistake.center} is in no wave`
  }
}
