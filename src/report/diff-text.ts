import { canonical } from '../domain/canonical.ts'
import type { IntentInForce } from '../domain/compare.ts'
import type { DiffCell, DiffDocument, DiffLeaf, DiffObject } from '../domain/diff-document.ts'
import type { Language } from '../domain/words.ts'
import { latency } from './figures.ts'
import type { Phrasebook } from './phrasebook.ts'
import { diffSpeaker, type DiffSay } from './diff-words.ts'

/** What every output says of a difference, in the same words. */
export interface DiffReading {
  readonly document: DiffDocument
  readonly language: Language
  readonly phrasebook: Phrasebook
}

/** `HTTPRoute ai-system/chat`. */
export function objectText({ kind, namespace, name }: Pick<DiffObject, 'kind' | 'namespace' | 'name'>): string {
  return `${kind} ${namespace === null ? '' : `${namespace}/`}${name}`
}

/** `drift in zone-c`. */
export function verdictText({ verdict, odd }: Pick<DiffObject, 'verdict' | 'odd'>, say: DiffSay): string {
  const word = say(verdict === 'odd-one-out' && odd.length > 1 ? 'drift' : verdict)
  return odd.length === 0 ? word : say('verdict-in', { verdict: word, names: odd.join(', ') })
}

export function leafText(leaf: DiffLeaf, say: DiffSay): string {
  if (leaf.kind === 'object') return say('object')
  return leaf.kind === 'order' ? say('reordered', { path: leaf.path }) : leaf.path
}

/** One value on one line; a gap says which. */
export function cellText(cell: DiffCell | undefined, say: DiffSay): string {
  if (cell === undefined) return '·'
  if (cell.state !== 'value') return cell.state === 'unset' ? say(cell.dropped === true ? 'dropped' : 'unset') : say(cell.state)
  return typeof cell.value === 'string' ? plain(cell.value) : canonical(cell.value)
}

/** The object's own cells say whether it is there. */
export function leafCellText(leaf: DiffLeaf, column: string, say: DiffSay): string {
  const cell = leaf.cells[column]
  return leaf.kind === 'object' && cell?.state === 'value' ? say('present') : cellText(cell, say)
}

/** Quoted where it could be taken for something else. */
function plain(text: string): string {
  return text === '' || /^\s|\s$|[\n\r\t]|^(?:true|false|null|~|-|[-+]?[\d.]+)$/.test(text) ? JSON.stringify(text) : text
}

/** Why a column may differ, who changed it, what would be lost: the lines below a leaf. Changes are told of who is odd, else the last; what is meant needs no name. */
export function leafNotes(leaf: DiffLeaf, say: DiffSay): readonly string[] {
  const isWrong = (name: string): boolean => leaf.verdict !== 'intended' && leaf.odd.includes(name)
  const intents = grouped(Object.entries(leaf.intents).map(([name, intent]) => [name, JSON.stringify([intent, isWrong(name)])] as const))
  const dropped = Object.entries(leaf.cells).flatMap(([name, cell]) => (cell.state === 'unset' && cell.dropped === true ? [name] : []))
  const writers = leaf.verdict === 'equal' || leaf.verdict === 'intended' ? [] : Object.entries(leaf.changedBy)
  const last = writers.toSorted(([, a], [, b]) => (b.at ?? 0) - (a.at ?? 0)).slice(0, 1)
  const told = leaf.odd.length === 0 ? last : writers.filter(([name]) => leaf.odd.includes(name))
  return [
    ...intents.map(([names, text]) => {
      const [intent, wrong] = JSON.parse(text) as readonly [IntentInForce, boolean]
      return intentText(names.join(', '), intent, wrong, say)
    }),
    ...(dropped.length === 0 ? [] : [say('dropped-in', { names: dropped.join(', ') })]),
    ...told.map(([name, { manager, at }]) =>
      at === undefined ? say('changed-by-whom', { name, manager }) : say('changed-by', { name, manager, at: minute(at) }),
    ),
  ]
}

function grouped(pairs: readonly (readonly [string, string])[]): readonly (readonly [readonly string[], string])[] {
  const found = new Map<string, string[]>()
  for (const [name, text] of pairs) found.set(text, [...(found.get(text) ?? []), name])
  return [...found].map(([text, names]) => [names, text])
}

function intentText(names: string, intent: IntentInForce, wrong: boolean, say: DiffSay): string {
  if (intent.by === 'run') return say(wrong ? 'run-behind' : 'run-intent', { names, verb: intent.verb, run: intent.run })
  const { reason, owner, until, state } = intent
  const facts = {
    names,
    reason,
    owner: owner === undefined ? '' : say('owner', { owner }),
    until: until === undefined ? '' : say('until', { day: new Date(until).toISOString().slice(0, 10) }),
  }
  return say(`${state}-intent`, facts)
}

/** UTC, to the minute. */
const minute = (at: number): string => new Date(at).toISOString().slice(0, 16).replace('T', ' ')

/** `4 HTTPRoute, 3 WasmPlugin in zone-a, zone-b, zone-c · 1.1 s`. */
export function headText({ counts, columns, took }: DiffDocument, language: Language): string {
  const say = diffSpeaker(language)
  const shown = counts.filter(({ objects }) => objects > 0)
  if (shown.length === 0) return say('nothing')
  return say('head', {
    counts: shown.map(({ kind, objects }) => `${objects} ${kind}`).join(say('and')),
    columns: columns.map(({ name }) => name).join(say('and')),
    took: latency(took, language),
  })
}

/** `7 objects equal · 1 intended · 2 drift`. */
export function totalText({ totals }: DiffDocument, say: DiffSay): string {
  const drift = totals.drift + totals['odd-one-out']
  return [
    say('total', { equal: totals.equal }),
    ...(totals.intended > 0 ? [say('total-intended', { intended: totals.intended })] : []),
    ...(drift > 0 ? [say('total-drift', { drift })] : []),
    ...(totals.unknown > 0 ? [say('total-unknown', { unknown: totals.unknown })] : []),
  ].join(' · ')
}

/** What was not read, column by column, and whether the rest agrees. */
export function unreadTexts({ unread, totals }: DiffDocument, say: DiffSay): readonly string[] {
  if (unread.length === 0) return []
  const lines = grouped(
    unread.map(({ column, kind, gap, why }) => [kind, JSON.stringify([column, why === '' ? say(gap) : `${say(gap)} (${why})`])] as const),
  )
  const differs = totals.drift + totals['odd-one-out'] > 0
  return [
    ...lines.map(([kinds, text]) => {
      const [column = '', why = ''] = JSON.parse(text) as readonly string[]
      return say('unread', { column, kinds: kinds.join(', '), why })
    }),
    say(differs ? 'rest-differs' : 'rest-agrees'),
  ]
}

export function warningTexts({ document, language, phrasebook }: DiffReading): readonly string[] {
  const say = diffSpeaker(language)
  return document.warnings.map(({ reason, facts }) => say('warning', { text: phrasebook.lookup(reason, facts, language) }))
}
