import type { Route, Rule } from './route.ts'
import type { CenterName, Probe, ServiceName } from './topology.ts'

interface HttpMatch {
  readonly path?: { readonly type?: string; readonly value?: string }
  readonly headers?: readonly { readonly name?: string; readonly value?: string; readonly type?: string }[]
  readonly queryParams?: readonly unknown[]
  readonly method?: string
}

/**
 * The rule that a service's probe meets in one cluster, by Gateway API precedence: exact path, longest prefix, most headers; the oldest route's order decides the rest and is not known here.
 * Undefined: none that can be told.
 */
function probedRule(routes: readonly Route[], probe: Probe): Rule | undefined {
  let best: { rule: Rule; rank: number } | undefined
  for (const route of routes) {
    if (route.hostnames.length > 0 && !route.hostnames.some((host) => hostMatches(host, probe.host))) continue
    for (const rule of route.rules) {
      const matches = Array.isArray(rule.rawMatches) && rule.rawMatches.length > 0 ? (rule.rawMatches as readonly HttpMatch[]) : [{}]
      for (const match of matches) {
        const rank = rankOf(match, probe)
        if (rank !== undefined && (best === undefined || rank > best.rank)) best = { rule, rank }
      }
    }
  }
  return best?.rule
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

function hostMatches(pattern: string, host: string): boolean {
  return pattern === host || (pattern.startsWith('*.') && host.endsWith(pattern.slice(1)))
}

/** Higher wins; undefined: does not match. */
function rankOf(match: HttpMatch, probe: Probe): number | undefined {
  if (match.method !== undefined && match.method !== 'GET') return undefined
  if (match.queryParams !== undefined && match.queryParams.length > 0) return undefined
  const headers = match.headers ?? []
  const sent = new Map(Object.entries(probe.headers).map(([name, value]) => [name.toLowerCase(), value]))
  if (!headers.every(({ name = '', value, type = 'Exact' }) => type === 'Exact' && sent.get(name.toLowerCase()) === value)) return undefined
  const { type = 'PathPrefix', value = '/' } = match.path ?? {}
  const path = probe.path.split('?')[0] ?? '/'
  const prefix = value.endsWith('/') ? value : `${value}/`
  const matched = type === 'Exact' ? path === value : type === 'PathPrefix' && (path === value || path.startsWith(prefix))
  if (!matched) return undefined
  return (type === 'Exact' ? 1_000_000 : value.length * 100) + headers.length
}
