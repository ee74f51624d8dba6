import { compareRank, covers, hostsMeet, overlaps, type HttpMatch } from '../domain/http-match.ts'
import type { Facts } from '../domain/finding.ts'
import type { Conclusion } from '../domain/verify.ts'
import { httpRoutes } from '../facts/http-routes.ts'
import { list, record, text } from '../gateways/strange.ts'
import { ruleKeys } from '../gateways/rule-key.ts'
import type { KubeObject } from '../ports/cluster.ts'
import { askCenter, failed, passed, warned } from './question.ts'

/**
 * Gateway API precedence: path over method over headers over query, then the older route, then its name, then the order in it.
 * §3.3: with the documented routes a request with `X-Client-Region: shanghai` on `/api` lands in Beijing, because `/api` is longer than `/`.
 */
export const rulesReachable = askCenter({
  name: 'rules-reachable',
  id: 'TC-207',
  group: 'routes',
  level: 'object',
  title: { en: 'rules not hidden', zh: '规则未被遮蔽' },
  about: {
    en: 'No rule is hidden by another, wholly (it meets no request and its weights prove nothing) or, for rules by header, in part: Gateway API puts the path before headers, so that a header rule without a path loses to every longer path of the same host.',
    zh: '没有规则被其他规则完全遮蔽（收不到请求，权重无从验证），或按请求头匹配的规则被部分遮蔽：Gateway API 路径优先于请求头，未写路径的请求头规则会输给同域名下更长的路径。',
  },
  needs: { httpRoutes },
  evaluate: ({ httpRoutes: seen }) => {
    const matches = seen.value.flatMap(matchesOf)
    const hidden = matches.map((one) => hiding(one, matches))
    return seen.value.map((route): Conclusion => {
      const subject = nameOf(route)
      const mine = matches.flatMap((one, i) => (one.route === subject ? [{ one, by: hidden[i] }] : []))
      const evidence = [
        {
          source: `HTTPRoute ${subject} spec.rules[].matches`,
          at: seen.at,
          took: seen.took,
          value: `${mine.filter(({ by }) => by).length} of ${mine.length} hidden`,
          limit: 0,
        },
      ]
      const facts = ({ one, by }: (typeof mine)[number]): Facts => ({ rule: one.rule, by: `${by?.by.route ?? ''} ${by?.by.rule ?? ''}` })
      const whole = mine.find(({ by }) => by?.whole === true)
      if (whole !== undefined) return failed('hidden', facts(whole), evidence, subject)
      const part = mine.find(({ by }) => by !== undefined)
      return part === undefined
        ? passed('reachable', { matches: mine.length }, evidence, subject)
        : warned('partly-hidden', facts(part), evidence, subject)
    })
  },
  words: {
    reachable: { en: '{matches} matches can be met', zh: '{matches} 个匹配条件均可命中' },
    hidden: {
      en: 'rule {rule} is hidden by {by}\nNo request meets it: its weights do nothing, and cannot be proved by requests.\nNext: give it a host or a longer path of its own, or delete it',
      zh: '规则 {rule} 被 {by} 遮蔽\n没有请求能命中它：其权重不起作用，也无法用请求验证。\n下一步：为其设置独立域名或更长的路径，或删除',
    },
    'partly-hidden': {
      en: 'rule {rule} loses some requests to {by}\nGateway API looks at the path first: a header rule without that path does not get them.\nNext: add the header match to the longer path as a rule of its own',
      zh: '规则 {rule} 的部分请求会被 {by} 取走\nGateway API 先比较路径：未写该路径的请求头规则得不到这些请求。\n下一步：在更长的路径上单独增加该请求头的匹配规则',
    },
  },
})

interface Placed {
  readonly route: string
  readonly created: string
  readonly hosts: readonly string[]
  readonly parents: string
  readonly index: number
  readonly rule: string
  readonly match: HttpMatch
  readonly backends: string
}

const nameOf = ({ metadata: { namespace, name } }: KubeObject): string => `${namespace ?? ''}/${name}`

function matchesOf(route: KubeObject): readonly Placed[] {
  const spec = record(route['spec'])
  const rules = list(spec['rules']).map(record)
  const keys = ruleKeys(rules.map((rule) => ({ matches: rule['matches'] })))
  return rules.flatMap((rule, index) => {
    const matches = list(rule['matches'])
    return (matches.length === 0 ? [{}] : matches).map((match) => ({
      route: nameOf(route),
      created: text((route.metadata as { readonly creationTimestamp?: unknown }).creationTimestamp) ?? '',
      hosts: list(spec['hostnames']).flatMap((host) => text(host) ?? []),
      parents: JSON.stringify(spec['parentRefs'] ?? []),
      index,
      rule: text(rule['name']) ?? keys[index] ?? '',
      match: record(match) as HttpMatch,
      backends: JSON.stringify(rule['backendRefs'] ?? []),
    }))
  })
}

/** The match that takes requests away from `one`; `whole`: all of them. Rules with the same backends take nothing away. */
function hiding(one: Placed, all: readonly Placed[]): { readonly by: Placed; readonly whole: boolean } | undefined {
  const stronger = all.filter(
    (other) => other !== one && other.parents === one.parents && hostsMeet(other.hosts, one.hosts) && isBefore(other, one),
  )
  const whole = stronger.find((other) => covers(other.match, one.match) && coversHosts(other.hosts, one.hosts))
  if (whole !== undefined) return { by: whole, whole: true }
  const headed = (one.match.headers ?? []).length > 0
  const part = headed
    ? stronger.find(
        (other) => other.backends !== one.backends && (other.match.headers ?? []).length === 0 && overlaps(other.match, one.match),
      )
    : undefined
  return part === undefined ? undefined : { by: part, whole: false }
}

const coversHosts = (outer: readonly string[], inner: readonly string[]): boolean =>
  outer.length === 0 ? inner.length === 0 : inner.length > 0 && inner.every((host) => outer.includes(host))

function isBefore(a: Placed, b: Placed): boolean {
  const rank = compareRank(a.match, b.match)
  if (rank !== 0) return rank > 0
  if (a.route !== b.route) return a.created === b.created ? a.route < b.route : a.created < b.created
  return a.index < b.index
}
