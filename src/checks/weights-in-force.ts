import { situationInForce } from '../domain/situation.ts'
import { routeName, type Route, type Rule } from '../domain/route.ts'
import { sameRatio } from '../domain/target-split.ts'
import type { Topology, Weights } from '../domain/topology.ts'
import type { Conclusion } from '../domain/verify.ts'
import { routes } from '../facts/routes.ts'
import { whyOf } from './once.ts'
import { askFleet, failed, passed, unsure, warned } from './question.ts'

/** §10.1: an uneven split is first of all a matter of weights. Weights that somebody means are no fault; the reason why they are what they are is. */
export const weightsInForce = askFleet({
  name: 'weights-in-force',
  id: 'TC-025',
  group: 'setup',
  level: 'object',
  title: { en: 'weights as policy and marks say', zh: '权重符合策略与标记' },
  about: {
    en: 'While no switch is in force, rules among the active centers have the policy’s normal ratio, or one of their own, which is told. While one is, no rule sends anything to the centers that are out.',
    zh: '未处于切换时，在各活动中心之间分配的规则采用策略的正常比例，或自有比例（会提示）。处于切换时，没有规则把流量发往已切出的中心。',
  },
  needs: { routes },
  evaluate: ({ routes: cells }, { topology }) => {
    const { out, run } = situationInForce(
      topology,
      [...cells].map(([center, seen]) => ({ center, routes: seen })),
    )
    return [...cells].map(([center, cell]): Conclusion => {
      const source = `weights of the routes in ${center}`
      if (cell.state !== 'present') return { ...unsure('unread', { why: whyOf(cell) }, [{ source, at: cell.at }]), center }
      const about = (value: string) => [{ source, at: cell.at, took: cell.took, value }]
      if (out.length > 0) {
        const sending = cell.value.filter((route) => route.rules.some((rule) => out.some((one) => (weightsOf(rule)[one] ?? 0) > 0)))
        const facts = { out, run: run ?? '', routes: sending.map(routeName), center }
        return {
          ...(sending.length > 0
            ? failed('out-weighted', facts, about(`${sending.length} routes send to ${out.join(', ')}`))
            : warned('switched', facts, about(`without ${out.join(', ')}`))),
          center,
        }
      }
      const own = cell.value.flatMap((route) => ownSplits(topology, route))
      const [first] = own
      if (first === undefined) return { ...passed('as-declared', { routes: cell.value.length }, about('as the policy says')), center }
      return { ...warned('own-split', { rules: own.length, ...first }, about(first.shares), first.route), center }
    })
  },
  words: {
    'as-declared': { en: '{routes} routes', zh: '{routes} 条路由' },
    unread: { en: 'its routes could not be read: {why}', zh: '无法读取其路由：{why}' },
    switched: {
      en: 'a switch is in force ({run}): {out} gets nothing, and is meant to\nNext: tricenter failback --center {out} --dry-run',
      zh: '切换生效中（{run}）：{out} 不承接流量，属预期\n下一步：tricenter failback --center {out} --dry-run',
    },
    'out-weighted': {
      en: '{out} is out of traffic by the marks ({run}), yet {routes} send to it\nNext: tricenter sync --center {center} --dry-run',
      zh: '按标记 {out} 已切出（{run}），但 {routes} 仍向其发送\n下一步：tricenter sync --center {center} --dry-run',
    },
    'own-split': {
      en: '{rules} rules do not have the policy’s ratio: {route} has {shares}, the policy {normal}\nNext: tricenter rebalance --to normal --dry-run, or policy.normal in the topology',
      zh: '{rules} 条规则不是策略的比例：{route} 为 {shares}，策略为 {normal}\n下一步：tricenter rebalance --to normal --dry-run，或修改拓扑的 policy.normal',
    },
  },
})

function weightsOf({ backends }: Rule): Weights {
  const weights: Record<string, number> = {}
  for (const { member, weight } of backends) if (member !== undefined) weights[member.center] = (weights[member.center] ?? 0) + weight
  return weights
}

/** Rules that name every center that normally serves, and share otherwise. */
function ownSplits(
  topology: Topology,
  route: Route,
): readonly { readonly route: string; readonly shares: string; readonly normal: string }[] {
  const { normal } = topology.policy
  const active = topology.centers.map(({ name }) => name).filter((name) => (normal[name] ?? 0) > 0)
  return route.rules.flatMap((rule) => {
    const weights = weightsOf(rule)
    if (active.some((name) => weights[name] === undefined) || sameRatio(topology, weights, normal)) return []
    return [{ route: routeName(route), shares: sharesText(weights), normal: sharesText(normal) }]
  })
}

function sharesText(weights: Weights): string {
  return Object.entries(weights)
    .map(([center, weight]) => `${center}=${weight}`)
    .join(' ')
}
