import { apportion } from './apportion.ts'
import type { Mark } from './mark.ts'
import type { Goal } from './plan-request.ts'
import {
  inQuarantine,
  mayGain,
  raisedBy,
  sayNotServing,
  sayProblem,
  standing,
  whereIs,
  type Planning,
  type RuleDecision,
} from './planning.ts'
import type { Route, Rule } from './route.ts'
import { baseOf, effective, resplit, restored, servicesOf, weighsAs, weightsOf, type BaseRef, type Recorded } from './rule-plan.ts'
import { isAway, markOf, normalOf, sameCenters, writtenOf } from './situation.ts'
import { pick, sameRatio, targetSplit, total } from './target-split.ts'
import { inOrder, type CenterName, type ServiceName, type Topology, type Weights } from './topology.ts'

type SituationGoal = Extract<Goal, { kind: 'situation' }>

/** Is the goal a way back: fewer centers out than before, or none? */
export function isReturning({ was, situation }: SituationGoal): boolean {
  return situation.length === 0 || (situation.length < was.length && situation.every((center) => was.includes(center)))
}

/** One rule at the weights of a situation, or on the way there. */
export function decideSituation(
  planning: Planning,
  goal: SituationGoal,
  concerned: ReadonlySet<CenterName>,
  route: Route,
  rule: Rule,
): RuleDecision {
  const { topology } = planning.request
  const normal = normalFor(planning, goal, route, rule)
  const base = baseOf(rule, normal, markOf(route)?.set[rule.key])
  const start = startOf(goal, route, rule)
  const onTheWay = goal.progress < 100 ? { base: start } : {}
  const left: RuleDecision = { rule, refs: undefined }
  if (base.every(({ member, weight }) => member === undefined || weight === 0)) {
    // On the way back such a rule has nothing to return: it was dead before, and must not keep the others out of traffic.
    const options = isReturning(goal) ? ({ effect: 'warn' } as const) : {}
    return planning.findings.guard('all-zero', 'all-zero', whereIs(route, rule), { rule: rule.key }, options)
      ? { rule, refs: standing(rule) }
      : left
  }
  const arrived = goal.situation.length === 0 && goal.progress === 100
  const splits = arrived ? new Map<ServiceName, Weights>() : splitsFor(topology, goal, concerned, rule, base, start)
  if (splits === undefined) {
    planning.findings.guard('no-survivor', 'no-survivor', whereIs(route, rule), { rule: rule.key })
    return left
  }
  const full = arrived ? restored(topology, route.namespace, rule, base, normal) : resplit(topology, route.namespace, rule, base, splits)
  if ('problem' in full) return { rule, refs: sayProblem(planning, route, rule, full) }
  if (weighsAs(rule, full.refs)) return { rule, refs: full.refs, normal, ...onTheWay }

  const proved = isReturning(goal) ? full : onlyProved(planning, goal, route, rule, base, splits)
  if (proved === undefined) return left
  if ('problem' in proved) return { rule, refs: sayProblem(planning, route, rule, proved) }
  if (!mayRaise(planning, goal, raisedBy(topology, route, rule, proved.refs))) return left
  const added = Object.fromEntries(
    proved.refs.filter(({ id, add }) => add !== undefined && normal[id] === undefined).map(({ id }) => [id, null]),
  )
  return { rule, refs: proved.refs, normal: { ...normal, ...added }, ...onTheWay }
}

/**
 * What the rule had where this way began, zeros left out: as its mark recorded it at an earlier step of the same way, else as it stands now.
 * A step is counted from there, and not from what the step before left after rounding: so each gives the same however often it is planned.
 */
function startOf(goal: SituationGoal, route: Route, rule: Rule): Recorded {
  const mark = markOf(route)
  return (
    (isOnWay(goal, mark) ? mark?.base?.[rule.key] : undefined) ??
    Object.fromEntries(Object.entries(writtenOf(rule)).filter(([, weight]) => effective(weight) > 0))
  )
}

/** Did an earlier step of the same way write this mark, by whichever run? */
export function isOnWay({ was, situation }: SituationGoal, mark: Mark | undefined): boolean {
  return mark?.progress !== undefined && mark.goal === undefined && sameCenters(mark.was, was) && sameCenters(mark.situation, situation)
}

/** Shares by service; `undefined`: one of them has nobody left. Services that name no concerned center keep what they have. */
function splitsFor(
  topology: Topology,
  goal: SituationGoal,
  concerned: ReadonlySet<CenterName>,
  rule: Rule,
  base: readonly BaseRef[],
  start: Recorded,
) {
  const began = rule.backends.map((ref) => ({ ...ref, weight: effective(start[ref.id] ?? null) }))
  const splits = new Map<ServiceName, Weights>()
  for (const service of servicesOf(rule)) {
    const normal = weightsOf(base, service)
    if (total(normal) === 0 || !Object.keys(normal).some((center) => concerned.has(center))) continue
    const to = splitAmong(topology, service, normal, goal.situation)
    if (to === undefined) return undefined
    const old = () => splitAmong(topology, service, normal, goal.was)
    splits.set(service, goal.progress === 100 ? to : between(topology, goal, old(), weightsOf(began, service), to))
  }
  return splits
}

/** The policy's split among centers that have a backend of the service. */
function splitAmong(topology: Topology, service: ServiceName, normal: Weights, out: readonly CenterName[]): Weights | undefined {
  const backends = topology.services.find(({ name }) => name === service)?.backends ?? {}
  const available = topology.centers.map(({ name }) => name).filter((name) => backends[name] !== undefined)
  const missing = topology.centers.map(({ name }) => name).filter((name) => backends[name] === undefined)
  const split = targetSplit(topology, normal, out)
  return (split && pick(split, available)) ?? targetSplit(topology, normal, new Set([...out, ...missing]))
}

/** `progress` per cent of the way. It starts from those of the old split that carried where it began: one that did not serve at the switch gains nothing on the way back. */
function between(topology: Topology, goal: SituationGoal, old: Weights | undefined, began: Weights, to: Weights): Weights {
  const carrying = Object.keys(began).filter((center) => (began[center] ?? 0) > 0)
  const from = (old && pick(old, carrying)) ?? old ?? began
  const mixed = interpolate(topology, from, to, goal.progress)
  const raisesLost = goal.situation.some((center) => (mixed[center] ?? 0) * total(began) > (began[center] ?? 0) * total(mixed))
  return raisesLost ? to : mixed
}

/** Shares `progress` per cent of the way, in whole numbers. */
function interpolate(topology: Topology, from: Weights, to: Weights, progress: number): Weights {
  const [sumFrom, sumTo] = [total(from), total(to)]
  if (sumFrom === 0) return to
  return Object.fromEntries(
    topology.centers.map(({ name }) => [name, (100 - progress) * (from[name] ?? 0) * sumTo + progress * (to[name] ?? 0) * sumFrom]),
  )
}

/**
 * Of the centers that the policy raises, those proved serving take all, in its proportion. None proved: the rule is left and the guard says so,
 * unless the lost centers carry nothing in it any more. `undefined`: left.
 */
function onlyProved(
  planning: Planning,
  goal: SituationGoal,
  route: Route,
  rule: Rule,
  base: readonly BaseRef[],
  splits: ReadonlyMap<ServiceName, Weights>,
) {
  const { topology } = planning.request
  const adjusted = new Map<ServiceName, Weights>()
  for (const [service, split] of splits) {
    const grows = (from: Weights) => (center: CenterName) => (split[center] ?? 0) * total(from) > (from[center] ?? 0) * total(split)
    const now = weightsOf(rule.backends, service)
    const normal = weightsOf(base, service)
    const raised = topology.centers.map(({ name }) => name).filter((name) => grows(normal)(name) || grows(now)(name))
    const able = raised.filter((center) => mayGain(planning, center))
    const unable = raised.filter((center) => !able.includes(center))
    if (raised.length > 0 && able.length === 0) {
      const carries = rule.backends.some(
        ({ member, weight }) => member !== undefined && goal.situation.includes(member.center) && weight > 0,
      )
      if (!carries) return { refs: standing(rule) }
      for (const center of raised) sayNotServing(planning, center)
      return undefined
    }
    for (const center of unable) {
      planning.findings.guard('survivor-not-serving', 'part-to-others', { center }, { center, others: able }, { effect: 'warn' })
    }
    adjusted.set(service, unable.length === 0 ? split : handOver(topology, split, raised, able))
  }
  return resplit(topology, route.namespace, rule, base, adjusted)
}

/** What all `raised` would get goes to the `able` among them. */
function handOver(topology: Topology, split: Weights, raised: readonly CenterName[], able: readonly CenterName[]): Weights {
  const part = total(pick(split, raised) ?? {})
  const sumAble = total(pick(split, able) ?? {})
  return Object.fromEntries(
    topology.centers.map(({ name }) => {
      const share = split[name] ?? 0
      return [name, able.includes(name) ? share * part : raised.includes(name) ? 0 : share * sumAble]
    }),
  )
}

/** The last word before a raise: nobody gains who is not proved, in quarantine, or whose own cluster is deferred. */
function mayRaise(planning: Planning, goal: SituationGoal, raised: readonly CenterName[]): boolean {
  const { inForce, topology } = planning.request
  const sync = inOrder(topology, goal.was).join() === inOrder(topology, goal.situation).join()
  const verdicts = raised.flatMap((center) => {
    const serves = planning.request.sightings.find((one) => one.center === center)?.serving.verdict === 'yes'
    return [
      serves || sayNotServing(planning, center),
      sync || !inQuarantine(planning.request, center) || planning.findings.guard('quarantine', 'quarantine', { center }, { center }),
      sync ||
        !isReturning(goal) ||
        !inForce.unread.includes(center) ||
        planning.findings.guard('deferred-open', 'deferred-open', { center }, { center }),
    ]
  })
  return verdicts.every(Boolean)
}

/**
 * What the rule had at normal. On the way back without a mark, a rule in which the returning centers carry nothing cannot be at normal:
 * then the policy's normal ratio is taken, and said.
 */
function normalFor(planning: Planning, { was, situation }: SituationGoal, route: Route, rule: Rule): Recorded {
  const { topology } = planning.request
  const mark = markOf(route)
  const recorded = normalOf(rule, mark)
  const returning = was.filter((center) => !situation.includes(center))
  if ((mark !== undefined && isAway(mark)) || mark?.run === planning.request.run || returning.length === 0) return recorded
  const assumed = servicesOf(rule).flatMap((service) => {
    const now = weightsOf(rule.backends, service)
    const drained = total(now) > 0 && returning.some((center) => now[center] === 0 && (topology.policy.normal[center] ?? 0) > 0)
    const wanted = pick(topology.policy.normal, inOrder(topology, Object.keys(now)))
    if (!drained || wanted === undefined || sameRatio(topology, now, wanted)) return []
    const centers = inOrder(topology, Object.keys(now))
    const parts = apportion(
      total(now),
      centers.map((center) => wanted[center] ?? 0),
    )
    return rule.backends.flatMap(({ id, member }) =>
      member?.service === service ? [[id, parts[centers.indexOf(member.center)] ?? 0] as const] : [],
    )
  })
  if (assumed.length === 0) return recorded
  planning.findings.say('normal-assumed', 'warn', whereIs(route, rule), { rule: rule.key })
  return { ...writtenOf(rule), ...Object.fromEntries(assumed) }
}
