import { canonical } from './canonical.ts'
import type { Mark, RuleWeights } from './mark.ts'
import type { PlanRequest } from './plan-request.ts'
import type { RuleDecision } from './planning.ts'
import type { Route } from './route.ts'
import { effective, type Recorded } from './rule-plan.ts'
import { remainingOf } from './shares-rule.ts'
import { highestMarks, isAway, markOf, sameCenters } from './situation.ts'
import { isOnWay } from './situation-rule.ts'
import { inOrder } from './topology.ts'

/** The mark that an object carries after the plan. */
export function markFor(request: PlanRequest, route: Route, decisions: readonly RuleDecision[]): Mark {
  const { goal, inForce, topology, seq, run, verb, until } = request
  const old = markOf(route)
  const [was, situation] = goal.kind === 'situation' ? [goal.was, goal.situation] : [inForce.out, inForce.out]
  const progress = progressOf(request, old)
  const away = isAway({ was, situation, ...(progress === undefined ? {} : { progress }) })
  const stands = new Set(route.rules.map(({ key }) => key))
  const kept = (weights: RuleWeights | undefined): RuleWeights =>
    Object.fromEntries(Object.entries(weights ?? {}).filter(([key]) => stands.has(key)))
  const record = (of: (decision: RuleDecision) => Recorded | undefined): RuleWeights =>
    Object.fromEntries(
      decisions.flatMap((decision) => (of(decision) === undefined ? [] : [[decision.rule.key, of(decision) ?? {}] as const])),
    )
  const found = foundBy(
    request,
    old,
    record(({ base }) => base),
  )
  return {
    seq,
    run,
    verb,
    uid: route.uid,
    was: inOrder(topology, was),
    situation: inOrder(topology, situation),
    ...(until === undefined ? {} : { until }),
    ...(progress === undefined ? {} : { progress }),
    ...found,
    normal: away ? { ...(old && isAway(old) ? kept(old.normal) : {}), ...record(({ normal }) => normal) } : {},
    set: { ...kept(old?.set), ...record(({ refs }) => refs && Object.fromEntries(refs.map(({ id, weight }) => [id, weight]))) },
  }
}

/** Says the object's mark already what this plan would write, by this run or, where that has arrived, by an earlier one with the same situation? */
export function isMarked(request: PlanRequest, route: Route, wanted: Mark): boolean {
  const { goal, inForce, sightings } = request
  const mark = markOf(route)
  const seq = Math.max(inForce.seq, highestMarks(sightings)[0]?.seq ?? 0)
  const sync = goal.kind === 'situation' && sameCenters(goal.was, goal.situation)
  if (!sync && mark?.run === wanted.run && mark.seq === wanted.seq) return canonical(mark) === canonical(wanted)
  if (goal.kind === 'shares') return true
  if (goal.kind !== 'situation') return mark?.goal === undefined
  if (goal.progress < 100 || inForce.split) return false
  if (mark === undefined) return seq === 0 && wanted.situation.length === 0
  return mark.progress === undefined && mark.seq === seq && sameCenters(mark.situation, wanted.situation)
}

/** Are the rule's weights not what the mark says was set? An absent weight counts as 1. */
export function isForeignEdit(route: Route, { rule }: Pick<RuleDecision, 'rule'>): boolean {
  const set = markOf(route)?.set[rule.key]
  if (set === undefined) return false
  const ids = Object.keys(set)
  return (
    ids.length !== rule.backends.length ||
    !rule.backends.every(({ id, weight }) => set[id] !== undefined && effective(set[id] ?? null) === weight)
  )
}

function progressOf({ goal }: PlanRequest, old: Mark | undefined): number | undefined {
  if (goal.kind === 'unmark') return undefined
  if (goal.kind !== 'base') return goal.progress < 100 ? goal.progress : undefined
  const remaining = remainingOf(old?.progress, goal.progress)
  return old?.goal !== undefined && remaining > 0 ? remaining : undefined
}

/** What a rebalance wants, and what it or a way that is not at its end yet found at its start. */
function foundBy({ goal, run }: PlanRequest, old: Mark | undefined, found: RuleWeights): Pick<Mark, 'goal' | 'base'> {
  if (goal.kind === 'situation')
    return Object.keys(found).length === 0 ? {} : { base: { ...(isOnWay(goal, old) ? old?.base : {}), ...found } }
  if (goal.kind === 'shares') return { goal: goal.shares, base: { ...(old?.run === run ? old.base : {}), ...found } }
  if (goal.kind !== 'base' || old?.goal === undefined || old.base === undefined) return {}
  return remainingOf(old.progress, goal.progress) > 0 ? { goal: old.goal, base: old.base } : {}
}
