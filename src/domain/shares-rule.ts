import { inQuarantine, raisedBy, sayNotServing, sayProblem, standing, whereIs, type Planning, type RuleDecision } from './planning.ts'
import type { Route, Rule } from './route.ts'
import { baseOf, resplit, restored, servicesOf, weightsOf, weighsAs, type RulePlan } from './rule-plan.ts'
import { markOf, writtenOf } from './situation.ts'
import { pick, total } from './target-split.ts'
import type { CenterName, ServiceName, Weights } from './topology.ts'

/** Named centers that the rule names, of any service. */
export function namedIn(rule: Rule, shares: Weights): readonly CenterName[] {
  const named = rule.backends.flatMap(({ member }) => (member !== undefined && shares[member.center] !== undefined ? [member.center] : []))
  return [...new Set(named)]
}

/** One rule with the ratio among the named centers changed, `progress` per cent of the way from what this run found. */
export function decideShares(planning: Planning, shares: Weights, progress: number, route: Route, rule: Rule): RuleDecision {
  const { topology, run } = planning.request
  const mark = markOf(route)
  const found = (mark?.run === run || planning.request.goal.kind === 'base' ? mark?.base?.[rule.key] : undefined) ?? writtenOf(rule)
  const base = baseOf(rule, found, mark?.set[rule.key])
  const splits = new Map<ServiceName, Weights>()
  for (const service of servicesOf(rule)) {
    const weights = weightsOf(base, service)
    const named = Object.keys(weights).filter((center) => shares[center] !== undefined)
    const part = total(pick(weights, named) ?? {})
    if (named.length < 2 || part === 0) continue
    const sum = named.reduce((all, center) => all + (shares[center] ?? 0), 0)
    if (sum === 0) {
      planning.findings.guard('all-zero', 'all-zero', whereIs(route, rule), { rule: rule.key })
      return { rule, refs: undefined }
    }
    const wanted = (center: CenterName) => (100 - progress) * (weights[center] ?? 0) * sum + progress * part * (shares[center] ?? 0)
    splits.set(
      service,
      Object.fromEntries(
        Object.keys(weights).map((center) => [center, named.includes(center) ? wanted(center) : (weights[center] ?? 0) * 100 * sum]),
      ),
    )
  }
  if (splits.size === 0) return { rule, refs: standing(rule), base: found }
  return settle(planning, route, rule, resplit(topology, route.namespace, rule, base, splits), found)
}

/** One rule on the way back to what a rebalance found. `undefined`: its mark records nothing of it. */
export function decideBase(planning: Planning, progress: number, route: Route, rule: Rule): RuleDecision | undefined {
  const mark = markOf(route)
  const found = mark?.base?.[rule.key]
  if (mark === undefined || found === undefined) return undefined
  const remaining = remainingOf(mark.progress, progress)
  if (remaining > 0 && mark.goal !== undefined) return decideShares(planning, mark.goal, remaining, route, rule)
  const plan = restored(planning.request.topology, route.namespace, rule, baseOf(rule, found, mark.set[rule.key]), found)
  return settle(planning, route, rule, plan, found)
}

/** Where on the way to its goal a rebalance is after `progress` per cent of the way back: never further than it came. */
export function remainingOf(reached: number | undefined, progress: number): number {
  return Math.min(reached ?? 100, 100 - progress)
}

function settle(planning: Planning, route: Route, rule: Rule, plan: RulePlan, base: RuleDecision['base'] & {}): RuleDecision {
  if ('problem' in plan) return { rule, refs: sayProblem(planning, route, rule, plan) }
  if (weighsAs(rule, plan.refs)) return { rule, refs: plan.refs, base }
  const { inForce, sightings, topology } = planning.request
  const verdicts = raisedBy(topology, route, rule, plan.refs).flatMap((center) => {
    if (inForce.out.includes(center)) {
      planning.findings.say('center-is-out', 'refuse', { center }, { center })
      return [false]
    }
    const serves = sightings.find((one) => one.center === center)?.serving.verdict === 'yes'
    return [
      serves || sayNotServing(planning, center),
      !inQuarantine(planning.request, center) || planning.findings.guard('quarantine', 'quarantine', { center }, { center }),
    ]
  })
  return verdicts.every(Boolean) ? { rule, refs: plan.refs, base } : { rule, refs: undefined }
}
