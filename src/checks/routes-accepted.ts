import type { Condition, Route } from '../domain/route.ts'
import { defineCheck } from './check.ts'

/** After a rollout: every managed route of the wave's centers is accepted and resolved by each gateway that reports on it, as it stands now. */
export const routesAccepted = defineCheck({
  name: 'routes-accepted',
  id: 'TC-512',
  evaluate: async ({ input, look }) => {
    const centers = Array.isArray(input['centers']) ? (input['centers'] as readonly string[]) : []
    const { sightings } = await look()
    let routes = 0
    for (const { center, routes: seen } of sightings) {
      if (!centers.includes(center) || seen.state === 'absent') continue
      if (seen.state !== 'present') return { verdict: 'unknown', reason: 'routes-unread', facts: { center, why: seen.state }, center }
      for (const route of seen.value) {
        routes += 1
        const bad = refusalOf(route)
        if (bad !== undefined)
          return {
            verdict: bad.verdict,
            reason: bad.reason,
            facts: { center, route: `${route.namespace}/${route.name}`, why: bad.why },
            center,
          }
      }
    }
    return { verdict: 'yes', reason: 'routes-well', facts: { routes, centers } }
  },
  words: {
    'routes-unread': { en: '{center}: routes could not be read ({why})', zh: '{center}：无法读取路由（{why}）' },
    'route-unreported': {
      en: '{center}: no gateway has reported on {route} as it stands now',
      zh: '{center}：尚无网关上报 {route} 的当前状态',
    },
    'route-refused': { en: '{center}: {route} is not accepted or resolved: {why}', zh: '{center}：{route} 未被接受或未解析：{why}' },
    'routes-well': { en: '{centers}: {routes} routes accepted and resolved', zh: '{centers}：{routes} 条路由已被接受并解析' },
  },
})

function refusalOf({
  conditions,
  generation,
}: Route): { readonly verdict: 'no' | 'unknown'; readonly reason: string; readonly why: string } | undefined {
  const unreported = { verdict: 'unknown', reason: 'route-unreported', why: '' } as const
  if (conditions.length === 0) return unreported
  for (const { accepted, resolvedRefs } of conditions) {
    for (const condition of [accepted, resolvedRefs]) {
      if (condition === undefined || isStale(condition, generation)) return unreported
      if (condition.status !== 'True')
        return { verdict: condition.status === 'False' ? 'no' : 'unknown', reason: 'route-refused', why: condition.reason }
    }
  }
  return undefined
}

function isStale({ observedGeneration }: Condition, generation: number): boolean {
  return observedGeneration !== undefined && observedGeneration < generation
}
