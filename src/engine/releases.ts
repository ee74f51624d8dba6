import type { Action } from '../actions/action.ts'
import type { Deadline } from '../domain/change.ts'
import type { ChartSource, Preflight, ReleaseSighting } from '../domain/deploy.ts'
import type { Finding } from '../domain/finding.ts'
import { valueOf, type Observation } from '../domain/observation.ts'
import type { JournalRecord } from '../domain/record.ts'
import type { Sighting } from '../domain/sighting.ts'
import { centerOf, type CenterName } from '../domain/topology.ts'
import type { Words } from '../domain/words.ts'
import type { Manifest } from '../deploy/manifests.ts'
import { lastDeployed } from '../deploy/release-state.ts'
import { releases } from '../facts/releases.ts'
import type { Run } from './run.ts'

/** How long (ms) one reading of a release may take: Helm is a program that starts, logs in and asks. */
export const RELEASE_READ = 30_000

/**
 * The sightings with the releases of the named centers, as far as the action needs them. A render is made once a run.
 * What reads renders and charts is loaded when a deploy asks for it: a switch does not wait for YAML.
 */
export async function withReleases(
  run: Run,
  sightings: readonly Sighting[],
  needs: Action['needs'],
  input: Readonly<Record<string, unknown>>,
): Promise<readonly Sighting[]> {
  const centers = Array.isArray(input['centers']) ? (input['centers'] as readonly CenterName[]) : []
  if (needs === undefined) return sightings
  const asked = sightings.filter(({ center }) => centers.includes(center))
  const first = needs === 'preflight' && run.request.resumeAt === undefined && run.state.preflights.size === 0
  const [read, values] = await Promise.all([
    Promise.all(asked.map(async (sighting) => ({ ...sighting, release: await readRelease(run, sighting, needs, input) }))),
    first ? (await import('./values.ts')).examineValues(run, centers) : new Map<CenterName, readonly Finding[]>(),
  ])
  return sightings.map((sighting) => {
    const found = read.find(({ center }) => center === sighting.center)
    return found === undefined ? sighting : { ...found, release: withFindings(run, found, values.get(sighting.center) ?? []) }
  })
}

function withFindings(
  run: Run,
  { center, release }: { readonly center: CenterName; readonly release: Observation<ReleaseSighting> },
  more: readonly Finding[],
): Observation<ReleaseSighting> {
  if (more.length === 0 || release.state !== 'present' || release.value.preflight === undefined) return release
  const { preflight } = release.value
  const told = { ...preflight, findings: [...preflight.findings, ...more] }
  run.state.preflights.set(center, told)
  return { ...release, value: { ...release.value, preflight: told } }
}

async function readRelease(
  run: Run,
  { center }: Sighting,
  needs: NonNullable<Action['needs']>,
  input: Readonly<Record<string, unknown>>,
): Promise<Observation<ReleaseSighting>> {
  const { world } = run.deps
  const deadline = { at: world.clock.monotonic() + RELEASE_READ }
  const seen = await releases.read(
    { topology: run.topology, center: centerOf(run.topology, center), world, keep: () => undefined },
    deadline,
  )
  if (seen.state !== 'present') return seen
  const sighting = { ...seen.value, serverSide: await isServerSide(run, center, seen.value, deadline) }
  if (needs === 'releases') return { ...seen, value: sighting }
  if (needs === 'target') {
    const target = await readTarget(run, center, seen.value, input)
    return { ...seen, value: target === undefined ? sighting : { ...sighting, target } }
  }
  const chart = await run.deps.world.helm?.pull(chartOf(run), deadline, packageDigestOf(run.journal.records))
  if (chart?.state !== 'present') return { ...seen, value: { ...sighting, chartGap: gapOf(chart) } }
  const known = run.state.preflights.get(center)
  const preflight: Observation<Preflight> =
    known === undefined
      ? await (await import('./preflight.ts')).readPreflight(run, center, { release: seen.value, chart: chart.value }, deadline)
      : { ...seen, value: known }
  if (preflight.state !== 'present') return preflight
  run.state.preflights.set(center, preflight.value)
  return { ...seen, value: { ...sighting, preflight: preflight.value } }
}

/** What 3 has installed, 4 goes on to merge itself; only 4 has the server do it. */
async function isServerSide(run: Run, center: CenterName, { helm, history }: ReleaseSighting, deadline: Deadline): Promise<boolean> {
  const spec = run.topology.deploy?.releases[center]
  if (helm.major === 3 || history === undefined || spec === undefined) return false
  const seen = await run.deps.world.helm?.serverSide(center, spec, deadline)
  return seen?.state === 'present' && seen.value
}

function chartOf({ topology }: Run): ChartSource {
  if (topology.deploy === undefined) throw new Error('no deploy is declared')
  return topology.deploy.chart
}

function gapOf(chart: Exclude<Observation<unknown>, { readonly state: 'present' }> | undefined): string {
  if (chart === undefined) return 'no Helm'
  return 'why' in chart ? chart.why : 'not found'
}

/** The package (sha256) that the run has looked at, and that was confirmed; undefined: none yet. */
export function packageDigestOf(records: readonly JournalRecord[]): string | undefined {
  return records.flatMap((record) => (record.type === 'planned' ? (record.deploy?.package?.digest ?? []) : []))[0]
}

/** The stored manifests that a rollback of this run, or of the one that it undoes, would apply. */
async function readTarget(
  run: Run,
  center: CenterName,
  { history }: ReleaseSighting,
  input: Readonly<Record<string, unknown>>,
): Promise<readonly Manifest[] | undefined> {
  const { helm, clock } = run.deps.world
  const spec = run.topology.deploy?.releases[center]
  const base = ((input['bases'] as Readonly<Record<CenterName, number>> | undefined) ?? basesOf(run.journal.records))[center]
  const to =
    base === undefined ? undefined : lastDeployed({ revisions: (history?.revisions ?? []).filter(({ revision }) => revision <= base) })
  if (helm === undefined || spec === undefined || to === undefined) return undefined
  const { parsedManifests } = await import('./preflight.ts')
  return parsedManifests(valueOf(await helm.manifest(center, spec, to.revision, { at: clock.monotonic() + RELEASE_READ })))
}

/** The newest revision of each release that the run has touched, as it was before its first write. */
export function basesOf(records: readonly JournalRecord[]): Readonly<Record<CenterName, number>> {
  const bases: Record<CenterName, number> = {}
  for (const record of records) {
    if (record.type !== 'intended' || record.change.effect !== 'release') continue
    const { center, intent, before } = record.change
    // After an uninstall Helm counts from 1 again.
    if (intent.kind === 'release' && intent.want.kind === 'uninstall') bases[center] = 0
    else bases[center] ??= (JSON.parse(before) as { readonly base: number }).base
  }
  return bases
}

/** A release that Helm left half-way is a person's business; `why` is Helm's own word. */
export function releaseFailed(center: CenterName, object: string, why: string): Finding {
  return { reason: 'release-failed-here', facts: { center, object, why }, where: { center }, effect: 'leave' }
}

export const engineReleaseWords = {
  'release-failed-here': { en: '{center}: Helm could not bring {object} there: {why}', zh: '{center}：Helm 未能完成 {object}：{why}' },
} satisfies Words
