import { objectKey } from '../kube-object.ts'
import { attach, covers, namesGateway } from './attachment.ts'
import type { Gateway, HttpBackendRef, HttpFilter, HttpMatch, HttpRoute, HttpRule } from './http-route.ts'
import { type Matcher, type RoutedRequest, byRank, compileMatch } from './match.ts'
import { roundRobin } from './round-robin.ts'

/** A rule with its turn among its backends. */
export interface CompiledRule {
  /** `namespace/name`, as Envoy names the route of every rule. */
  readonly route: string
  readonly namespace: string
  readonly filters: readonly HttpFilter[]
  readonly backends: readonly HttpBackendRef[]
  /** Index of the next backend; undefined: no weight at all. */
  readonly turn: () => number | undefined
}

export interface RouteTable {
  /** All that a request may meet, each once. */
  readonly rules: readonly CompiledRule[]
  /** What is tried for each hostname, in its order. */
  readonly hosts: ReadonlyMap<string, readonly { readonly match: HttpMatch; readonly rule: CompiledRule }[]>
  find(host: string, request: RoutedRequest): CompiledRule | undefined
}

/** Filters that the lab's gateway does. Any other known one makes the route not accepted, which is said in its status. */
const DONE = new Set(['RequestHeaderModifier', 'ResponseHeaderModifier'])

/**
 * The rules that a route takes part with. An `ExtensionRef` removes all rules of its route while the route stays accepted, as in Higress 2.1;
 * other filters that are not done here remove them too, and `unsupportedFilter` names them.
 */
function liveRules(route: HttpRoute): readonly HttpRule[] {
  const rules = route.spec?.rules ?? []
  return rules.some(({ filters = [] }) => filters.some(({ type }) => !DONE.has(type))) ? [] : rules
}

export function unsupportedFilter(route: HttpRoute): string | undefined {
  return (route.spec?.rules ?? []).flatMap(({ filters = [] }) => filters).find(({ type }) => !DONE.has(type) && type !== 'ExtensionRef')
    ?.type
}

/** Keeps rules from one table to the next, so that a new status or another route's change does not begin a rule's turns anew. */
export type RuleCache = Map<string, readonly CompiledRule[]>

/**
 * The table of one gateway, for requests that come by `protocol`, by Gateway API precedence: first the most specific hostname, and only its rules (as Envoy's virtual hosts), then the matches' rank,
 * the older route, the route's name, the order in the route.
 */
export function compileTable(
  gateways: readonly Gateway[],
  routes: readonly HttpRoute[],
  cache: RuleCache = new Map(),
  protocol: 'HTTP' | 'HTTPS' = 'HTTP',
): RouteTable {
  interface Entry extends Matcher {
    readonly match: HttpMatch
    readonly rule: CompiledRule
    readonly age: string
    readonly place: number
  }
  const hosts = new Map<string, Entry[]>()
  const used = new Set<string>()
  for (const route of routes) {
    const hostnames = new Set(
      gateways.flatMap((gateway) =>
        (route.spec?.parentRefs ?? []).flatMap((ref) => {
          const attachment = namesGateway(ref, route, gateway) ? attach(ref, route, gateway, [protocol]) : undefined
          return attachment?.accepted ? attachment.hostnames : []
        }),
      ),
    )
    const identity = `${route.metadata.uid}@${route.metadata.generation}`
    used.add(identity)
    const rules = cache.get(identity) ?? liveRules(route).map((rule) => compileRule(route, rule))
    cache.set(identity, rules)
    const entries = liveRules(route).flatMap(({ matches = [] }, place) =>
      (matches.length === 0 ? [{}] : matches).flatMap((match): Entry[] => {
        const rule = rules[place]
        return rule === undefined ? [] : [{ ...compileMatch(match), match, rule, age: route.metadata.creationTimestamp ?? '', place }]
      }),
    )
    for (const hostname of hostnames) hosts.set(hostname, [...(hosts.get(hostname) ?? []), ...entries])
  }
  for (const identity of cache.keys()) if (!used.has(identity)) cache.delete(identity)
  for (const entries of hosts.values()) {
    entries.sort((a, b) => byRank(a.rank, b.rank) || compare(a.age, b.age) || compare(a.rule.route, b.rule.route) || a.place - b.place)
  }
  const names = [...hosts.keys()].sort((a, b) => Number(a.startsWith('*')) - Number(b.startsWith('*')) || b.length - a.length)
  return {
    hosts,
    rules: [...new Set([...hosts.values()].flatMap((entries) => entries.map(({ rule }) => rule)))],
    find(host, request) {
      const name = names.find((one) => covers(one, host))
      return name === undefined ? undefined : hosts.get(name)?.find(({ matches }) => matches(request))?.rule
    },
  }
}

function compileRule(route: HttpRoute, { filters = [], backendRefs = [] }: HttpRule): CompiledRule {
  return {
    route: objectKey(route),
    namespace: route.metadata.namespace ?? '',
    filters,
    backends: backendRefs,
    turn: roundRobin(backendRefs.map(({ weight = 1 }) => weight)),
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
