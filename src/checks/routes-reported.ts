import type { Condition, ParentConditions, Route } from '../domain/route.ts'
import { routeName } from '../domain/route.ts'
import { installationOf } from '../domain/estate.ts'
import type { Conclusion, Evidence } from '../domain/verify.ts'
import { routes } from '../facts/routes.ts'
import { askCenter, failed, passed, unsure } from './question.ts'

/** §4.7, and Gateway API: `status.parents[]` of the right controller, for the generation that is live. */
export const routesReported = askCenter({
  name: 'routes-reported',
  id: 'TC-204',
  group: 'routes',
  level: 'conditions',
  title: { en: 'routes accepted and resolved', zh: '路由已接受并解析' },
  about: {
    en: 'Every managed route is Accepted and ResolvedRefs by the declared controller, for the generation that is live. A status of an older generation says nothing about what is there now.',
    zh: '每条受管路由都由声明的控制器在当前代上报 Accepted 与 ResolvedRefs。旧代的状态不能说明当前对象。',
  },
  needs: { routes },
  evaluate: ({ routes: seen }, { topology }) => {
    const { controllerName } = installationOf(topology)
    return seen.value.map((route): Conclusion => {
      const evidence = (value: string): readonly Evidence[] => [
        {
          source: `${route.kind} ${routeName(route)} status.parents`,
          at: seen.at,
          took: seen.took,
          value,
          limit: `generation ${route.generation}`,
        },
      ]
      const subject = routeName(route)
      const mine = route.conditions.filter(({ controller }) => controller === controllerName)
      if (mine.length === 0) {
        const others = route.conditions.map(({ controller }) => controller)
        return others.length === 0
          ? unsure('unreported', {}, evidence('none'), subject)
          : failed('wrong-controller', { controllers: others, wanted: controllerName }, evidence(others.join(',')), subject)
      }
      const verdicts = mine.map((parent) => verdictOf(parent, route))
      const bad = verdicts.find(({ ok }) => ok === false) ?? verdicts.find(({ ok }) => ok === undefined)
      if (bad === undefined || bad.ok === true) return passed('reported', { parents: mine.length }, evidence('True'), subject)
      const said = evidence(String(bad.facts['why'] ?? bad.reason))
      return bad.ok === false ? failed(bad.reason, bad.facts, said, subject) : unsure(bad.reason, bad.facts, said, subject)
    })
  },
  words: {
    reported: { en: 'accepted and resolved by {parents} gateways', zh: '已由 {parents} 个网关接受并解析' },
    unreported: { en: 'no gateway has reported on this route yet', zh: '尚无网关上报该路由的状态' },
    'wrong-controller': {
      en: 'reported by {controllers}, not by {wanted}\nThe route names a parent of another controller, or this gateway does not watch it.',
      zh: '由 {controllers} 上报，而非 {wanted}\n该路由的父网关属于其他控制器，或本网关未监听它。',
    },
    stale: { en: 'reported on generation {seen}, {live} is live', zh: '上报的是第 {seen} 代，当前为第 {live} 代' },
    'not-accepted': { en: 'not accepted: {why}. {message}', zh: '未被接受：{why}。{message}' },
    'not-resolved': { en: 'its backends are not resolved: {why}. {message}', zh: '后端未解析：{why}。{message}' },
    undecided: { en: '{condition} is {status}: {why}', zh: '{condition} 为 {status}：{why}' },
  },
})

type Verdict =
  | { readonly ok: true }
  | { readonly ok: false; readonly reason: 'not-accepted' | 'not-resolved'; readonly facts: ConditionFacts }
  | { readonly ok: undefined; readonly reason: 'unreported' | 'stale' | 'undecided'; readonly facts: ConditionFacts }

type ConditionFacts = Readonly<Record<string, string | number>>

function verdictOf({ accepted, resolvedRefs }: ParentConditions, { generation }: Route): Verdict {
  return conditionVerdict('Accepted', accepted, generation) ?? conditionVerdict('ResolvedRefs', resolvedRefs, generation) ?? { ok: true }
}

function conditionVerdict(condition: string, seen: Condition | undefined, generation: number): Verdict | undefined {
  if (seen === undefined) return { ok: undefined, reason: 'unreported', facts: {} }
  const { status, reason: why, message, observedGeneration } = seen
  if (observedGeneration !== undefined && observedGeneration < generation)
    return { ok: undefined, reason: 'stale', facts: { seen: observedGeneration, live: generation } }
  if (status === 'True') return undefined
  if (status === 'Unknown') return { ok: undefined, reason: 'undecided', facts: { condition, status, why } }
  return { ok: false, reason: condition === 'Accepted' ? 'not-accepted' : 'not-resolved', facts: { why, message } }
}
