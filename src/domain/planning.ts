import type { Findings } from './guards.ts'
import { overrideOf } from './guards.ts'
import type { RefTarget } from './intent.ts'
import type { PlanRequest } from './plan-request.ts'
import { routeName, type Route, type Rule } from './route.ts'
import { effective, servicesOf, targetWeights, weightsOf, type Recorded } from './rule-plan.ts'
import type { Serving } from './sighting.ts'
import { inOrder, type CenterName, type Topology } from './topology.ts'

/** What every part of one planning looks at. */
export interface Planning {
  readonly request: PlanRequest
  readonly findings: Findings
}

/** What shall become of one affected rule. `refs` undefined: it is left as it is, and a finding says why. */
export interface RuleDecision {
  readonly rule: Rule
  readonly refs: readonly RefTarget[] | undefined
  /** What it had when normal was left. */
  readonly normal?: Recorded
  /** What this run, or the way that it goes on with, found. */
  readonly base?: Recorded
}

export function whereIs(route: Route, rule?: Rule) {
  return { center: route.center, route: routeName(route), ...(rule === undefined ? {} : { rule: rule.key }) }
}

/** May the center take load: proved serving, or cannot be told and overridden by name? */
export function mayGain({ request }: Planning, center: CenterName): boolean {
  const { verdict } = servingIn(request, center)
  return verdict === 'yes' || (verdict === 'unknown' && overrideOf('survivor-not-serving', request.mode, request.overrides) !== undefined)
}

/** Was the center's cluster left behind? What an unfinished run has not reached yet was not lost: that run goes on, or is taken back. */
export function inQuarantine({ inForce, run, verb }: PlanRequest, center: CenterName): boolean {
  const unfinished = inForce.run === run || (verb === 'undo' && inForce.progress !== undefined)
  return inForce.behind.includes(center) && !unfinished
}

export function servingIn({ sightings }: Pick<PlanRequest, 'sightings'>, center: CenterName): Serving {
  return sightings.find((one) => one.center === center)?.serving ?? { verdict: 'unknown', reason: 'not-read', facts: {} }
}

/** Says that a center that would gain is not proved serving, and which wider situation would not need it. Answers whether it may gain all the same. */
export function sayNotServing({ request, findings }: Planning, center: CenterName): boolean {
  const { topology } = request
  const { verdict, reason, facts } = servingIn(request, center)
  const situation = request.goal.kind === 'situation' ? request.goal.situation : request.inForce.out
  const wider = inOrder(topology, [...situation, center])
  const last = wider.length === topology.centers.length || request.mode !== 'emergency'
  return findings.guard(
    'survivor-not-serving',
    last ? 'survivor-not-serving' : 'survivor-not-serving-wider',
    { center },
    { ...facts, center, why: reason, wider },
    { lift: verdict === 'unknown' },
  )
}

/** Centers whose part of the rule's traffic grows. */
export function raisedBy(topology: Topology, route: Route, rule: Rule, refs: readonly RefTarget[]): readonly CenterName[] {
  const after = targetWeights(topology, route.namespace, rule, refs)
  const totalBefore = rule.backends.reduce((sum, { weight }) => sum + weight, 0)
  const totalAfter = refs.reduce((sum, { weight }) => sum + effective(weight), 0)
  const services = new Set([...servicesOf(rule), ...after.flatMap(({ member }) => (member ? [member.service] : []))])
  const raised = [...services].flatMap((service) => {
    const then = weightsOf(rule.backends, service)
    return Object.entries(weightsOf(after, service)).flatMap(([center, weight]) =>
      weight * totalBefore > (then[center] ?? 0) * totalAfter ? [center] : [],
    )
  })
  return inOrder(topology, raised)
}

/** The whole list as it stands. */
export function standing(rule: Rule): readonly RefTarget[] {
  return rule.backends.map(({ id, declared }) => ({ id, weight: declared ?? 'absent' }))
}

/** Leaves a rule alone because of what an object can hold. */
export function sayProblem(
  { request, findings }: Planning,
  route: Route,
  rule: Rule,
  { problem, facts }: { problem: string; facts: Readonly<Record<string, string | number | boolean | readonly string[]>> },
): undefined {
  findings.say(problem, request.mode === 'emergency' ? 'leave' : 'refuse', whereIs(route, rule), facts)
}
