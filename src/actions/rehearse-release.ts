import type { Finding } from '../domain/finding.ts'
import { inOrder, type CenterName } from '../domain/topology.ts'
import type { Words } from '../domain/words.ts'
import { touchedSince } from '../deploy/live-changes.ts'
import { overlaid } from '../deploy/overlay.ts'
import { recoveryOf, releaseFindings, releaseState } from '../deploy/release-state.ts'
import { defineAction, type Situation } from './action.ts'
import { deployView } from './deploy-view.ts'
import { overlayFor, releasePlan, seenReleases, type Seen } from './releases.ts'
import * as z from './shape.ts'
import { planUpgrades } from './upgrade-release.ts'

/** Preflight: every center of every wave on paper, before the first of them is touched. The question is asked here, for all of them. */
export const rehearseRelease = defineAction({
  name: 'rehearse-release',
  needs: 'preflight',
  summary: {
    en: 'Looks at every release, the chart and its render in all centers; changes nothing.',
    zh: '检查所有中心的发布、Chart 及其渲染结果，不做任何改动。',
  },
  input: z.object({
    centers: z.array(z.string(), 1),
    recover: z.boolean().default(false),
    waves: z.array(z.array(z.string())).default([]),
  }),
  plan: ({ centers, recover, waves }, situation) => {
    const { intents, findings } = planUpgrades(situation, centers, recover)
    const { seen } = seenReleases(situation, centers)
    const said = [
      ...findings,
      ...identityFindings(situation, centers),
      ...seen.flatMap((one) => stateFindings(situation, one, recover)),
      ...seen.flatMap(({ release }) => release.preflight?.findings ?? []),
      ...seen.flatMap((one) => touchedFindings(situation, one)),
      ...digestFindings(seen, situation),
      ...drainFindings(situation, centers),
    ]
    const danger = { type: inOrder(situation.topology, centers).join(',') }
    return {
      ...releasePlan(situation, intents, said, danger),
      onPaper: true,
      deploy: deployView(situation, centers, seen, intents, waves, recover),
    }
  },
})

/** A stuck release stops a deploy; with `recover` its one recovery is done first. */
function stateFindings(situation: Situation, { center, release: { history, going } }: Seen, recover: boolean): readonly Finding[] {
  const { topology, now, bases } = situation
  const timeout = going ? (topology.deploy?.timeout ?? 0) : 0
  const state = releaseState(history)
  const own = bases?.[center] !== undefined
  const recovery = recoveryOf(state, now, timeout)
  const mended = (recover || own) && (recovery.kind === 'rollback' || recovery.kind === 'uninstall')
  return releaseFindings(center, state, now, timeout).map((one) => (mended ? { ...one, effect: 'warn' } : one))
}

/** What somebody changed since the deployed revision: a deploy may write over it. Weights in force are no such thing. */
function touchedFindings(situation: Situation, seen: Seen): readonly Finding[] {
  const { center, release } = seen
  const { preflight, history } = release
  const state = releaseState(history)
  const namespace = situation.topology.deploy?.releases[center]?.namespace ?? ''
  if (preflight === undefined || situation.resumed === true || state.kind !== 'deployed') return []
  const deployed = overlaid(preflight.live, overlayFor(situation, seen, preflight.live).overlay, namespace)
  const objects = touchedSince({ deployed, found: preflight.found, namespace })
  const { revision } = state.last
  return objects.length === 0
    ? []
    : [{ reason: 'changed-by-hand', facts: { center, objects, revision }, where: { center }, effect: 'warn' }]
}

/** A pinned identity that does not match is another cluster. */
function identityFindings({ topology, sightings }: Situation, centers: readonly CenterName[]): readonly Finding[] {
  return topology.centers.flatMap(({ name, cluster }): readonly Finding[] => {
    const seen = sightings.find(({ center }) => center === name)?.identity
    if (!centers.includes(name) || cluster === undefined || seen?.state !== 'present' || seen.value === cluster) return []
    return [
      {
        guard: 'identity',
        reason: 'release-identity',
        facts: { center: name, pinned: cluster, seen: seen.value },
        where: { center: name },
        effect: 'refuse',
      },
    ]
  })
}

/** What is out already would be returned to traffic after its wave. A run that is taken up again has drained it itself. */
function drainFindings({ topology, inForce, resumed }: Situation, centers: readonly CenterName[]): readonly Finding[] {
  if (topology.deploy?.drain !== true || resumed === true) return []
  return inForce.out
    .filter((name) => centers.includes(name))
    .map((center) => ({ reason: 'drain-while-out', facts: { center }, where: { center }, effect: 'refuse' }))
}

function digestFindings(seen: readonly Seen[], { topology }: Situation): readonly Finding[] {
  const packages = seen.flatMap(({ release }) => release.preflight?.package ?? [])
  const digests = new Set(packages.map(({ digest }) => digest))
  const pinned = topology.deploy?.chart.digest?.replace(/^sha256:/, '')
  if (digests.size > 1) return [{ reason: 'chart-differs', facts: { digests: [...digests] }, where: {}, effect: 'refuse' }]
  const [first] = packages
  if (pinned === undefined || first === undefined || first.digest === pinned || first.manifest === pinned) return []
  const { digest, manifest } = first
  return manifest === undefined
    ? [{ reason: 'chart-not-pinned', facts: { pinned, digest }, where: {}, effect: 'refuse' }]
    : [{ reason: 'chart-not-pinned-manifest', facts: { pinned, digest, manifest }, where: {}, effect: 'refuse' }]
}

export const rehearseReleaseWords = {
  'release-identity': {
    en: '{center}: this is another cluster: kube-system has uid {seen}, the topology pins {pinned}',
    zh: '{center}：这是另一个集群：kube-system 的 uid 为 {seen}，拓扑固定为 {pinned}',
  },
  'changed-by-hand': {
    en: '{center}: not as revision {revision} left it, changed by hand since: {objects}',
    zh: '{center}：与版本 {revision} 部署时不同，之后被人工修改：{objects}',
  },
  'drain-while-out': {
    en: '{center}: out of traffic by a switch in force, and a drained deploy would return it. End the switch first, or deploy without drain',
    zh: '{center}：已被生效中的切换移出流量，带排空的部署会将其切回。请先结束切换，或不排空部署',
  },
  'chart-differs': { en: 'the chart is not the same for all centers: {digests}', zh: '各中心的 Chart 不一致：{digests}' },
  'chart-not-pinned': {
    en: 'the chart is not the one that the topology pins: {digest}, not {pinned}',
    zh: 'Chart 与拓扑固定的不一致：{digest}，应为 {pinned}',
  },
  'chart-not-pinned-manifest': {
    en: 'the chart is not the one that the topology pins: package {digest}, manifest {manifest}, not {pinned}',
    zh: 'Chart 与拓扑固定的不一致：包 {digest}，清单 {manifest}，应为 {pinned}',
  },
} satisfies Words
