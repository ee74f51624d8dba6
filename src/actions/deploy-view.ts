import type { DeployView, ReleaseIntent, ReleaseView } from '../domain/deploy.ts'
import { inOrder, type CenterName } from '../domain/topology.ts'
import { helmArgs, helmLine } from '../domain/helm-call.ts'
import { changes, foldCenters } from '../deploy/manifests.ts'
import { ageOf, recoveryOf, releaseState } from '../deploy/release-state.ts'
import type { Situation } from './action.ts'
import { recoveryIntent } from './recover-release.ts'
import { outlookOf, type Outlook } from './release-outlook.ts'
import type { Seen } from './releases.ts'

/** How many characters of one value are kept: a plan shows that a text changes, the chart shows the text. */
const VALUE = 160

/** What the preflight shows: every release as it is and as it is going to be, and what that changes, the same in several centers once. */
export function deployView(
  situation: Situation,
  centers: readonly CenterName[],
  seen: readonly Seen[],
  intents: readonly ReleaseIntent[],
  waves: readonly (readonly CenterName[])[],
  recover: boolean,
): DeployView {
  const outlooks = new Map(seen.map((one) => [one.center, outlookOf(situation, one)]))
  const views = inOrder(situation.topology, centers).flatMap((center): readonly ReleaseView[] => {
    const one = seen.find((each) => each.center === center)
    const intent = intents.find((each) => each.center === center)
    const wave = Math.max(1, waves.findIndex((names) => names.includes(center)) + 1)
    if (one?.release.preflight === undefined) return unreadView(situation, center, wave)
    return viewOf(situation, one, intent, { wave, recover, outlook: outlooks.get(center) })
  })
  const changed = seen
    .filter(({ center }) => intents.some((intent) => intent.center === center))
    .map((one) => [one.center, cut(outlooks.get(one.center)?.becomes ?? [])] as const)
  return {
    ...packageOf(situation, seen),
    releases: views.toSorted((a, b) => a.wave - b.wave),
    changes: foldCenters(Object.fromEntries(changed)),
    recover,
  }
}

function packageOf({ topology }: Situation, seen: readonly Seen[]): Pick<DeployView, 'package'> {
  const chart = seen.find(({ release }) => release.preflight !== undefined)?.release.preflight?.package
  if (chart === undefined) return {}
  const { digest, manifest } = chart
  const reference = topology.deploy?.chart.reference
  return { package: { digest, ...(manifest === undefined ? {} : { manifest }), ...(reference === undefined ? {} : { reference }) } }
}

function unreadView({ topology, sightings }: Situation, center: CenterName, wave: number): readonly ReleaseView[] {
  const spec = topology.deploy?.releases[center]
  const seen = sightings.find((one) => one.center === center)?.release
  const gap = seen?.state === 'present' ? seen.value.chartGap : undefined
  const unread = gap ?? (seen !== undefined && 'why' in seen ? seen.why : (seen?.state ?? ''))
  return spec === undefined
    ? []
    : [{ center, wave, name: spec.name, namespace: spec.namespace, unread, chart: '', does: 'nothing', kept: [], command: '' }]
}

function viewOf(
  situation: Situation,
  seen: Seen,
  intent: ReleaseIntent | undefined,
  { wave, recover, outlook }: { readonly wave: number; readonly recover: boolean; readonly outlook: Outlook | undefined },
): readonly ReleaseView[] {
  const { topology, now } = situation
  const { center, release } = seen
  const { history, preflight, going } = release
  const spec = topology.deploy?.releases[center]
  if (spec === undefined || preflight === undefined) return []
  const state = releaseState(history)
  const recovery = recoveryOf(state, now, going ? (topology.deploy?.timeout ?? 0) : 0)
  const last = 'last' in state ? state.last : undefined
  const age = last === undefined ? Infinity : ageOf(last, now)
  const install = intent?.want.kind === 'upgrade' && intent.want.install
  const line = (one: ReleaseIntent): string => helmLine(release.helm.program, helmArgs(one, topology))
  const before = recoveryIntent(situation, seen, recover)
  const live = outlook?.unread.length === 0 ? (outlook.stays.length === 0 ? undefined : 'drifted') : 'unread'
  return [
    {
      center,
      wave,
      name: spec.name,
      namespace: spec.namespace,
      ...(last === undefined ? {} : { now: { revision: last.revision, status: last.status, chart: last.chart } }),
      ...(Number.isFinite(age) ? { age } : {}),
      ...('deployed' in state && state.deployed !== undefined ? { deployed: state.deployed.revision } : {}),
      chart: preflight.chart,
      does: intent === undefined ? 'nothing' : install ? 'install' : 'upgrade',
      ...(live === undefined ? {} : { live }),
      ...(recovery.kind === 'none' ? {} : { recovery }),
      ...(preflight.pending === undefined ? {} : { pending: cut(changes(preflight.live, preflight.pending, spec.namespace)) }),
      kept: intent?.overlay.map(({ route }) => route) ?? [],
      command: intent === undefined ? '' : line(intent),
      ...(before === undefined ? {} : { before: line(before) }),
    },
  ]
}

function cut(all: ReturnType<typeof changes>): ReturnType<typeof changes> {
  const short = (value: unknown): unknown => {
    const text = typeof value === 'string' ? value : JSON.stringify(value)
    return text !== undefined && text.length > VALUE ? `${text.slice(0, VALUE - 1)}…` : value
  }
  return all.map((change) => ({
    ...change,
    leaves: change.leaves.map(({ pointer, ...sides }) => ({
      pointer,
      ...('before' in sides ? { before: short(sides.before) } : {}),
      ...('after' in sides ? { after: short(sides.after) } : {}),
      ...(sides.byHand === true ? { byHand: true } : {}),
    })),
  }))
}
