import type { ReleaseIntent } from '../domain/deploy.ts'
import type { Finding } from '../domain/finding.ts'
import type { Words } from '../domain/words.ts'
import { changes, isHook } from '../deploy/manifests.ts'
import { overlaid } from '../deploy/overlay.ts'
import { releaseState } from '../deploy/release-state.ts'
import { defineAction, type Situation } from './action.ts'
import { descriptionOf, overlayFor, releasePlan, routesIn, seenReleases, type Seen } from './releases.ts'
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

/** Upgrades of those centers that are not as wanted yet. */
export function planUpgrades(
  situation: Situation,
  centers: readonly string[],
): { readonly intents: readonly ReleaseIntent[]; readonly findings: readonly Finding[] } {
  const { seen, findings } = seenReleases(situation, centers)
  const planned = seen.map((one) => planUpgrade(situation, one))
  return {
    intents: planned.flatMap(({ intent }) => intent ?? []),
    findings: [...findings, ...planned.flatMap((one) => one.findings)],
  }
}

function planUpgrade(situation: Situation, seen: Seen): { readonly intent?: ReleaseIntent; readonly findings: readonly Finding[] } {
  const { center, release } = seen
  const spec = situation.topology.deploy?.releases[center]
  const { preflight, history } = release
  if (spec === undefined || preflight === undefined)
    return { findings: [{ reason: 'release-unread', facts: { center, why: 'no render' }, where: { center }, effect: 'refuse' }] }
  const description = descriptionOf(situation.run)
  const state = releaseState(history)
  if (state.kind === 'deployed' && state.last.description === description) return { findings: [] }
  const { overlay, findings } = overlayFor(situation, seen, preflight.rendered)
  const wanted = overlaid(
    preflight.rendered.filter((one) => !isHook(one)),
    overlay,
    spec.namespace,
  )
  if (state.kind === 'deployed' && !situation.resumed && changes(preflight.live, wanted, spec.namespace).length === 0)
    return {
      findings: [
        ...findings,
        { reason: 'release-as-wanted', facts: { center, chart: state.last.chart }, where: { center }, effect: 'warn' },
      ],
    }
  const install = state.kind === 'never-installed' || state.kind === 'uninstalled'
  const laid: readonly Finding[] =
    overlay.length === 0
      ? []
      : [{ reason: 'live-weights-kept', facts: { center, routes: overlay.map(({ route }) => route) }, where: { center }, effect: 'warn' }]
  return {
    intent: {
      kind: 'release',
      center,
      release: spec,
      want: { kind: 'upgrade', install },
      run: situation.run,
      description,
      routes: routesIn(preflight.rendered, spec.namespace),
      overlay,
    },
    findings: [...findings, ...laid],
  }
}

export const upgradeReleaseWords = {
  'release-as-wanted': {
    en: '{center}: {chart} is deployed already, and the render changes nothing',
    zh: '{center}：{chart} 已部署，渲染结果无变化',
  },
  'live-weights-kept': {
    en: '{center}: a switch is in force: the live weights of {routes} lie over the render',
    zh: '{center}：切换正在生效，{routes} 的线上权重将覆盖渲染结果',
  },
} satisfies Words
