import { collectFindings } from '../domain/guards.ts'
import { wantName } from '../domain/object-want.ts'
import type { Finding } from '../domain/finding.ts'
import type { Words } from '../domain/words.ts'
import type { Situation } from './action.ts'

/**
 * A center that was away has missed what the others were given: it is compared before traffic returns to it. A drill took it away itself and must put it back,
 * so there the difference is only told.
 */
export function returnedFindings(situation: Situation): readonly Finding[] {
  const { objects, mode, overrides } = situation
  if (objects === undefined) return []
  const findings = collectFindings(mode, overrides)
  const effect = mode === 'drill' ? { effect: 'warn' as const } : {}
  const source = objects.comparedWith ?? ''
  if (objects.source !== undefined)
    findings.say('returned-not-compared', 'warn', {}, { source: objects.source.name, why: objects.source.why })
  for (const center of objects.unread) findings.say('returned-not-compared', 'warn', { center }, { source: center, why: '' })
  for (const [center, wants] of Map.groupBy(objects.wants, (want) => want.center)) {
    const [first] = wants
    const facts = { center, source, objects: wants.length, first: first === undefined ? '' : wantName(first) }
    findings.guard('quarantine', 'returned-differs', { center }, facts, effect)
  }
  return findings.all()
}

export const returnedWords = {
  'returned-differs': {
    en: '{center} came back and differs from {source} in {objects} objects ({first}, …).\nLook: tricenter diff --between {source},{center}\nThen: tricenter sync --from {source} --center {center}',
    zh: '{center} 恢复后与 {source} 有 {objects} 个对象不同（{first} 等）。\n请查看：tricenter diff --between {source},{center}\n然后执行：tricenter sync --from {source} --center {center}',
  },
  'returned-not-compared': {
    en: 'could not compare the returned centers with {source}: {why}',
    zh: '无法将恢复的中心与 {source} 比较：{why}',
  },
} satisfies Words
