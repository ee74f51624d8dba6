import type { CenterLoad } from './record.ts'
import { capacityNow, loadsOf, type RuleShares } from './load.ts'
import { raisedBy, servingIn, type Planning, type RuleDecision } from './planning.ts'
import type { Route } from './route.ts'
import { servicesOf, targetWeights, weightsOf } from './rule-plan.ts'
import { total } from './target-split.ts'
import type { CenterName, Weights } from './topology.ts'

export interface PlannedRoute {
  readonly route: Route
  readonly decisions: readonly RuleDecision[]
}

/** Loads by center while the plan is being written, and the plan without the rules that would overload a center that may not be overloaded. */
export function withinCapacity(
  planning: Planning,
  planned: readonly PlannedRoute[],
): { readonly planned: readonly PlannedRoute[]; readonly load: readonly CenterLoad[] } {
  const { topology } = planning.request
  const load = loadsOf(
    topology,
    planned.flatMap((one) => sharesOf(planning, one)),
    planning.request.measured,
  )
  const raised = new Set(
    planned.flatMap(({ route, decisions }) => decisions.flatMap(({ rule, refs }) => (refs ? raisedBy(topology, route, rule, refs) : []))),
  )
  const fits = (center: CenterName): boolean => {
    const limit = limitOf(planning, center)
    return limit === undefined || (load.find((one) => one.center === center)?.load ?? 0) * topology.policy.margin <= limit
  }
  const overloaded = load
    .filter(({ center }) => raised.has(center) && !mayCarry(planning, center, load, fits, raised))
    .map(({ center }) => center)
  if (overloaded.length === 0) return { planned, load }
  const kept = planned.map(({ route, decisions }) => ({
    route,
    decisions: decisions.map((decision) => {
      const gains =
        decision.refs !== undefined && raisedBy(topology, route, decision.rule, decision.refs).some((center) => overloaded.includes(center))
      return gains ? { rule: decision.rule, refs: undefined } : decision
    }),
  }))
  return { planned: kept, load }
}

/** The guard `capacity` for one center that gains. In an emergency it only warns where the centers being left serve nothing and no other target has room: the alternative is an outage. */
function mayCarry(
  planning: Planning,
  center: CenterName,
  load: readonly CenterLoad[],
  fits: (center: CenterName) => boolean,
  raised: ReadonlySet<CenterName>,
): boolean {
  const { request, findings } = planning
  const { topology, goal } = request
  const limit = limitOf(planning, center)
  const whole = request.measured !== undefined && !request.measured.partial
  if (!whole && topology.services.some((service) => service.demand === undefined)) {
    findings.guard('capacity', 'demand-unknown', { center }, { center }, { effect: 'warn' })
  }
  if (limit === undefined) return findings.guard('capacity', 'capacity-unknown', { center }, { center }, { effect: 'warn' })
  if (fits(center)) return true
  const left = goal.kind === 'situation' ? goal.situation : []
  const dead = left.length > 0 && left.every((one) => servingIn(request, one).verdict === 'no')
  const otherTarget = [...raised].some((one) => one !== center && fits(one))
  const facts = {
    center,
    load: load.find((one) => one.center === center)?.load ?? 0,
    limit: Math.round(limit * 10) / 10,
    margin: topology.policy.margin,
    capacity: load.find((one) => one.center === center)?.capacity ?? 0,
  }
  const outage = request.mode === 'emergency' && dead && !otherTarget
  return findings.guard('capacity', 'capacity', { center }, facts, outage ? { effect: 'warn' } : {})
}

function limitOf({ request }: Planning, center: CenterName): number | undefined {
  return capacityNow(
    request.topology,
    center,
    request.sightings.find((one) => one.center === center),
  )
}

function sharesOf({ request }: Planning, { route, decisions }: PlannedRoute): readonly RuleShares[] {
  return decisions.flatMap(({ rule, refs }) =>
    servicesOf(rule).map((service) => {
      const before = fractions(weightsOf(rule.backends, service))
      const after = refs ? fractions(weightsOf(targetWeights(request.topology, route.namespace, rule, refs), service)) : before
      return { cluster: route.center, service, before, after }
    }),
  )
}

function fractions(weights: Weights): Weights {
  const all = total(weights)
  return Object.fromEntries(Object.entries(weights).map(([center, weight]) => [center, all === 0 ? 0 : weight / all]))
}
