import type { ColumnGap, ColumnObjects, KindInput } from '../compare/compare.ts'
import type { SchemaNode } from '../compare/schema.ts'
import type { AnyObject, Column, ColumnName, Compare, ComparedKind } from '../domain/compare.ts'
import { listsOf } from './diff.ts'
import { followedObjects } from './followed-objects.ts'

/** A kind that somebody wants to follow. */
export interface FollowedKind {
  readonly kind: ComparedKind
  /** Only objects that the desired side lists. */
  readonly listedOnly: boolean
}

/** What is known of one list; `pending`: neither read nor refused yet. */
export type Known = 'pending' | 'present' | ColumnGap

interface ColumnSchema {
  readonly schema?: SchemaNode
}

export type KindState = ReturnType<typeof kindState>

/** One kind in every column: what can be read of it, the objects, and which of them have to be looked at. `changed`: some have to. */
export function kindState(
  { kind, listedOnly }: FollowedKind,
  {
    columns,
    aliases,
    changed,
  }: { readonly columns: readonly Column[]; readonly aliases: Compare['aliases']; readonly changed: () => void },
) {
  let served = kind
  const objects = followedObjects(kind, columns, aliases)
  /** By column and list; of the desired side there is one, or none where it does not have this kind. */
  const known = columns.map(({ center }): Known[] | undefined =>
    center === undefined ? undefined : listsOf(kind).map((): Known => 'pending'),
  )
  const touched = new Set<string>()
  /** Every object has to be looked at: what can be read has changed. */
  let whole = true
  let line = new AbortController()
  const schemas = new Map<number, Promise<ColumnSchema>>()

  /** As comparing has it: a column is present when all of its lists are. */
  function columnState(column: number): Known | undefined {
    const lists = known[column]
    return lists?.find((one) => one === 'pending') ?? lists?.find((one) => one !== 'present') ?? lists?.[0]
  }
  const takingPart = (): readonly number[] => columns.flatMap((_, i) => (known[i] === undefined ? [] : [i]))

  return {
    listedOnly,
    objects,
    columnState,
    /** The columns that have this kind, or should. */
    takingPart,
    served: () => served,
    /** Aborted when the kind is served otherwise: every list has to be read anew. */
    renewed: () => line.signal,
    isPending: (): boolean => takingPart().some((column) => columnState(column) === 'pending'),
    addDesired(object: AnyObject, column: number): void {
      known[column] = ['present']
      objects.put(object, column, 0, 0)
    },
    /** An object has changed; undefined: none has. */
    touch(key: string | undefined): void {
      if (key === undefined) return
      touched.add(key)
      changed()
    },
    know(column: number, scope: number, state: 'present' | ColumnGap): void {
      const lists = known[column] ?? []
      const before = lists[scope]
      lists[scope] = state
      if (stateOf(before) === stateOf(state)) return
      if (state !== 'present' && state.state === 'kind-missing') for (const key of objects.sweep(column, scope, -1)) touched.add(key)
      if (state === 'present') schemas.delete(column)
      whole = true
      changed()
    },
    /** Schemas and dates may have changed, and the version in which it is served. */
    survey(now: ComparedKind | undefined): void {
      schemas.clear()
      whole = true
      if (now === undefined || now.version === served.version) return
      served = now
      for (const [column, lists] of known.entries()) if (columns[column]?.center !== undefined) lists?.fill('pending')
      line.abort()
      line = new AbortController()
    },
    /** What has to be looked at; whoever asks looks. */
    toLookAt(): readonly string[] {
      const keys = whole ? [...objects.all.keys()] : [...touched]
      touched.clear()
      whole = false
      return keys
    },
    /** As `compare` takes it, with these objects alone. */
    input(keys: readonly string[], own: ReadonlyMap<number, ColumnSchema> = new Map()): KindInput {
      return {
        kind: served,
        ...(listedOnly ? { listedOnly: true } : {}),
        columns: new Map(
          takingPart().map((column): readonly [ColumnName, ColumnObjects] => {
            const state = columnState(column)
            const name = columns[column]?.name ?? ''
            if (state === 'present') return [name, { state, objects: objects.objects(column, keys), ...own.get(column) }]
            return [name, state === undefined || state === 'pending' ? { state: 'unknown' } : state]
          }),
        ),
      }
    },
    /** By column of a center that has objects of it; each is read once until the next survey. */
    async schemas(read: (column: number, kind: ComparedKind) => Promise<ColumnSchema>): Promise<ReadonlyMap<number, ColumnSchema>> {
      const needed = takingPart().filter(
        (column) => columns[column]?.center !== undefined && columnState(column) === 'present' && objects.count(column) > 0,
      )
      return new Map(
        await Promise.all(
          needed.map(async (column) => {
            const reading = schemas.get(column) ?? read(column, served)
            schemas.set(column, reading)
            return [column, await reading] as const
          }),
        ),
      )
    },
  }
}

export const stateOf = (known: Known | undefined): 'pending' | ColumnObjects['state'] | undefined =>
  typeof known === 'object' ? known.state : known
