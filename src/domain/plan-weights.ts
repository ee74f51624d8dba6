import { withinCapacity } from './carry.ts'
import { censusOf, duplicatesOf, namesAny, pinOf } from './census.ts'
import type { Finding } from './finding.ts'
import { collectFindings } from './guards.ts'
import type { WeightsIntent } from './intent.ts'
import type { Mark } from './mark.ts'
import { isForeignEdit, isMarked, markFor } from './marks.ts'
import { isRightCluster, mayWrite } from './object-guards.ts'
import { valueOf } from './observation.ts'
import type { PlanRequest, WeightsPlan } from './plan-request.ts'
import { whereIs, type Planning, type RuleDecision } from './planning.ts'
import type { Route, Rule } from './route.ts'
import { weighsAs, writtenAs } from './rule-plan.ts'
import { decideBase, decideShares, namedIn } from './shares-rule.ts'
import { concernedCenters, highestMarks, isAway, markOf, situationInForce } from './situation.ts'
import { decideSituation, isReturning } from './situation-rule.ts'
import { inOrder, type CenterName } from './topology.ts'
import type { Words } from './words.ts'

export type { Goal, PlanRequest, WeightsPlan } from './plan-request.ts'

/**
 * What shall be written so that the goal holds, and everything that speaks against it. Pure, and the same whatever the order of sightings, routes, rules and refs.
 * Where a finding refuses, there are no intents; where one leaves a rule or a center, the rest is planned.
 * Planning again over what a plan has written gives nothing.
 */
export function planWeights(request: PlanRequest): WeightsPlan {
  const planning: Planning = { request, findings: collectFindings(request.mode, request.overrides) }
  const { findings } = planning
  const planned = request.sightings.filter(({ center }) => request.only?.includes(center) ?? true)
  if (request.goal.kind === 'unmark') return { ...unmark(planning, planned), census: [], load: [] }
  if (request.inForce.split && request.mode !== 'emergency') findings.say('split', 'refuse', {}, { situation: request.inForce.out })

  const concerned = concernedBy(request)
  const isAffected = affects(request, concerned)
  const right = planned.filter((sighting) => valueOf(sighting.routes) !== undefined && isRightCluster(planning, sighting))
  const drafts = right.flatMap(({ routes }) =>
    (valueOf(routes) ?? [])
      .filter((route) => isTouched(request, concerned, route, isAffected))
      .map((route) => ({ route, decisions: decide(planning, concerned, route, isAffected) })),
  )
  const { planned: carried, load } = withinCapacity(planning, drafts)
  const written = carried.map(({ route, decisions }) => ({ route, decisions, wanted: markFor(request, route, decisions) }))
  const needy = written.filter(({ route, decisions, wanted }) => decisions.some(changes) || !isMarked(request, route, wanted))
  // A new seq goes to every affected object or to none: one that kept the old would count as left behind.
  const seq = Math.max(request.inForce.seq, highestMarks(request.sightings)[0]?.seq ?? 0)
  const chosen = needy.length > 0 && request.seq > seq ? written.filter((one) => needy.includes(one) || !isBareShare(request, one)) : needy
  const intents = chosen.flatMap(({ route, decisions, wanted }): readonly WeightsIntent[] => {
    const rules = decisions.flatMap(({ rule, refs }) => (refs === undefined || writtenAs(rule, refs) ? [] : [{ key: rule.key, refs }]))
    if (rules.length > 0 && !mayWrite(planning, route)) return []
    return [
      {
        kind: 'weights',
        center: route.center,
        object: { kind: route.kind, namespace: route.namespace, name: route.name },
        rules,
        mark: wanted,
      },
    ]
  })
  const moves = written.some(({ decisions }) => decisions.some(changes))
  const all = needy.length > 0 && !moves && isSwitch(request) ? findings.all().map(refusedIfLeft) : findings.all()
  const refused = all.some(({ effect }) => effect === 'refuse')
  return { intents: refused ? [] : intents, findings: all, census: censusOf(request.topology, planned, isAffected), load }
}

function isSwitch({ goal }: PlanRequest): boolean {
  return goal.kind === 'situation' && !isReturning(goal)
}

/** Where guards leave every rule that a switch would move, it is refused: marks alone would say that the centers are out. */
function refusedIfLeft(finding: Finding): Finding {
  return finding.effect === 'leave' ? { ...finding, effect: 'refuse' } : finding
}

/** Centers whose rules the goal is about. A sync to normal has none of its own: then those that the marks took out. */
function concernedBy({ goal, sightings, inForce }: PlanRequest): ReadonlySet<CenterName> {
  if (goal.kind !== 'situation') return new Set(inForce.out)
  const own = new Set([...goal.was, ...goal.situation])
  return own.size > 0
    ? own
    : concernedCenters(sightings.flatMap(({ routes }) => valueOf(routes) ?? []).flatMap((route) => markOf(route) ?? []))
}

function affects({ goal }: PlanRequest, concerned: ReadonlySet<CenterName>): (rule: Rule, route: Route) => boolean {
  if (goal.kind === 'shares') return (rule) => namedIn(rule, goal.shares).length > 1
  if (goal.kind === 'base') return (rule, route) => markOf(route)?.goal !== undefined && markOf(route)?.base?.[rule.key] !== undefined
  return (rule, route) => namesAny(rule, concerned) || isRecorded(rule, markOf(route))
}

/** Is the rule away from normal by its object's mark? Then it is brought along, though the centers that took it there have returned meanwhile. */
function isRecorded(rule: Rule, mark: Mark | undefined): boolean {
  return mark !== undefined && isAway(mark) && mark.normal[rule.key] !== undefined
}

/** Objects that get a mark: those with an affected rule, all that name a center of the situation, and those that a rebalance marked while one was out. */
function isTouched(
  { goal }: PlanRequest,
  concerned: ReadonlySet<CenterName>,
  route: Route,
  isAffected: (rule: Rule, route: Route) => boolean,
): boolean {
  return (
    route.rules.some((rule) => isAffected(rule, route)) ||
    (goal.kind !== 'situation' && route.rules.some((rule) => namesAny(rule, concerned))) ||
    (goal.kind === 'situation' && isHeldFor(markOf(route), concerned))
  )
}

function isHeldFor(mark: Mark | undefined, concerned: ReadonlySet<CenterName>): boolean {
  return mark !== undefined && isAway(mark) && [...mark.was, ...mark.situation].some((center) => concerned.has(center))
}

/** A rebalance marks an object that it does not change only if it names a center that is out. */
function isBareShare({ goal, inForce }: PlanRequest, { route }: { readonly route: Route }): boolean {
  return goal.kind !== 'situation' && !route.rules.some((rule) => namesAny(rule, new Set(inForce.out)))
}

function decide(
  planning: Planning,
  concerned: ReadonlySet<CenterName>,
  route: Route,
  isAffected: (rule: Rule, route: Route) => boolean,
): readonly RuleDecision[] {
  const { request, findings } = planning
  const { goal } = request
  if (route.mark.state === 'foreign' || route.mark.state === 'broken') findings.say(`${route.mark.state}-mark`, 'warn', whereIs(route))
  return route.rules.flatMap((rule): readonly RuleDecision[] => {
    if (!isAffected(rule, route)) return []
    const where = whereIs(route, rule)
    const pin = pinOf(request.topology, route, rule)
    if (pin !== undefined) {
      findings.say('pinned', 'warn', where, { why: pin })
      return []
    }
    const [twice] = duplicatesOf(rule)
    if (twice !== undefined) {
      findings.guard('duplicate-backend', 'duplicate-backend', where, { backend: twice })
      return [{ rule, refs: undefined }]
    }
    if (request.leaveForeignEdits && isForeignEdit(route, { rule })) {
      findings.say('changed-since', 'leave', where, { run: markOf(route)?.run ?? '' })
      return [{ rule, refs: undefined }]
    }
    if (goal.kind === 'situation') return [decideSituation(planning, goal, concerned, route, rule)]
    if (goal.kind === 'shares') return [decideShares(planning, goal.shares, goal.progress, route, rule)]
    const back = goal.kind === 'base' ? decideBase(planning, goal.progress, route, rule) : undefined
    return back === undefined ? [] : [back]
  })
}

function changes({ rule, refs }: RuleDecision): boolean {
  return refs !== undefined && !weighsAs(rule, refs)
}

/** Marks are taken away when every cluster that was given has arrived at normal; the caller knows whether those were all. */
function unmark({ request, findings }: Planning, planned: PlanRequest['sightings']): Pick<WeightsPlan, 'intents' | 'findings'> {
  const routes = planned.flatMap((sighting) => valueOf(sighting.routes) ?? [])
  const marked = routes.filter((route) => route.mark.state === 'marked')
  const { behind } = situationInForce(request.topology, request.sightings)
  const away = request.sightings
    .filter(({ routes: seen }) => valueOf(seen)?.some((route) => isHeld(markOf(route))))
    .map(({ center }) => center)
  if (behind.length + away.length > 0) {
    findings.say('marks-needed', 'warn', {}, { centers: inOrder(request.topology, [...behind, ...away]) })
    return { intents: [], findings: findings.all() }
  }
  const intents = marked.map(({ center, kind, namespace, name }): WeightsIntent => ({
    kind: 'weights',
    center,
    object: { kind, namespace, name },
    rules: [],
    mark: null,
  }))
  return { intents, findings: findings.all() }
}

function isHeld(mark: Mark | undefined): boolean {
  return mark !== undefined && (isAway(mark) || mark.progress !== undefined)
}

export const planWeightsWords = {
  identity: {
    en: '{center}: this is another cluster. Its kube-system has uid {found}, the topology pins {pinned}.',
    zh: '{center}：不是声明的集群。kube-system 的 uid 为 {found}，拓扑中固定为 {pinned}。',
  },
  'all-zero': { en: '{rule}: every managed weight is 0, so there is nothing to divide.', zh: '{rule}：受管权重全部为 0，无可分配。' },
  'no-survivor': {
    en: '{rule}: no center is left to take its traffic; only degradation helps.',
    zh: '{rule}：没有可承接流量的中心，只能降级。',
  },
  'duplicate-backend': {
    en: '{backend} is named twice in one rule; nobody can say how the two share.',
    zh: '{backend} 在同一规则中出现两次，无法判断如何分配。',
  },
  'survivor-not-serving': {
    en: '{center} would gain traffic and is not proved serving ({why}).',
    zh: '{center} 将承接流量，但未证实在提供服务（{why}）。',
  },
  'survivor-not-serving-wider': {
    en: '{center} would gain traffic and is not proved serving ({why}). To do without it: tricenter failover --center {wider}',
    zh: '{center} 将承接流量，但未证实在提供服务（{why}）。若要绕过它：tricenter failover --center {wider}',
  },
  'part-to-others': {
    en: '{center} is not proved serving: its part goes to {others}.',
    zh: '{center} 未证实在提供服务：其份额转给 {others}。',
  },
  capacity: {
    en: '{center} would carry {load} req/s × margin {margin}; it can carry {limit} (declared {capacity} × ready replicas).',
    zh: '{center} 将承载 {load} 请求/秒 × 余量系数 {margin}；当前上限 {limit}（声明 {capacity} × 就绪副本比例）。',
  },
  'capacity-unknown': {
    en: '{center} has no declared capacity: whether it can carry this is not known.',
    zh: '{center} 未声明容量：能否承载未知。',
  },
  'demand-unknown': {
    en: '{center}: the load is not whole, for a service declares no demand.',
    zh: '{center}：有服务未声明需求量，负载估算不完整。',
  },
  quarantine: {
    en: '{center} answers again, but its own routes are behind. First: tricenter sync --center {center}',
    zh: '{center} 已恢复应答，但其路由落后。请先执行：tricenter sync --center {center}',
  },
  'deferred-open': {
    en: '{center}: its own cluster could not be read and is still deferred. First: tricenter sync --center {center} --wait',
    zh: '{center}：其集群未能读取，仍处于推迟状态。请先执行：tricenter sync --center {center} --wait',
  },
  'foreign-owner': {
    en: '{owner} ({name}) may write this route back. To pause it: {pause}',
    zh: '{owner}（{name}）可能回写此路由。暂停方法：{pause}',
  },
  'helm-owned': {
    en: 'Helm release {release} owns this route; its next upgrade may fight this.',
    zh: 'Helm 发布 {release} 拥有此路由，下次升级可能与此冲突。',
  },
  'unresolved-route': { en: '{parent} reports {condition} ({why}).', zh: '{parent} 上报 {condition}（{why}）。' },
  unreported: { en: 'No gateway has reported on this route yet.', zh: '尚无网关上报此路由的状态。' },
  pinned: { en: 'Pinned, and left as it is: {why}.', zh: '已固定，保持不变：{why}。' },
  'foreign-mark': { en: "The mark carries another object's uid and is ignored.", zh: '标记属于另一个对象（uid 不符），已忽略。' },
  'broken-mark': { en: 'The mark cannot be read and is ignored.', zh: '标记无法读取，已忽略。' },
  'changed-since': { en: 'Changed by somebody else since run {run}, and left as it is.', zh: '在运行 {run} 之后被他人修改，保持不变。' },
  'normal-assumed': {
    en: "{rule}: no mark says what normal was; the policy's normal ratio is taken.",
    zh: '{rule}：没有标记记录正常权重，采用策略中的正常比例。',
  },
  'center-is-out': {
    en: '{center} is out of traffic; a rebalance does not bring it back. To do that: tricenter failback --center {center}',
    zh: '{center} 已移出流量，调整比例不会将其带回。如需恢复：tricenter failback --center {center}',
  },
  'weight-limit': { en: '{rule}: weight {weight} would exceed the limit of {limit}.', zh: '{rule}：权重 {weight} 将超过上限 {limit}。' },
  'too-many-backends': {
    en: '{rule}: {backends} backends would exceed the limit of {limit}.',
    zh: '{rule}：{backends} 个后端将超过上限 {limit}。',
  },
  split: {
    en: 'Two runs marked different situations at the same time ({situation} together). Only a failover goes on from here.',
    zh: '两次运行同时标记了不同态势（合计 {situation}）。此时只能继续故障切换。',
  },
  'marks-needed': { en: 'The marks stay: {centers} not yet at normal.', zh: '标记保留：{centers} 尚未恢复正常。' },
} satisfies Words
