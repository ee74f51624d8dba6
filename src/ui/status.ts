import type { Observation } from '../domain/observation.ts'
import type { CenterSummary, SituationInForce } from '../domain/record.ts'
import { type Condition, type Route, routeName, type Rule } from '../domain/route.ts'
import type { Sighting } from '../domain/sighting.ts'
import type { CenterName, ServiceName, Topology } from '../domain/topology.ts'
import { API_VERSION } from './console-ndjson.ts'

/** Everything that one sweep knows, as data. What was not read has a state and a reason, never a zero. */
export interface StatusDocument {
  readonly apiVersion: string
  readonly kind: 'Status'
  readonly topology: string
  readonly regions: number
  /** Length of the sweep, ms. */
  readonly took: number
  readonly situation: SituationInForce & { readonly going: boolean }
  readonly centers: readonly CenterStatus[]
  readonly rules: readonly RuleStatus[]
  /** Clusters whose routes could not be read, and why. */
  readonly unread: readonly { readonly cluster: CenterName; readonly state: string; readonly why: string }[]
  readonly conditions: readonly ConditionStatus[]
  readonly marks: readonly { readonly cluster: CenterName; readonly route: string; readonly state: 'foreign' | 'broken' }[]
  readonly faults: readonly FaultStatus[]
  /** Commands, most useful first. */
  readonly next: readonly string[]
}

export interface CenterStatus extends CenterSummary {
  readonly region: string
  /** Why the workloads are unknown while the API answers otherwise. */
  readonly workloadsUnread?: string
}

/** One service's refs of one rule, seen from every cluster. */
export interface RuleStatus {
  readonly route: string
  readonly rule: string
  readonly key: string
  readonly service: ServiceName
  /** Every cluster that was read has the same. */
  readonly same: boolean
  readonly clusters: Readonly<Record<CenterName, RuleCell>>
}
export type RuleCell =
  | {
      readonly state: 'present'
      /** `unmanaged`: refs that belong to no service. */ readonly weights: Readonly<Record<CenterName, number>>
      readonly unmanaged: number
    }
  | { readonly state: 'absent' }
  | { readonly state: 'forbidden' | 'unreachable' | 'unknown'; readonly why: string }

export interface ConditionStatus {
  readonly cluster: CenterName
  readonly route: string
  readonly condition: 'Accepted' | 'ResolvedRefs'
  readonly state: 'false' | 'stale' | 'unreported'
  readonly status?: string
  readonly reason?: string
  readonly generation: number
  readonly observedGeneration?: number
}

/** Replicas that a drill took away. `abandoned`: its time has passed and nobody put them back. */
interface FaultStatus {
  readonly center: CenterName
  readonly workload: string
  readonly run: string
  readonly replicas: number
  readonly desired: number
  readonly until: number
  readonly abandoned: boolean
}

export interface StatusInput {
  readonly topology: Topology
  readonly sightings: readonly Sighting[]
  readonly inForce: SituationInForce
  readonly summaries: readonly CenterSummary[]
  /** Wall clock, ms since the epoch. */
  readonly now: number
  readonly took: number
}

export function statusDocument({ topology, sightings, inForce, summaries, now, took }: StatusInput): StatusDocument {
  const faults = sightings.flatMap((sighting) => faultsOf(sighting, now))
  const going = inForce.until !== undefined && inForce.until > now
  return {
    apiVersion: API_VERSION,
    kind: 'Status',
    topology: topology.name,
    regions: topology.regions.length,
    took,
    situation: { ...inForce, going },
    centers: topology.centers.flatMap(({ name, region }) =>
      summaries.filter(({ center }) => center === name).map((summary) => ({ ...summary, region, ...unreadWorkloads(sightings, name) })),
    ),
    rules: rulesOf(topology, sightings),
    unread: sightings.flatMap(({ center, routes }) =>
      routes.state === 'present' ? [] : [{ cluster: center, state: routes.state, why: routes.state === 'absent' ? '' : routes.why }],
    ),
    conditions: sightings.flatMap(conditionsOf),
    marks: sightings.flatMap(({ center, routes }) =>
      (routes.state === 'present' ? routes.value : []).flatMap((route) =>
        route.mark.state === 'foreign' || route.mark.state === 'broken'
          ? [{ cluster: center, route: routeName(route), state: route.mark.state }]
          : [],
      ),
    ),
    faults,
    next: nextCommands(inForce, going, summaries, faults),
  }
}

function unreadWorkloads(sightings: readonly Sighting[], name: CenterName): { readonly workloadsUnread?: string } {
  const seen = sightings.find(({ center }) => center === name)
  if (seen?.routes.state !== 'present' || seen.workloads.state === 'present') return {}
  return { workloadsUnread: seen.workloads.state }
}

function rulesOf(topology: Topology, sightings: readonly Sighting[]): readonly RuleStatus[] {
  const known = new Map<string, { route: string; rule: string; key: string; service: ServiceName }>()
  for (const { routes } of sightings) {
    for (const route of routes.state === 'present' ? routes.value : []) {
      for (const rule of route.rules) {
        for (const service of servicesOf(rule))
          known.set(JSON.stringify([routeName(route), rule.key, service]), {
            route: routeName(route),
            rule: rule.name ?? rule.key,
            key: rule.key,
            service,
          })
      }
    }
  }
  const names = topology.centers.map(({ name }) => name)
  return [...known.values()]
    .toSorted((a, b) => a.route.localeCompare(b.route, 'en'))
    .map((one) => {
      const clusters = Object.fromEntries(
        names.flatMap((name) =>
          sightings.filter(({ center }) => center === name).map(({ routes }) => [name, cellOf(routes, one)] as const),
        ),
      )
      const read = Object.values(clusters).filter(({ state }) => state === 'present' || state === 'absent')
      return { ...one, clusters, same: new Set(read.map((cell) => cellKey(cell))).size <= 1 }
    })
}

function cellKey(cell: RuleCell): string {
  return cell.state === 'present'
    ? JSON.stringify([Object.entries(cell.weights).toSorted(([a], [b]) => (a < b ? -1 : 1)), cell.unmanaged])
    : cell.state
}

function servicesOf(rule: Rule): readonly ServiceName[] {
  return [...new Set(rule.backends.flatMap(({ member }) => (member === undefined ? [] : [member.service])))]
}

function cellOf(
  routes: Observation<readonly Route[]>,
  at: { readonly route: string; readonly key: string; readonly service: ServiceName },
): RuleCell {
  if (routes.state === 'absent') return { state: 'absent' }
  if (routes.state !== 'present') return { state: routes.state, why: routes.why }
  const rule = routes.value.find((route) => routeName(route) === at.route)?.rules.find(({ key }) => key === at.key)
  if (rule === undefined) return { state: 'absent' }
  const weights: Record<CenterName, number> = {}
  for (const { member, weight } of rule.backends)
    if (member?.service === at.service) weights[member.center] = (weights[member.center] ?? 0) + weight
  return { state: 'present', weights, unmanaged: rule.backends.filter(({ member }) => member === undefined).length }
}

/** Only what is not as it should be: false, of an older generation, or not reported at all. */
function conditionsOf({ center, routes }: Sighting): readonly ConditionStatus[] {
  return (routes.state === 'present' ? routes.value : []).flatMap((route): readonly ConditionStatus[] => {
    const base = { cluster: center, route: routeName(route), generation: route.generation }
    if (route.conditions.length === 0) return [{ ...base, condition: 'Accepted', state: 'unreported' }]
    return route.conditions.flatMap(({ accepted, resolvedRefs }) => [
      ...judged('Accepted', accepted, base),
      ...judged('ResolvedRefs', resolvedRefs, base),
    ])
  })
}

function judged(
  condition: ConditionStatus['condition'],
  seen: Condition | undefined,
  base: Pick<ConditionStatus, 'cluster' | 'route' | 'generation'>,
): readonly ConditionStatus[] {
  if (seen === undefined) return [{ ...base, condition, state: 'unreported' }]
  const observed = seen.observedGeneration
  const found = {
    ...base,
    condition,
    status: seen.status,
    reason: seen.reason,
    ...(observed === undefined ? {} : { observedGeneration: observed }),
  }
  if (observed !== undefined && observed < base.generation) return [{ ...found, state: 'stale' }]
  return seen.status === 'True' ? [] : [{ ...found, state: 'false' }]
}

function faultsOf({ center, workloads }: Sighting, now: number): readonly FaultStatus[] {
  return (workloads.state === 'present' ? workloads.value : []).flatMap(({ fault, workload, desired }) =>
    fault === undefined
      ? []
      : [
          {
            center,
            workload: `${workload.namespace}/${workload.name}`,
            run: fault.run,
            replicas: fault.replicas,
            desired,
            until: fault.until,
            abandoned: fault.until <= now,
          },
        ],
  )
}

function nextCommands(
  inForce: SituationInForce,
  going: boolean,
  summaries: readonly CenterSummary[],
  faults: readonly FaultStatus[],
): readonly string[] {
  const deferred = summaries.filter((one) => one.deferred).map(({ center }) => center)
  const ready = inForce.out.filter((name) =>
    summaries.some(({ center, serving, deferred: owed }) => center === name && serving.verdict === 'yes' && !owed),
  )
  return [
    ...new Set(faults.filter(({ abandoned }) => abandoned).map(({ run }) => `tricenter resume ${run}`)),
    ...(inForce.progress !== undefined && !going && inForce.run !== undefined ? [`tricenter resume ${inForce.run}`] : []),
    ...deferred.map((center) => `tricenter sync --center ${center} --wait`),
    ...(ready.length > 0 && !going ? [`tricenter failback --center ${ready.join(',')}`] : []),
  ]
}
