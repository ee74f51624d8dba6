import { collectFindings, type Findings } from '../domain/guards.ts'
import type { Intent } from '../domain/intent.ts'
import { valueOf } from '../domain/observation.ts'
import { wantName, type ObjectWant, type ObjectWork } from '../domain/object-want.ts'
import { centerOf, type CenterName } from '../domain/topology.ts'
import type { Words } from '../domain/words.ts'
import { defineAction, type ActionPlan, type Situation } from './action.ts'
import * as z from './shape.ts'

/** More of a kind than this part is never removed without a person who says why. */
const MOST_REMOVED = 0.1

/** Sync of whole objects: updates by default; what is missing is created, and what is too many removed, only where that was asked for. */
export const reconcile = defineAction({
  name: 'reconcile',
  summary: {
    en: 'Makes whole objects of centers what another center, or the desired side, says. Weights of managed rules stay with the situation in force.',
    zh: '使各中心的对象与某个中心或期望状态一致；受管规则的权重始终取自当前态势。',
  },
  objects: 'source',
  input: z.object({
    from: z.string(),
    centers: z.array(z.string(), 1),
    only: z.string().default(''),
    create: z.boolean().default(false),
    remove: z.boolean().default(false),
  }),
  plan: ({ centers, create, remove }, situation) => {
    const work = situation.objects ?? NOTHING
    const findings = collectFindings(situation.mode, situation.overrides)
    const wanted = (verdict: ObjectWant['verdict']): readonly ObjectWant[] => work.wants.filter((want) => want.verdict === verdict)
    const [creates, removals] = [wanted('create'), wanted('remove')]
    sayOfSource(work, findings)
    if (!create) sayLeftOut(creates, 'not-created', findings)
    if (!remove) sayLeftOut(removals, 'not-removed', findings)
    else guardRemovals(removals, work, findings)
    const chosen = work.wants.filter(({ verdict }) => verdict === 'update' || (verdict === 'create' ? create : remove))
    for (const { center, failedWrite, ...want } of chosen)
      if (failedWrite) findings.say('failed-write', 'warn', { center, route: wantName(want) }, { center, object: wantName(want) })
    return planOf(chosen, centers, work, findings, situation)
  },
})

/** Undo of such a run: what it wrote is given back what it found, object by object. */
export const restoreObjects = defineAction({
  name: 'restore-objects',
  summary: {
    en: 'Gives objects back the contents that a run found; an object that somebody else has changed since is left and shown.',
    zh: '将对象恢复为某次运行之前的内容；此后被他人修改的对象保持不动并列出。',
  },
  objects: 'run',
  input: z.object({ run: z.string() }),
  plan: (_, situation) => {
    const work = situation.objects ?? NOTHING
    const findings = collectFindings(situation.mode, situation.overrides)
    sayOfSource(work, findings)
    return planOf(work.wants, [...new Set([...work.wants.map(({ center }) => center), ...work.unread])], work, findings, situation)
  },
})

const NOTHING: ObjectWork = { wants: [], counts: [], notes: [], unread: [] }

function planOf(
  chosen: readonly ObjectWant[],
  centers: readonly CenterName[],
  work: ObjectWork,
  findings: Findings,
  situation: Situation,
): ActionPlan {
  const { topology, sightings, inForce } = situation
  for (const { reason, center, object, why = '' } of work.notes)
    findings.say(reason, LEFT.has(reason) ? 'leave' : 'warn', { center, route: object }, { center, object, why })
  const right = new Set(centers.filter((center) => isRight(center, situation, findings)))
  for (const center of work.unread) {
    const { state } = sightings.find((one) => one.center === center)?.routes ?? { state: 'unknown' }
    if (state === 'present') findings.say('kinds-unread', 'leave', { center }, { center })
  }
  for (const center of centers)
    if (inForce.behind.includes(center) && chosen.some((want) => want.center === center))
      findings.guard('deferred-open', 'deferred-before-objects', { center }, { center })
  const mine = chosen.filter((want) => right.has(want.center) && mayTouch(want, findings))
  const removed = mine.filter(({ verdict }) => verdict === 'remove')
  return {
    intents: mine.map(intentOf),
    findings: findings.all(),
    census: [],
    load: [],
    was: inForce.out,
    situation: inForce.out,
    danger: removed.length > 0 ? { type: confirmation(removed) } : mine.length > 0 ? 'yes' : 'none',
    needs: centers.filter((center) => centerOf(topology, center) !== undefined),
  }
}

/** What is typed to confirm a removal: the name of each object, once however many centers lose it. */
function confirmation(removed: readonly ObjectWant[]): string {
  return [...new Set(removed.map(wantName))].join(',')
}

function intentOf({ center, served, namespace = '', name, verdict }: ObjectWant): Intent {
  return { kind: 'object', center, object: { kind: served.kind, namespace, name }, served, verdict }
}

function sayOfSource({ source }: ObjectWork, findings: Findings): void {
  if (source === undefined) return
  const facts = { source: source.name, why: source.why }
  if (source.reason === 'source-empty') findings.guard('mass-delete', 'source-empty', {}, facts, { lift: false })
  else findings.say(source.reason, 'refuse', {}, facts)
}

function sayLeftOut(wants: readonly ObjectWant[], reason: string, findings: Findings): void {
  for (const [center, of] of Map.groupBy(wants, (want) => want.center))
    findings.say(reason, 'warn', { center }, { center, objects: of.length, first: of[0] === undefined ? '' : wantName(of[0]) })
}

/** A truncated export must not empty a region. */
function guardRemovals(removals: readonly ObjectWant[], { counts, recorded }: ObjectWork, findings: Findings): void {
  if (recorded) return
  for (const { center, kind, live } of counts) {
    const removed = removals.filter((want) => want.center === center && want.served.kind === kind).length
    if (removed <= live * MOST_REMOVED) continue
    findings.guard('mass-delete', 'mass-delete', { center, route: kind }, { center, kind, removed, live, limit: `${MOST_REMOVED * 100} %` })
  }
}

function isRight(center: CenterName, { topology, sightings }: Situation, findings: Findings): boolean {
  const pinned = centerOf(topology, center).cluster
  const identity = sightings.find((one) => one.center === center)?.identity
  if (identity === undefined || identity.state === 'unreachable') return false
  if (pinned === undefined || valueOf(identity) === pinned) return true
  return findings.guard('identity', 'identity', { center }, { center, pinned, found: valueOf(identity) ?? identity.state })
}

/** Whoever writes it back would undo what is written here, and argue for ever. */
function mayTouch({ owners, center, ...want }: ObjectWant, findings: Findings): boolean {
  const object = wantName(want)
  const foreign = owners.find(({ kind }) => kind !== 'helm' && kind !== 'manager')
  if (foreign !== undefined)
    return findings.guard(
      'foreign-owner',
      'object-owned',
      { center, route: object },
      { center, object, owner: foreign.kind, name: foreign.name },
    )
  const release = owners.find(({ kind }) => kind === 'helm')
  if (release !== undefined) findings.guard('helm-owned', 'helm-owned', { center, route: object }, { release: release.name })
  return true
}

/** Notes of what a person must look at; the others are only told. */
const LEFT = new Set(['no-content', 'cannot-merge', 'no-weight', 'changed-since'])

export const reconcileActionWords = {
  'mass-delete': {
    en: 'Will not remove {removed} of {live} objects of {kind} in {center}: mass-delete, more than {limit}.\nA truncated export must not empty a region.\nIf it is meant: --override mass-delete --reason …',
    zh: '不会删除 {center} 中 {live} 个 {kind} 对象里的 {removed} 个：mass-delete，超过 {limit}。\n被截断的导出不得清空一个地域。\n如确为本意：--override mass-delete --reason …',
  },
  'not-created': {
    en: '{center}: {objects} objects are missing ({first}, …); left, for --create was not given',
    zh: '{center}：缺少 {objects} 个对象（{first} 等）；未给出 --create，保持不动',
  },
  'not-removed': {
    en: '{center}: {objects} objects are there that the source does not have ({first}, …); left, for --delete was not given',
    zh: '{center}：有 {objects} 个来源中不存在的对象（{first} 等）；未给出 --delete，保持不动',
  },
  'failed-write': {
    en: '{center}: {object} is newer than the desired side: a write failed there; the desired side counts',
    zh: '{center}：{object} 的版本高于期望侧：期望侧曾写入失败；以期望侧为准',
  },
  'changed-since': {
    en: '{center}: {object} was changed by somebody else since; left as it is',
    zh: '{center}：{object} 此后被他人修改，保持原样',
  },
  'kinds-unread': { en: '{center}: a kind could not be read; nothing is written there', zh: '{center}：有类型无法读取，不会写入' },
  'deferred-before-objects': {
    en: 'Will not sync objects to {center}: deferred-open. Its routes are behind the situation in force.\nFirst: tricenter sync --center {center}',
    zh: '不会向 {center} 同步对象：deferred-open。其路由落后于当前态势。\n请先执行：tricenter sync --center {center}',
  },
  'object-owned': {
    en: '{center}: {owner} ({name}) owns {object} and would write it back.\nPause it there, or change what it deploys.',
    zh: '{center}：{object} 由 {owner}（{name}）管理，会被改回。\n请先暂停它，或修改其部署内容。',
  },
} satisfies Words
