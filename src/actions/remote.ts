import type { Finding } from '../domain/finding.ts'
import { collectFindings } from '../domain/guards.ts'
import { wantName } from '../domain/object-want.ts'
import type { Words } from '../domain/words.ts'
import type { Situation } from './action.ts'

const NAMED = 3

/**
 * The first of the two steps before both home centers are left: does the remote have what the home centers had when they were last saved? `rehearsed`: this was asked
 * before the fault of a drill was made, and is only told now.
 */
export function remoteFindings({ objects, mode, overrides, now }: Situation, rehearsed = false): readonly Finding[] {
  if (objects === undefined) return []
  const findings = collectFindings(mode, overrides)
  const { source, at } = objects
  const age = at === undefined ? '' : `${Math.max(0, Math.round((now - at) / 60_000))} min`
  if (source !== undefined)
    findings.say(source.reason === 'source-gone' ? 'no-snapshot' : 'remote-not-compared', 'warn', {}, { why: source.why })
  for (const center of objects.unread) findings.say('remote-not-compared', 'warn', { center }, { why: center })
  const behind = objects.wants.filter(({ verdict }) => verdict !== 'remove')
  for (const [center, wants] of Map.groupBy(behind, (want) => want.center)) {
    const named = wants.slice(0, NAMED).map((want) => wantName(want))
    const facts = { center, objects: wants.length, named: named.join(', '), source: objects.comparedWith ?? '', age }
    findings.guard('remote-behind', 'remote-behind', { center }, facts, rehearsed ? { effect: 'warn' } : {})
  }
  return findings.all()
}

export const remoteWords = {
  'remote-behind': {
    en: '{center} lacks {objects} objects of {source} as saved {age} ago ({named}).\nWhat is missing there will be missing for every client after the switch.\nPublish it first: tricenter sync --publish --center {center}',
    zh: '{center} 缺少 {source} 在 {age} 前保存的 {objects} 个对象（{named}）。\n切换后所有客户端都会受影响。\n请先发布：tricenter sync --publish --center {center}',
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
