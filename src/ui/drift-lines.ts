import type { DiffLeaf, DiffObject } from '../domain/diff-document.ts'
import type { DriftRecord, FollowedCenter } from '../domain/drift-record.ts'
import type { Facts } from '../domain/finding.ts'
import type { FieldManager, Gap, Verdict } from '../domain/compare.ts'
import type { Language, Words } from '../domain/words.ts'
import { leafCellText, leafText, objectText, verdictText } from '../report/diff-text.ts'
import { diffSpeaker, type DiffSay } from '../report/diff-words.ts'
import { seconds } from '../report/figures.ts'
import { spoken } from '../report/phrasebook.ts'
import { cut, type Line, type Segment } from './line.ts'
import { safeText } from './safe-text.ts'

/** Fields that one line shows; the others are counted. */
const FIELDS = 3
/** Columns of one value. */
const VALUE = 60

/** One line for what happened to one object or one center; the first record has one for each center. */
export function driftLines(language: Language): (record: DriftRecord) => readonly Line[] {
  const diff = diffSpeaker(language)
  const say = (word: keyof typeof driftLineWords, facts: Facts = {}): string => spoken(driftLineWords[word], facts, language)
  return (record) => {
    const time: Segment = ['dim', `${new Date(record.at).toISOString().slice(11, 19)} `]
    const ago = (since: number): string => seconds(Math.max(0, Math.round((record.at - since) / 1000)) * 1000, language)
    switch (record.type) {
      case 'following':
        return [...record.centers.map((one): Line => [`${one.center}  `, ...centerTexts(one, say)]), [time, totalText(record.totals, say)]]
      case 'found':
      case 'began':
      case 'changed': {
        const { object, since } = record
        const by = writers(object, record.at, language, say)
        const parts = [verdictText(object, diff), ...fieldTexts(object, diff, say), ...by]
        const when = by.length === 0 || record.type === 'changed' ? [say('since', { ago: ago(since) })] : []
        return [[time, ['bad', `! ${say(record.type)} `], ['strong', objectText(object)], ` · ${[...parts, ...when].join(' · ')}`]]
      }
      case 'ended': {
        const { object, now, since, changedBy } = record
        const by = Object.entries(changedBy).map(([name, one]) => writer(name, one, record.at, language, say))
        const parts = [say(now), ...by, say('lasted', { ago: ago(since) })]
        return [[time, ['good', `= ${say('ended')} `], ['strong', objectText(object)], ` · ${parts.join(' · ')}`]]
      }
      case 'unread': {
        const why = gapText(record.gap, record.why, say)
        return [[time, ['warn', `? ${record.column}: ${record.kinds.join(', ')} · ${why}`], ` · ${say('not-equal')}`]]
      }
      case 'read':
        return [[time, ['good', `+ ${record.column}: ${record.kinds.join(', ')} · ${say('read', { ago: ago(record.since) })}`]]]
      case 'stopped':
        return [[time, totalText(record.totals, say)]]
    }
  }
}

type Say = (word: keyof typeof driftLineWords, facts?: Facts) => string

function centerTexts({ objects, unread }: FollowedCenter, say: Say): Line {
  const there = Object.entries(objects).map(([kind, count]) => `${count} ${kind}`)
  const gaps = Map.groupBy(unread, ({ gap, why }) => gapText(gap, why, say))
  const missing = [...gaps].map(([why, kinds]): Segment => ['warn', `${kinds.map(({ kind }) => kind).join(', ')} · ${why}  `])
  return [there.join(', '), ...(there.length > 0 && missing.length > 0 ? ['  '] : []), ...missing]
}

function gapText(gap: Gap, why: string, say: Say): string {
  const word = say(gap === 'unreachable' || gap === 'forbidden' ? gap : 'unknown')
  return why === '' ? word : `${word} (${why})`
}

function totalText(totals: Readonly<Record<Verdict, number>>, say: Say): string {
  return say('totals', {
    equal: totals.equal,
    intended: totals.intended,
    drift: totals.drift + totals['odd-one-out'],
    unknown: totals.unknown,
  })
}

/** `spec.replicas zone-a 3, zone-b 3, zone-c 2`: the first few that differ. */
function fieldTexts({ leaves }: DiffObject, diff: DiffSay, say: Say): readonly string[] {
  const differ = leaves.filter(({ verdict }) => verdict !== 'equal' && verdict !== 'intended')
  const value = (leaf: DiffLeaf, name: string): string => `${name} ${cut(safeText(leafCellText(leaf, name, diff)), VALUE)}`
  return [
    ...differ.slice(0, FIELDS).map(
      (leaf) =>
        `${leafText(leaf, diff)} ${Object.keys(leaf.cells)
          .map((name) => value(leaf, name))
          .join(', ')}`,
    ),
    ...(differ.length > FIELDS ? [say('more', { count: differ.length - FIELDS })] : []),
  ]
}

/** Those who are odd, else whoever wrote last; the latest of each center. */
function writers({ leaves }: DiffObject, now: number, language: Language, say: Say): readonly string[] {
  const latest = new Map<string, FieldManager>()
  const last = { name: '', at: -1 }
  for (const { verdict, odd, changedBy } of leaves) {
    if (verdict === 'equal' || verdict === 'intended') continue
    for (const [name, one] of Object.entries(changedBy)) {
      if ((one.at ?? 0) > last.at) Object.assign(last, { name, at: one.at ?? 0 })
      if (odd.length > 0 && !odd.includes(name)) continue
      if ((latest.get(name)?.at ?? -1) < (one.at ?? 0)) latest.set(name, one)
    }
  }
  const nobody = leaves.every(({ odd }) => odd.length === 0)
  return [...latest].filter(([name]) => !nobody || name === last.name).map(([name, one]) => writer(name, one, now, language, say))
}

function writer(name: string, { manager, at }: FieldManager, now: number, language: Language, say: Say): string {
  if (at === undefined) return `${name}: ${manager}`
  return say('wrote', { name, manager, ago: seconds(Math.max(0, Math.round((now - at) / 1000)) * 1000, language) })
}

const driftLineWords = {
  found: { en: 'drift', zh: '漂移' },
  began: { en: 'drift began', zh: '出现漂移' },
  changed: { en: 'drift changed', zh: '漂移变化' },
  ended: { en: 'drift ended', zh: '漂移消除' },
  equal: { en: 'equal now', zh: '现已一致' },
  intended: { en: 'intended now', zh: '现为有意差异' },
  gone: { en: 'gone everywhere', zh: '各处均已删除' },
  since: { en: 'since {ago}', zh: '已持续 {ago}' },
  lasted: { en: 'lasted {ago}', zh: '持续了 {ago}' },
  wrote: { en: '{name}: {manager}, {ago} ago', zh: '{name}：{manager}，{ago}前' },
  more: { en: 'and {count} more fields', zh: '另有 {count} 个字段' },
  unreachable: { en: 'unreachable', zh: '无法连接' },
  forbidden: { en: 'forbidden', zh: '无权限' },
  unknown: { en: 'unknown', zh: '未知' },
  'not-equal': { en: 'nothing counts as equal there', zh: '该处不视为一致' },
  read: { en: 'read again after {ago}', zh: '{ago}后恢复读取' },
  totals: {
    en: '{equal} objects equal · {intended} intended · {drift} drift · {unknown} unknown',
    zh: '{equal} 个对象一致 · {intended} 个有意差异 · {drift} 个漂移 · {unknown} 个未知',
  },
} satisfies Words
