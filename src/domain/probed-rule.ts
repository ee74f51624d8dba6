import { compareRank, covers, hostsMeet, type HttpMatch } from './http-match.ts'
import type { Route, Rule } from './route.ts'
import type { CenterName, Probe, ServiceName } from './topology.ts'

/**
 * The rule that a service's probe meets in one cluster, by Gateway API precedence; among equals the oldest route's order decides, which is not known here.
 * Undefined: none that can be told.
 */
function probedRule(routes: readonly Route[], probe: Probe): Rule | undefined {
  const request = requestOf(probe)
  let best: { rule: Rule; match: HttpMatch } | undefined
  for (const { hostnames, rules } of routes) {
    if (!hostsMeet(hostnames, [probe.host])) continue
    for (const rule of rules) {
      const matches = Array.isArray(rule.rawMatches) && rule.rawMatches.length > 0 ? (rule.rawMatches as readonly HttpMatch[]) : [{}]
      for (const match of matches)
        if (covers(match, request) && (best === undefined || compareRank(match, best.match) > 0)) best = { rule, match }
    }
  }
  return best?.rule
}

/** A probe as the narrowest match: that which only its own requests meet. */
function requestOf({ path, headers }: Probe): HttpMatch {
  return {
    path: { type: 'Exact', value: path.split('?')[0] ?? '/' },
    method: 'GET',
    headers: Object.entries(headers).map(([name, value]) => ({ name, value })),
  }
}

/** Shares (0–1) by center that the probed rule gives a service; undefined where no rule can be told or all its weights are 0. */
export function probedShares(
  routes: readonly Route[],
  service: ServiceName,
  probe: Probe,
): Readonly<Record<CenterName, number>> | undefined {
  const rule = probedRule(routes, probe)
  if (rule === undefined) return undefined
  const total = rule.backends.reduce((sum, { weight }) => sum + weight, 0)
  if (total === 0) return undefined
  const shares: Record<CenterName, number> = {}
  for (const { member, weight } of rule.backends)
    if (member?.service === service) shares[member.center] = (shares[member.center] ?? 0) + weight / total
  return shares
}
