import { clusterAddress, type ProgrammedRule } from '../domain/data-plane.ts'
import { installationOf } from '../domain/estate.ts'
import { routeName, type BackendRef, type Route, type Rule } from '../domain/route.ts'
import type { Conclusion } from '../domain/verify.ts'
import { dataPlane } from '../facts/data-plane.ts'
import { routes } from '../facts/routes.ts'
import { list, record, text } from '../gateways/strange.ts'
import { leadsTo, unseen, unseenWords } from './data-plane-seen.ts'
import { askCenter, failed, passed } from './question.ts'

/** Istio may turn weights into per cents: a share is the same within this. */
const ROUNDING = 0.01

/** Third level of proof: what a status claims, against what Envoy was told. Route names are those of Higress, `<namespace>/<name>` for each rule of a route. */
export const dataPlaneRoutes = askCenter({
  name: 'data-plane-routes',
  id: 'TC-220',
  group: 'routes',
  level: 'data-plane',
  title: { en: 'rules in the data plane', zh: '规则已下发数据面' },
  about: {
    en: 'Every rule of every managed route is in the route configuration of a gateway Pod (Envoy’s admin port, by port-forward), with the weights that are live, as proportions; backends of weight 0 are not looked for. A route that is Accepted and not there was dropped, whatever its status says. One Pod is asked: the others hear of a change at their own time.',
    zh: '每条受管路由的每个规则都在某个网关 Pod 的路由配置中（经端口转发读取 Envoy 管理端口），权重按比例与当前对象一致；权重为 0 的后端不要求存在。Accepted 而不在其中的路由已被丢弃，不论其状态如何。只询问一个 Pod：其余 Pod 各自更新。',
  },
  needs: { routes },
  maybe: { dataPlane },
  evaluate: ({ routes: { value }, dataPlane: seen }, { topology }) => {
    if (value.length === 0) return []
    if (seen.state !== 'present') return [unseen(seen, topology)]
    const { pod, routes: programmed } = seen.value
    return value.map((route): Conclusion => {
      const subject = routeName(route)
      const entries = programmed.get(subject) ?? []
      const evidence = [
        {
          source: `Pod ${pod} config_dump, route ${subject}`,
          at: seen.at,
          took: seen.took,
          value: `${entries.length} entries`,
          limit: `${route.rules.length} rules`,
        },
      ]
      const facts = { pod, rules: route.rules.length, entries: entries.length }
      if (route.rules.length > 0 && entries.length === 0)
        return failed(isAccepted(route, installationOf(topology).controllerName) ? 'dropped' : 'absent', facts, evidence, subject)
      const verdicts = route.rules.map((rule) => ({ rule, ...inForce(rule, entries, route.namespace) }))
      const lost = verdicts.filter(({ state }) => state === 'lost').map(({ rule }) => `#${rule.index}`)
      if (lost.length > 0) return failed('rule-lost', { ...facts, lost }, evidence, subject)
      const other = verdicts.find(({ state }) => state === 'other')
      if (other === undefined) return passed('programmed', facts, evidence, subject)
      const told = { ...facts, rule: other.rule.index, live: liveText(other.rule), seen: other.seen }
      return failed(
        'other-weights',
        told,
        [...evidence, { source: `rule ${other.rule.index}`, value: other.seen, limit: told.live }],
        subject,
      )
    })
  },
  words: {
    programmed: { en: 'all {rules} rules are in force in {pod}', zh: '{rules} 个规则均已在 {pod} 生效' },
    dropped: {
      en: 'Accepted, and {pod} has none of its {rules} rules\nThe gateway dropped the route and says nothing of it: clients get 404, or another route.\nNext: tricenter verify filters-effective',
      zh: '状态为 Accepted，但 {pod} 中没有它的任何规则（共 {rules} 个）\n网关丢弃了该路由且未声明：客户端收到 404，或命中其他路由。\n下一步：tricenter verify filters-effective',
    },
    absent: {
      en: '{pod} has none of its {rules} rules\nNext: tricenter verify routes-reported gateway-programmed',
      zh: '{pod} 中没有它的任何规则（共 {rules} 个）\n下一步：tricenter verify routes-reported gateway-programmed',
    },
    'rule-lost': {
      en: '{pod} lacks its rules {lost}\nNext: tricenter verify rules-reachable; kubectl logs {pod} -n the gateway’s namespace',
      zh: '{pod} 中缺少规则 {lost}\n下一步：tricenter verify rules-reachable；查看 {pod} 的日志',
    },
    'other-weights': {
      en: 'rule {rule} is {live}, and {pod} does {seen}\nThe gateway has not heard of the last change, or could not take it.\nNext: tricenter verify data-plane-routes --data-plane --wait 1m; then the controller’s log',
      zh: '规则 {rule} 为 {live}，而 {pod} 执行的是 {seen}\n网关尚未收到最近的变更，或无法应用。\n下一步：tricenter verify data-plane-routes --data-plane --wait 1m；再查看控制器日志',
    },
    ...unseenWords,
  },
})

function isAccepted({ conditions }: Route, controllerName: string): boolean {
  return conditions.some(({ controller, accepted }) => controller === controllerName && accepted?.status === 'True')
}

interface InForce {
  readonly state: 'same' | 'lost' | 'other'
  /** Where it leads instead. */
  readonly seen: string
}

/** Of the entries on one of the rule's paths, is there one with its shares? All rules of a route bear one name. */
function inForce(rule: Rule, entries: readonly ProgrammedRule[], namespace: string): InForce {
  const paths = pathsOf(rule)
  const mine = entries.filter(({ path }) => path === undefined || paths.some((wanted) => isPath(wanted, path)))
  if (mine.length === 0) return { state: 'lost', seen: '' }
  if (mine.some(({ targets }) => isSameShare(rule.backends, targets, namespace))) return { state: 'same', seen: '' }
  return { state: 'other', seen: seenText(mine[0]?.targets ?? []) }
}

interface WantedPath {
  readonly type: string
  readonly value: string
}

function pathsOf({ rawMatches }: Rule): readonly WantedPath[] {
  const matches = list(rawMatches).map((match) => record(record(match)['path']))
  return (matches.length === 0 ? [{}] : matches).map((path: Readonly<Record<string, unknown>>) => ({
    type: text(path['type']) ?? 'PathPrefix',
    value: text(path['value']) ?? '/',
  }))
}

/** A prefix may have become an expression that begins with it. */
function isPath({ type, value }: WantedPath, seen: string): boolean {
  if (type !== 'PathPrefix') return seen === value
  const bare = value.replace(/\/+$/, '')
  return seen.replace(/\/+$/, '') === bare || (bare !== '' && (seen.startsWith(`${bare}(`) || seen.startsWith(`${bare}[/`)))
}

function isSameShare(backends: readonly BackendRef[], targets: ProgrammedRule['targets'], namespace: string): boolean {
  const wanted = backends.filter(({ weight }) => weight > 0)
  const total = sum(wanted)
  const all = sum(targets)
  if (total === 0 || all === 0) return total === all
  const known = targets.every(({ cluster }) => wanted.some((ref) => leadsTo(ref.backend, namespace, cluster)))
  return (
    known &&
    wanted.every(({ backend, id }) => {
      const share = sum(wanted.filter((one) => one.id === id)) / total
      const seen = sum(targets.filter(({ cluster }) => leadsTo(backend, namespace, cluster))) / all
      return Math.abs(share - seen) <= ROUNDING
    })
  )
}

const sum = (all: readonly { readonly weight: number }[]): number => all.reduce((total, { weight }) => total + weight, 0)

function liveText({ backends }: Rule): string {
  return seenText(backends.filter(({ weight }) => weight > 0).map(({ backend, weight }) => ({ cluster: backend.name, weight })))
}

/** `ai-service-zone-a 50, ai-service-zone-b 50`: the first part of each host says enough. */
function seenText(targets: ProgrammedRule['targets']): string {
  if (targets.length === 0) return 'nothing'
  return targets.map(({ cluster, weight }) => `${(clusterAddress(cluster)?.host ?? cluster).split('.')[0]} ${weight}`).join(', ')
}
