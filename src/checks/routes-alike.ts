import { situationInForce } from '../domain/situation.ts'
import type { Observation } from '../domain/observation.ts'
import { routeName, type Route, type Rule } from '../domain/route.ts'
import type { CenterName } from '../domain/topology.ts'
import type { Conclusion, Evidence } from '../domain/verify.ts'
import { routes } from '../facts/routes.ts'
import { askFleet, failed, passed, unsure, warned } from './question.ts'

/** §2.1, §3.4: every cluster holds the same routes. Equal ratios are equal weights; a cluster left behind by a switch in force is `deferred`, which is a duty and no drift. */
export const routesAlike = askFleet({
  name: 'routes-alike',
  id: 'TC-211',
  group: 'routes',
  level: 'object',
  title: { en: 'centers agree on routes', zh: '三中心路由一致' },
  about: {
    en: 'Every managed route exists in every center that could be read, with the same rules and the same shares. A center that could not be read agrees with nobody.',
    zh: '每条受管路由在所有可读的中心都存在，规则与比例一致。无法读取的中心不视为一致。',
  },
  needs: { routes },
  evaluate: ({ routes: cells }, { topology }) => {
    const read = new Map([...cells].flatMap(([center, cell]) => (cell.state === 'present' ? [[center, cell.value] as const] : [])))
    const gaps = [...cells].filter(([, cell]) => cell.state !== 'present').map(([center, cell]) => unread(center, cell))
    if (read.size < 2) return gaps.length > 0 ? gaps : []
    const out = situationInForce(
      topology,
      [...cells].map(([center, seen]) => ({ center, routes: seen })),
    ).out
    const names = [...new Set([...read.values()].flatMap((all) => all.map(routeName)))].sort()
    return [...gaps, ...names.map((name) => compareRoute(name, read, out, evidenceOf(cells)))]
  },
  words: {
    alike: { en: 'the same in {centers}', zh: '{centers} 一致' },
    unread: { en: 'its routes could not be read: {why}', zh: '无法读取其路由：{why}' },
    missing: {
      en: 'is missing in {missing}\nA switch there leaves this route as it is: there is nothing to change.\nNext: tricenter diff',
      zh: '{missing} 中缺失\n在该处切换时此路由无可修改。\n下一步：tricenter diff',
    },
    differs: {
      en: 'rule {rule} differs: {shares}\nClients get another split by the gateway that they enter through.\nNext: tricenter diff, then tricenter sync --from {source} --dry-run',
      zh: '规则 {rule} 不一致：{shares}\n客户端因入口不同而得到不同的流量比例。\n下一步：tricenter diff，再执行 tricenter sync --from {source} --dry-run',
    },
    deferred: {
      en: 'rule {rule} differs: {shares}; {centers} is deferred by the switch in force\nNext: tricenter sync --center {centers} --wait',
      zh: '规则 {rule} 不一致：{shares}；{centers} 因当前切换而推迟\n下一步：tricenter sync --center {centers} --wait',
    },
  },
})

function unread(center: CenterName, cell: Observation<unknown>): Conclusion {
  return {
    ...unsure('unread', { why: 'why' in cell ? cell.why : cell.state }, [{ source: 'list HTTPRoute', at: cell.at, took: cell.took }]),
    center,
  }
}

const evidenceOf = (cells: ReadonlyMap<CenterName, Observation<unknown>>): readonly Evidence[] =>
  [...cells].map(([center, { state, at, took }]) => ({ source: `${center} list HTTPRoute`, value: state, at, took }))

function compareRoute(
  name: string,
  read: ReadonlyMap<CenterName, readonly Route[]>,
  out: readonly CenterName[],
  evidence: readonly Evidence[],
): Conclusion {
  const found = [...read].map(([center, all]) => ({ center, route: all.find((one) => routeName(one) === name) }))
  const missing = found.filter(({ route }) => route === undefined).map(({ center }) => center)
  if (missing.length > 0) return failed('missing', { missing }, evidence, name)
  const keys = [...new Set(found.flatMap(({ route }) => route?.rules.map(({ key }) => key) ?? []))]
  for (const rule of keys) {
    const shares = found.map(({ center, route }) => ({ center, shares: sharesOf(route?.rules.find(({ key }) => key === rule)) }))
    const groups = new Map<string, CenterName[]>()
    for (const one of shares) groups.set(one.shares, [...(groups.get(one.shares) ?? []), one.center])
    if (groups.size < 2) continue
    const facts = { rule, shares: [...groups].map(([text, centers]) => `${centers.join(', ')} ${text}`).join('; ') }
    const bySize = [...groups.values()].sort((a, b) => a.length - b.length)
    const fewest = bySize[0] ?? []
    // What most centers have is what the rest is brought in line with.
    const source = bySize.at(-1)?.[0] ?? ''
    return fewest.every((center) => out.includes(center))
      ? warned('deferred', { ...facts, centers: fewest }, evidence, name)
      : failed('differs', { ...facts, source }, evidence, name)
  }
  return passed('alike', { centers: found.map(({ center }) => center) }, evidence, name)
}

/** Shares in per cent by center, so that 1:1 and 50:50 read alike; a backend of no service goes by its own name. */
function sharesOf(rule: Rule | undefined): string {
  if (rule === undefined) return 'no such rule'
  const weights = new Map<string, number>()
  for (const { member, backend, weight } of rule.backends) {
    const name = member === undefined ? backend.name : member.center
    if (weight > 0) weights.set(name, (weights.get(name) ?? 0) + weight)
  }
  const total = [...weights.values()].reduce((a, b) => a + b, 0)
  if (total === 0) return 'no weight'
  const shown = [...weights].sort().map(([name, weight]) => `${name} ${Number(((100 * weight) / total).toFixed(2))} %`)
  return `[${shown.join(', ')}]`
}
