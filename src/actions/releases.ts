import type { ReleaseIntent, ReleaseSighting } from '../domain/deploy.ts'
import type { Finding } from '../domain/finding.ts'
import type { Observation } from '../domain/observation.ts'
import type { Mark } from '../domain/mark.ts'
import { routeName, type Route } from '../domain/route.ts'
import type { Sighting } from '../domain/sighting.ts'
import { inOrder, type CenterName } from '../domain/topology.ts'
import type { Words } from '../domain/words.ts'
import { httpRoutesIn, type Manifest } from '../deploy/manifests.ts'
import { isInForce, planOverlay, type OverlayPlan } from '../deploy/overlay.ts'
import type { ActionPlan, Situation } from './action.ts'

/** One center of a deploy, with its release as it was read. */
export interface Seen {
  readonly center: CenterName
  readonly sighting: Sighting
  readonly release: ReleaseSighting
}

/** The centers whose release could be read, and what is to be said of the others: nothing is done in the dark. */
export function seenReleases(
  { topology, sightings, only }: Situation,
  centers: readonly CenterName[],
): { readonly seen: readonly Seen[]; readonly findings: readonly Finding[] } {
  const wanted = inOrder(topology, centers).filter((center) => only === undefined || only.includes(center))
  const asked = wanted.flatMap((center) => sightings.find((one) => one.center === center) ?? [])
  return {
    seen: asked.flatMap((sighting) =>
      sighting.release?.state === 'present' ? [{ center: sighting.center, sighting, release: sighting.release.value }] : [],
    ),
    findings: asked.flatMap(({ center, release }): readonly Finding[] =>
      release?.state === 'present'
        ? []
        : [{ reason: 'release-unread', facts: { center, why: whyOf(release) }, where: { center }, effect: 'refuse' }],
    ),
  }
}

/** What a run writes into Helm's description, so that any machine can tell whose revision it is. */
export function descriptionOf(run: string, more = ''): string {
  return `tricenter run ${run}${more}`
}

/** The weights in force that lie over what will be applied in this center. */
export function overlayFor(
  situation: Situation,
  { center, sighting, release }: Seen,
  manifests: readonly Manifest[],
  which: 'in-force' | 'as-live' = 'in-force',
): OverlayPlan {
  const { topology, inForce } = situation
  const live = sighting.routes.state === 'present' ? sighting.routes.value : []
  return planOverlay({
    center,
    namespace: topology.deploy?.releases[center]?.namespace ?? '',
    manifests,
    deployed: release.preflight?.live ?? [],
    live: which === 'in-force' ? live : live.map((route) => (isInForce(route) ? route : held(route))),
    situation: inForce.out,
    topology,
  })
}

/** As if a switch were in force: a rollback is of a version and moves no traffic, whatever weights its revision was deployed with. */
function held(route: Route): Route {
  const mark: Mark = { seq: 1, run: '', verb: 'sync', uid: route.uid, was: [], situation: [route.center], normal: {}, set: {} }
  return { ...route, mark: { state: 'marked', mark } }
}

/** `namespace/name` of the HTTPRoutes in a render. */
export function routesIn(manifests: readonly Manifest[], namespace: string): readonly string[] {
  return httpRoutesIn(manifests).map(({ metadata }) => {
    const { name, namespace: own } = metadata as { readonly name?: string; readonly namespace?: string }
    return routeName({ namespace: own ?? namespace, name: name ?? '' })
  })
}

/** What actions of releases have in common: no weight moves, and the situation stays. */
export function releasePlan(
  { inForce }: Situation,
  intents: readonly ReleaseIntent[],
  findings: readonly Finding[],
  danger: ActionPlan['danger'] = 'none',
): ActionPlan {
  return { intents, findings, census: [], load: [], was: inForce.out, situation: inForce.out, danger, needs: [] }
}

function whyOf(release: Observation<ReleaseSighting> | undefined): string {
  if (release === undefined) return 'not read'
  return 'why' in release ? release.why : release.state
}

export const releasesWords = {
  'release-unread': { en: '{center}: the release could not be read: {why}', zh: '{center}：无法读取发布：{why}' },
} satisfies Words
