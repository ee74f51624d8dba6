import type { ColumnObjects } from '../compare/compare.ts'
import { isNoiseAnnotation, METADATA_NOISE, TOP_NOISE } from '../compare/noise.ts'
import { identityName } from '../compare/rename.ts'
import {
  identityKey,
  type AnyObject,
  type Column,
  type Compare,
  type ComparedKind,
  type ObjectIdentity,
  type Verdict,
} from '../domain/compare.ts'
import type { DiffObject } from '../domain/diff-document.ts'
import { record, text } from '../gateways/strange.ts'

/** One object of one column, as two texts: what is compared, and what else is needed to say who changed it and which run marked it. */
export interface Held {
  readonly name: string
  /** The same text, not a copy, where the columns hold the same. */
  readonly content: string
  readonly own: string
  readonly terminating: boolean
  readonly marked: boolean
  /** The list that it belongs to, and the reading of that list that saw it last. */
  readonly scope: number
  round: number
}

/** One object as every column has it, and what was found when it was compared last. */
export interface Followed {
  readonly identity: ObjectIdentity
  /** By column. Several of one identity in one column are a mistake that comparing tells. */
  readonly held: (readonly Held[] | undefined)[]
  /** Undefined: in no column that can be read, or not asked for. */
  verdict?: Verdict | undefined
  /** What differs, or is written differently; never of one that is merely unknown. */
  found?: DiffObject | undefined
  /** What was told of it, until its end is told. */
  told?: { readonly object: DiffObject; readonly signature: string; readonly since: number } | undefined
}

/**
 * All objects of one kind. What is held is bounded by what is compared: of every object each distinct content once, however many columns hold it, and per column
 * its uid, managers and marks; no status, and nothing parsed. Only what differs is kept as a difference.
 */
export function followedObjects(kind: ComparedKind, columns: readonly Column[], aliases: Compare['aliases']) {
  const all = new Map<string, Followed>()
  const centers = columns.flatMap(({ center }) => center ?? [])

  function identityOf(object: AnyObject, column: Column | undefined): ObjectIdentity {
    const metadata = record(object['metadata'])
    const own = text(metadata['name']) ?? ''
    const mine = column?.center === undefined ? centers : [column.center]
    return {
      group: kind.group,
      kind: kind.kind,
      ...(kind.namespaced ? { namespace: text(metadata['namespace']) ?? 'default' } : {}),
      name: kind.rename.length === 0 ? own : identityName(kind, own, mine, aliases),
    }
  }

  return {
    kind,
    all: all as ReadonlyMap<string, Followed>,
    /** The key of what has changed; undefined: nothing that matters here. */
    put(object: AnyObject, column: number, scope: number, round: number): string | undefined {
      const identity = identityOf(object, columns[column])
      const key = identityKey(identity)
      const entry = all.get(key) ?? { identity, held: [] }
      all.set(key, entry)
      const name = text(record(object['metadata'])['name']) ?? ''
      const before = entry.held[column]?.find((one) => one.name === name)
      const fresh = heldOf(object, name, scope, round, entry)
      if (before?.content === fresh.content && before.own === fresh.own) {
        before.round = round
        return undefined
      }
      const others = (entry.held[column] ?? []).filter((one) => one !== before)
      // As a list has them.
      entry.held[column] = [...others, fresh].sort((a, b) => (a.name < b.name ? -1 : 1))
      return key
    },
    remove(object: AnyObject, column: number): string | undefined {
      const key = identityKey(identityOf(object, columns[column]))
      const entry = all.get(key)
      const name = text(record(object['metadata'])['name']) ?? ''
      return entry !== undefined && drop(entry, column, (one) => one.name === name) ? key : undefined
    },
    /** Everything of that list that this reading of it did not see is gone. */
    sweep(column: number, scope: number, round: number): readonly string[] {
      return [...all].flatMap(([key, entry]) => (drop(entry, column, (one) => one.scope === scope && one.round !== round) ? [key] : []))
    },
    /** Forgets what nobody has and of which nothing is left to tell. */
    forget(key: string): void {
      const entry = all.get(key)
      if (entry !== undefined && entry.told === undefined && entry.held.every((one) => one === undefined)) all.delete(key)
    },
    count: (column: number): number => [...all.values()].reduce((sum, { held }) => sum + (held[column]?.length ?? 0), 0),
    /** Those objects of a column, as they were read but for what nobody compares. */
    objects: (column: number, keys: Iterable<string>): readonly AnyObject[] =>
      [...keys].flatMap((key) => (all.get(key)?.held[column] ?? []).map(wholeOf)),
    /** Characters that are held. */
    size(): number {
      let sum = 0
      for (const { held } of all.values()) {
        const contents = new Set(held.flatMap((ones) => (ones ?? []).map(({ content }) => content)))
        for (const content of contents) sum += content.length
        for (const one of held.flat()) sum += one?.own.length ?? 0
      }
      return sum
    },
  }
}

/**
 * The verdict where it takes no comparison: whoever can be read holds the same to the letter, and no intent speaks of it. `compare` says the same of such
 * objects, for more effort. Undefined: they have to be compared.
 */
export function plainVerdict(
  columns: readonly { readonly state: ColumnObjects['state']; readonly held: readonly Held[] | undefined }[],
): 'equal' | 'unknown' | undefined {
  let first: Held | undefined
  for (const { state, held } of columns) {
    if (state === 'kind-missing') return undefined
    if (state !== 'present') continue
    const [one, ...more] = held ?? []
    if (one === undefined || more.length > 0 || one.terminating || (first !== undefined && first.content !== one.content)) return undefined
    first ??= one
  }
  if (first === undefined) return undefined
  return columns.every(({ state }) => state === 'present') ? 'equal' : 'unknown'
}

function drop(entry: Followed, column: number, gone: (one: Held) => boolean): boolean {
  const before = entry.held[column]
  const left = before?.filter((one) => !gone(one))
  if (before === undefined || left === undefined || left.length === before.length) return false
  entry.held[column] = left.length === 0 ? undefined : left
  return true
}

function heldOf(object: AnyObject, name: string, scope: number, round: number, { held }: Followed): Held {
  const metadata = record(object['metadata'])
  const annotations = Object.entries(record(metadata['annotations']))
  const marks = Object.fromEntries(annotations.filter(([key]) => key.startsWith('tricenter.io/')))
  const kept = Object.fromEntries(annotations.filter(([key]) => !isNoiseAnnotation(key)))
  const content = JSON.stringify({
    ...Object.fromEntries(Object.entries(object).filter(([key]) => !TOP_NOISE.has(key))),
    metadata: {
      ...Object.fromEntries(Object.entries(metadata).filter(([key]) => !METADATA_NOISE.has(key))),
      ...('annotations' in metadata ? { annotations: kept } : {}),
    },
  })
  const { uid, managedFields, deletionTimestamp } = metadata
  const same = held.flatMap((ones) => ones ?? []).find((one) => one.content === content)
  return {
    name,
    content: same?.content ?? content,
    own: JSON.stringify({ uid, managedFields, deletionTimestamp, marks }),
    terminating: deletionTimestamp !== undefined,
    marked: Object.keys(marks).length > 0,
    scope,
    round,
  }
}

function wholeOf({ content, own }: Held): AnyObject {
  const object = JSON.parse(content) as { readonly metadata: AnyObject }
  const { marks, ...more } = JSON.parse(own) as { readonly marks: AnyObject }
  const annotations = { ...record(object.metadata['annotations']), ...marks }
  const marked = 'annotations' in object.metadata || Object.keys(marks).length > 0
  return { ...object, metadata: { ...object.metadata, ...(marked ? { annotations } : {}), ...more } }
}
