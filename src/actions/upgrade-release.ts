import type { ObjectChange, ReleaseIntent } from '../domain/deploy.ts'
import type { Finding } from '../domain/finding.ts'
import type { Words } from '../domain/words.ts'
import { releaseState } from '../deploy/release-state.ts'
import { defineAction, type Situation } from './action.ts'
import { recoveryIntent } from './recover-release.ts'
import { outlookOf } from './release-outlook.ts'
import { descriptionOf, releasePlan, routesIn, seenReleases, type Seen } from './releases.ts'
import * as z from './shape.ts'

/** The chart with its values is deployed in these centers, by this run; where that is so already, nothing is done. */
export const upgradeRelease = defineAction({
  name: 'upgrade-release',
  needs: 'preflight',
  summary: {
    en: 'Upgrades or installs the release of the centers by Helm, at once; weights in force lie over the render.',
    zh: '通过 Helm 同时升级或安装这些中心的发布；生效中的权重覆盖渲染结果。',
  },
  input: z.object({ centers: z.array(z.string(), 1) }),
  plan: ({ centers }, situation) => {
    const { intents, findings } = planUpgrades(situation, centers)
    return releasePlan(situation, intents, findings)
  },
})

/** Upgrades of those centers that are not as wanted yet. `recover`: stuck releases are brought back before. */
export function planUpgrades(
  situation: Situation,
  centers: readonly string[],
  recover = false,
): { readonly intents: readonly ReleaseIntent[]; readonly findings: readonly Finding[] } {
  const { seen, findings } = seenReleases(situation, centers)
  const planned = seen.map((one) => planUpgrade(situation, one, recover))
  return {
    intents: planned.flatMap(({ intent }) => intent ?? []),
    findings: [...findings, ...planned.flatMap((one) => one.findings)],
  }
}

function planUpgrade(
  situation: Situation,
  seen: Seen,
  recover: boolean,
): { readonly intent?: ReleaseIntent; readonly findings: readonly Finding[] } {
  const { center, release } = seen
  const where = { center }
  const spec = situation.topology.deploy?.releases[center]
  const { preflight, history, helm, chartGap, serverSide = false } = release
  if (chartGap !== undefined)
    return { findings: [{ reason: 'chart-unread', facts: chartFacts(situation, chartGap), where, effect: 'refuse' }] }
  const outlook = outlookOf(situation, seen)
  if (spec === undefined || preflight === undefined || outlook === undefined)
    return { findings: [{ reason: 'release-unread', facts: { center, why: 'no render' }, where, effect: 'refuse' }] }
  const { package: chart } = preflight
  if (situation.package !== undefined && situation.package !== chart.digest)
    return { findings: [{ reason: 'chart-moved', facts: { was: situation.package, is: chart.digest }, where, effect: 'refuse' }] }
  const description = descriptionOf(situation.run)
  const state = releaseState(history)
  if (state.kind === 'deployed' && state.last.description === description) return { findings: [] }
  const { overlay, findings, drift, stays } = outlook
  const say = (reason: string, facts: Finding['facts']): Finding => ({ reason, facts: { center, ...facts }, where, effect: 'warn' })
  const left = stays.length === 0 ? [] : [say('drift-stays', { objects: namesOf(stays), helm: helm.major })]
  const settled = state.kind === 'deployed' && situation.resumed !== true && outlook.asDeployed
  if (settled && drift.length === 0) return { findings: [...findings, say('release-as-wanted', { chart: state.last.chart }), ...left] }
  const away = recoveryIntent(situation, seen, recover)?.want.kind === 'uninstall'
  const install = away || state.kind === 'never-installed' || state.kind === 'uninstalled'
  return {
    intent: {
      kind: 'release',
      center,
      release: spec,
      want: { kind: 'upgrade', install, chart: chart.path, digest: chart.digest },
      run: situation.run,
      description,
      routes: routesIn(preflight.rendered, spec.namespace),
      overlay,
      helm: helm.major,
      force: serverSide && !install && outlook.shared,
    },
    findings: [
      ...findings,
      ...(settled ? [say('drift-goes', { objects: namesOf(drift) })] : []),
      ...left,
      ...(overlay.length === 0 ? [] : [say('live-weights-kept', { routes: overlay.map(({ route }) => route) })]),
    ],
  }
}

const namesOf = (changes: readonly ObjectChange[]): readonly string[] => changes.map(({ object }) => object)

function chartFacts({ topology }: Situation, why: string): Finding['facts'] {
  const { path, reference, version } = topology.deploy?.chart ?? {}
  return { chart: [path ?? reference ?? '', version ?? ''].join(' ').trim(), why }
}

export const upgradeReleaseWords = {
  'chart-unread': {
    en: 'the chart {chart} could not be had: {why}',
    zh: '无法获取 Chart {chart}：{why}',
  },
  'chart-moved': {
    en: 'the chart is not the one that this run was confirmed with: sha256:{is}, not sha256:{was}. Take the run back by undo, or deploy anew',
    zh: 'Chart 与本次运行确认时不同：现为 sha256:{is}，原为 sha256:{was}。请 undo 本次运行，或重新部署',
  },
  'release-as-wanted': {
    en: '{center}: {chart} is deployed already, and the render changes nothing',
    zh: '{center}：{chart} 已部署，渲染结果无变化',
  },
  'drift-goes': {
    en: '{center}: the render changes nothing, and live objects are not as it has them: upgraded all the same, which restores {objects}',
    zh: '{center}：渲染结果无变化，但线上对象与之不同：仍将升级以恢复 {objects}',
  },
  'drift-stays': {
    en: '{center}: not as the chart has it, and stays so: {objects}. Helm {helm} sends of such an object only what the chart itself changes. From a center that is right: tricenter sync --from CENTER --center {center}',
    zh: '{center}：与 Chart 不一致且将保持原样：{objects}。对这类对象，Helm {helm} 只发送 Chart 自身的变化。可从正确的中心恢复：tricenter sync --from CENTER --center {center}',
  },
  'live-weights-kept': {
    en: '{center}: a switch is in force: the live weights of {routes} lie over the render',
    zh: '{center}：切换正在生效，{routes} 的线上权重将覆盖渲染结果',
  },
} satisfies Words
