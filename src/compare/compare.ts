import {
  identityKey,
  type AnyObject,
  type Column,
  type Compare,
  type ComparedKind,
  type Comparison,
  type CompareWarning,
  type DeclaredIntent,
  type Gap,
  type KindCount,
  type ObjectCell,
  type ObjectDiff,
  type ObjectIdentity,
  type Unread,
  type Verdict,
} from '../domain/compare.ts'
import type { Words } from '../domain/words.ts'
import { record, text } from '../gateways/strange.ts'
import { compareObject, type ObjectInput } from './compare-object.ts'
import { isOfCluster } from './noise.ts'
import { identityName } from './rename.ts'
import type { SchemaNode } from './schema.ts'
import type { ParseEmbedded } from './tree.ts'

/** One kind as every column has it: its objects, or why there are none to be had. A column that is missing takes no part in this kind. */
export interface KindInput {
  readonly kind: ComparedKind
  readonly columns: ReadonlyMap<string, ColumnObjects>
  /** Only objects that the desired side lists. */
  readonly listedOnly?: boolean
  /** Objects that are equal in every column and were counted without being kept. */
  readonly equal?: number
}
export type ColumnObjects = { readonly state: 'present'; readonly objects: readonly AnyObject[]; readonly schema?: SchemaNode } | ColumnGap

/** Why the objects of a column cannot be had. */
export interface ColumnGap {
  readonly state: Exclude<Gap, 'absent' | 'terminating'>
  readonly why?: string
}

export interface CompareInput {
  readonly columns: readonly Column[]
  readonly kinds: readonly KindInput[]
  readonly intents: readonly DeclaredIntent[]
  readonly aliases: Compare['aliases']
  readonly embedded?: ParseEmbedded
  readonly now: number
  readonly warnings?: readonly CompareWarning[]
}

/** Everything at once: every object of every kind in every column, with verdicts. Pure; objects that are the same to the letter cost one walk. */
export function compare(input: CompareInput): Comparison {
  const used = new Map<DeclaredIntent, 'held' | 'expired' | 'wrong'>()
  const unread: Unread[] = []
  const warnings: CompareWarning[] = [...(input.warnings ?? [])]
  const objects: ObjectDiff[] = []
  const counts: KindCount[] = []
  for (const kind of input.kinds) {
    const tally: Record<Verdict, number> = { equal: 0, intended: 0, drift: 0, 'odd-one-out': 0, unknown: 0 }
    tally.equal += kind.equal ?? 0
    const columns = input.columns.filter(({ name }) => kind.columns.has(name))
    for (const { name } of columns) {
      const seen = kind.columns.get(name)
      if (seen !== undefined && seen.state !== 'present' && seen.state !== 'kind-missing')
        unread.push({ column: name, kind: kind.kind.kind, gap: seen.state, why: seen.why ?? '' })
    }
    const paired = pair(kind, columns, input, warnings)
    for (const one of paired) {
      const found = compareObject(one, {
        schemaOf: (column) => schemaFor(kind, column),
        intents: input.intents,
        aliases: input.aliases,
        now: input.now,
        used: (intent, state) => used.set(intent, used.get(intent) === 'wrong' ? 'wrong' : state),
        ...(input.embedded === undefined ? {} : { embedded: input.embedded }),
      })
      tally[found?.verdict ?? 'equal']++
      if (found !== undefined) objects.push(found)
    }
    counts.push({ kind: kind.kind.kind, group: kind.kind.group, objects: paired.length + (kind.equal ?? 0), ...tally })
  }
  return { columns: input.columns, objects, counts, unread, warnings: [...warnings, ...intentWarnings(input, used, unread)] }
}

/** The desired side and snapshots are read with the schema of a cluster that serves the kind. */
export function schemaFor(kind: KindInput, column: Pick<Column, 'name'>): SchemaNode | undefined {
  const own = kind.columns.get(column.name)
  if (own?.state === 'present' && own.schema !== undefined) return own.schema
  for (const other of kind.columns.values()) if (other.state === 'present' && other.schema !== undefined) return other.schema
  return undefined
}

/** Objects of one identity, side by side, in the order of their names. */
function pair(kind: KindInput, columns: readonly Column[], { aliases }: CompareInput, warnings: CompareWarning[]): readonly ObjectInput[] {
  const found = new Map<string, { readonly identity: ObjectIdentity; readonly cells: Map<string, ObjectCell> }>()
  const centers = columns.flatMap(({ center }) => center ?? [])
  for (const column of columns) {
    const seen = kind.columns.get(column.name)
    if (seen?.state !== 'present') continue
    for (const object of seen.objects) {
      if (isOfCluster(object)) continue
      const metadata = record(object['metadata'])
      const own = text(metadata['name']) ?? ''
      const identity: ObjectIdentity = {
        group: kind.kind.group,
        kind: kind.kind.kind,
        ...(kind.kind.namespaced ? { namespace: text(metadata['namespace']) ?? 'default' } : {}),
        name:
          kind.kind.rename.length === 0
            ? own
            : identityName(kind.kind, own, column.center === undefined ? centers : [column.center], aliases),
      }
      const key = identityKey(identity)
      const entry = found.get(key) ?? { identity, cells: new Map<string, ObjectCell>() }
      found.set(key, entry)
      if (entry.cells.has(column.name)) {
        warnings.push({ reason: 'object-twice', facts: { object: key, column: column.name } })
        continue
      }
      entry.cells.set(
        column.name,
        metadata['deletionTimestamp'] === undefined ? { state: 'present', object } : { state: 'terminating', object },
      )
    }
  }
  const desired = columns.find(({ source }) => source === 'desired')?.name
  return [...found]
    .filter(([, { cells }]) => kind.listedOnly !== true || desired === undefined || cells.has(desired))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { identity, cells }]) => ({
      identity,
      kind: kind.kind,
      columns,
      cells: Object.fromEntries(columns.map(({ name }) => [name, cells.get(name) ?? gapOf(kind.columns.get(name))])),
    }))
}

function gapOf(seen: ColumnObjects | undefined): ObjectCell {
  if (seen === undefined) return { state: 'unknown' }
  if (seen.state === 'present') return { state: 'absent' }
  return { state: seen.state, ...(seen.why === undefined ? {} : { why: seen.why }) }
}

/** Intents that have expired, and those without which nothing would differ. Of a center that was not read nothing is said. */
function intentWarnings(
  { intents, columns, now, kinds }: CompareInput,
  used: ReadonlyMap<DeclaredIntent, string>,
  unread: readonly Unread[],
): readonly CompareWarning[] {
  return intents.flatMap((intent): readonly CompareWarning[] => {
    const facts = { kind: intent.kind, name: intent.name, path: intent.path ?? '', centers: intent.centers, reason: intent.reason }
    const state = used.get(intent)
    if (intent.until !== undefined && intent.until < now) return [{ reason: 'intent-expired', facts }]
    const read = columns.filter(({ center, source }) => source !== 'desired' && center !== undefined && intent.centers.includes(center))
    const seen = kinds.some(({ kind }) => kind.kind === intent.kind) && read.length > 0 && columns.length > 1
    const blind = unread.some(({ column, kind }) => kind === intent.kind && read.some(({ name }) => name === column))
    return state === undefined && seen && !blind ? [{ reason: 'intent-unneeded', facts }] : []
  })
}

export const compareWords = {
  'object-twice': { en: '{column}: {object} is written twice; the first counts', zh: '{column}：{object} 出现两次，以第一个为准' },
  'intent-expired': {
    en: 'intent for {kind} {name} {path} in {centers} has expired ({reason})',
    zh: '{centers} 中 {kind} {name} {path} 的差异声明已过期（{reason}）',
  },
  'intent-unneeded': {
    en: 'intent for {kind} {name} {path} in {centers} is not needed: nothing differs there ({reason})',
    zh: '{centers} 中 {kind} {name} {path} 的差异声明已无必要：该处没有差异（{reason}）',
  },
} satisfies Words
