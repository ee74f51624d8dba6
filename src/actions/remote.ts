import type { Finding } from '../domain/finding.ts'
import { collectFindings, type Findings } from '../domain/guards.ts'
import { wantName, type ObjectWant } from '../domain/object-want.ts'
import type { Words } from '../domain/words.ts'
import type { Situation } from './action.ts'

const NAMED = 3

/**
 * The first of the two steps before both home centers are left: does the remote have what the home centers had when they were last saved? `rehearsed`: this was asked
 * before the fault of a drill was made, and is only told now.
 */
export function remoteFindings(situation: Situation, rehearsed = false): readonly Finding[] {
  const { objects, mode, overrides, now } = situation
  if (objects === undefined) return []
  const findings = collectFindings(mode, overrides)
  const { source, at } = objects
  if (source !== undefined)
    findings.say(source.reason === 'source-gone' ? 'no-snapshot' : 'remote-not-compared', 'warn', {}, { why: source.why })
  for (const center of objects.unread) findings.say('remote-not-compared', 'warn', { center }, { why: center })
  const behind = objects.wants.filter(({ verdict }) => verdict !== 'remove')
  for (const [center, wants] of Map.groupBy(behind, (want) => want.center)) {
    const facts = { center, objects: wants.length, named: firstNames(wants), source: objects.comparedWith ?? '' }
    const lift = rehearsed ? { effect: 'warn' as const } : {}
    if (at === undefined) findings.guard('remote-behind', 'remote-behind-live', { center }, facts, lift)
    else findings.guard('remote-behind', 'remote-behind', { center }, { ...facts, age: ageOf(at, now) }, lift)
  }
  sayOfPublishing(situation, findings)
  return findings.all()
}

/** What publishing leaves alone: secrets that a snapshot does not hold, and what the remote has otherwise. Nothing, where nobody has set about publishing. */
export function sayOfPublishing({ objects }: Situation, findings: Findings): void {
  if (objects?.sealed === undefined) return
  for (const [center, wants] of Map.groupBy(objects.sealed, (want) => want.center))
    findings.say('sealed-object', 'warn', { center }, { center, objects: wants.length, named: firstNames(wants) })
  const differing = objects.wants.filter(({ verdict }) => verdict === 'update')
  for (const [center, wants] of Map.groupBy(differing, (want) => want.center))
    findings.say('remote-differs', 'warn', { center }, { center, objects: wants.length, named: firstNames(wants) })
  for (const { reason, center, object } of objects.notes)
    if (reason === 'kind-not-served' || reason === 'no-weight') findings.say(reason, 'warn', { center, route: object }, { center, object })
}

/** The first few, and how many more there are. */
export function firstNames(wants: readonly ObjectWant[]): string {
  const named = wants.slice(0, NAMED).map((want) => wantName(want))
  return [...named, ...(wants.length > NAMED ? [`+${wants.length - NAMED}`] : [])].join(', ')
}

export function ageOf(at: number, now: number): string {
  return `${Math.max(0, Math.round((now - at) / 60_000))} min`
}

export const remoteWords = {
  'remote-behind': {
    en: '{center} lacks {objects} objects of {source} as saved {age} ago ({named}).\nWhat is missing there will be missing for every client after the switch.\nPublish it first: tricenter sync --publish --center {center}',
    zh: '{center} 缺少 {source} 在 {age} 前保存的 {objects} 个对象（{named}）。\n切换后所有客户端都会受影响。\n请先发布：tricenter sync --publish --center {center}',
  },
  'remote-behind-live': {
    en: '{center} lacks {objects} objects that {source} has now ({named}).\nWhat is missing there will be missing for every client after the switch.\nPublish it first: tricenter sync --publish --center {center}',
    zh: '{center} 缺少 {source} 当前的 {objects} 个对象（{named}）。\n切换后所有客户端都会受影响。\n请先发布：tricenter sync --publish --center {center}',
  },
  'sealed-object': {
    en: '{center} lacks {objects} objects with secrets, of which a snapshot holds digests only: {named}. Create them there from where the secrets are kept',
    zh: '{center} 缺少 {objects} 个含机密的对象，快照中仅有摘要，无法发布：{named}。请从机密的保管处在该中心创建',
  },
  'remote-differs': {
    en: '{center} has {objects} objects otherwise ({named}); left as they are. After the switch: tricenter diff',
    zh: '{center} 有 {objects} 个对象内容不同（{named}），保持原样。切换后请执行：tricenter diff',
  },
  'no-snapshot': {
    en: 'no snapshot of the home centers was ever saved here: whether the remote is behind cannot be told. After each deploy: tricenter diff --save FILE',
    zh: '此处从未保存过主地域的快照：无法判断远端是否落后。请在每次部署后执行：tricenter diff --save FILE',
  },
  'remote-not-compared': {
    en: 'could not compare the remote with the saved snapshot: {why}',
    zh: '无法将远端与保存的快照比较：{why}',
  },
} satisfies Words
