import type { Findings } from '../domain/guards.ts'
import type { Intent } from '../domain/intent.ts'
import { wantName, type ObjectWant, type ObjectWork } from '../domain/object-want.ts'
import { valueOf } from '../domain/observation.ts'
import { centerOf, type CenterName } from '../domain/topology.ts'
import type { Words } from '../domain/words.ts'
import type { ActionPlan, Situation } from './action.ts'

/** What every action on whole objects says of its targets, and the intents that are left. */
export function planObjects(
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

/** A source that says nothing stops everything. */
export function sayOfSource({ source }: ObjectWork, findings: Findings): void {
  if (source === undefined) return
  const facts = { source: source.name, why: source.why }
  if (source.reason === 'source-empty') findings.guard('mass-delete', 'source-empty', {}, facts, { lift: false })
  else findings.say(source.reason, 'refuse', {}, facts)
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
const LEFT = new Set(['no-content', 'cannot-merge', 'no-weight', 'changed-since', 'going-still'])

export const objectsPlanWords = {
  'mass-delete': {
    en: '{center}: {removed} of {live} objects of {kind} would be removed, more than {limit}.\nA truncated export must not empty a region.',
    zh: '{center}：{live} 个 {kind} 对象中将有 {removed} 个被删除，超过 {limit}。\n被截断的导出不得清空一个地域。',
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
  'going-still': {
    en: '{center}: {object} is still being deleted, held by its finalizers; it can be given back once it is gone',
    zh: '{center}：{object} 仍在删除中，被 finalizers 阻挡；待其消失后才能恢复',
  },
  'kinds-unread': { en: '{center}: a kind could not be read; nothing is written there', zh: '{center}：有类型无法读取，不会写入' },
  'deferred-before-objects': {
    en: '{center}: its routes are behind the situation in force.\nFirst: tricenter sync --center {center}',
    zh: '{center}：其路由落后于当前态势。\n请先执行：tricenter sync --center {center}',
  },
  'object-owned': {
    en: '{center}: {owner} ({name}) owns {object} and would write it back.\nPause it there, or change what it deploys.',
    zh: '{center}：{object} 由 {owner}（{name}）管理，会被改回。\n请先暂停它，或修改其部署内容。',
  },
} satisfies Words
