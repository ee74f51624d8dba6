import { compare } from '../compare/compare.ts'
import { diffDocument } from '../compare/document.ts'
import { intentsFor } from '../compare/intents.ts'
import { managerOf } from '../compare/managers.ts'
import type { SchemaNode } from '../compare/schema.ts'
import { embeddedDocument } from '../documents/embedded.ts'
import {
  identityKey,
  type Column,
  type ColumnName,
  type ComparedKind,
  type FieldManager,
  type ObjectIdentity,
  type Verdict,
} from '../domain/compare.ts'
import type { DiffObject } from '../domain/diff-document.ts'
import type { DriftEvent } from '../domain/drift-record.ts'
import { redactText } from '../domain/redact.ts'
import type { Topology } from '../domain/topology.ts'
import type { Clock } from '../ports/clock.ts'
import { plainVerdict, type Followed } from './followed-objects.ts'
import { stateOf, type KindState } from './kind-state.ts'

/** Objects that are compared in one go: no more of them are parsed at a time. */
const BATCH = 200

export interface DriftJudge {
  readonly topology: Topology
  readonly columns: readonly Column[]
  /** Absent: every object of the kinds. */
  readonly only?: (identity: ObjectIdentity) => boolean
  readonly fingerprint: (secret: string) => string
  readonly clock: Clock
  readonly stop: AbortSignal
  readonly schema: (column: number, kind: ComparedKind) => Promise<{ readonly schema?: SchemaNode }>
  readonly tell: (event: DriftEvent) => void
}

/** Looks at everything of a kind that has been touched, and tells what of it drifts now, or no longer. `first`: what is found was there before. */
export function driftJudge(judge: DriftJudge): (kind: KindState, first: boolean) => Promise<void> {
  const { topology, columns, clock, stop, tell } = judge
  const { aliases = {}, intents = [] } = topology.compare ?? {}
  const present = (kind: KindState, entry: Followed): boolean =>
    kind.takingPart().some((i) => kind.columnState(i) === 'present' && entry.held[i] !== undefined)

  /** Nearly all objects, without comparing. */
  function settled(kind: KindState, key: string, first: boolean): boolean {
    const entry = kind.objects.all.get(key)
    if (entry === undefined) return true
    const parts = kind.takingPart()
    const mine = judge.only?.(entry.identity) ?? true
    const listed = !kind.listedOnly || parts.some((i) => columns[i]?.source === 'desired' && entry.held[i] !== undefined)
    if (!mine || !listed || !present(kind, entry)) {
      conclude(kind, key, entry, undefined, undefined, first)
      return true
    }
    if (kind.served().check.by !== 'content' || intentsFor(entry.identity, intents).length > 0) return false
    const verdict = plainVerdict(
      parts.map((i) => {
        const state = stateOf(kind.columnState(i))
        return { state: state === undefined || state === 'pending' ? 'unknown' : state, held: entry.held[i] }
      }),
    )
    if (verdict === undefined) return false
    conclude(kind, key, entry, verdict, undefined, first)
    return true
  }

  async function differences(kind: KindState, keys: readonly string[]): Promise<ReadonlyMap<string, DiffObject>> {
    const input = kind.input(keys, await kind.schemas(judge.schema))
    const comparison = compare({ columns, kinds: [input], intents, aliases, embedded: embeddedDocument, now: clock.now() })
    const { objects } = diffDocument(comparison, { topology: topology.name, took: 0, fingerprint: judge.fingerprint })
    return new Map(objects.map((object) => [keyOf(object), object]))
  }

  function conclude(
    kind: KindState,
    key: string,
    entry: Followed,
    verdict: Verdict | undefined,
    found: DiffObject | undefined,
    first: boolean,
  ): void {
    entry.verdict = verdict
    entry.found = verdict === 'unknown' ? undefined : found
    const { told } = entry
    if (found !== undefined && (verdict === 'drift' || verdict === 'odd-one-out')) {
      const signature = signatureOf(found)
      if (told?.signature === signature) return
      const since = told?.since ?? changedAt(found) ?? clock.now()
      entry.told = { object: found, signature, since }
      tell({ type: first ? 'found' : told === undefined ? 'began' : 'changed', object: found, since })
    } else if (told !== undefined) {
      // What cannot be seen has not ended.
      const blind = kind.takingPart().some((i) => !['present', 'kind-missing'].includes(stateOf(kind.columnState(i)) ?? ''))
      if (verdict === 'unknown' || (verdict === undefined && blind)) return
      entry.told = undefined
      const now = verdict === undefined ? 'gone' : verdict === 'intended' ? verdict : 'equal'
      tell({ type: 'ended', object: told.object, now, since: told.since, changedBy: endedBy(kind, key, told.object) })
    }
    kind.objects.forget(key)
  }

  /** Who wrote last where it differed. */
  function endedBy(kind: KindState, key: string, { leaves }: DiffObject): Readonly<Record<ColumnName, FieldManager>> {
    let last: readonly [ColumnName, FieldManager] | undefined
    for (const column of kind.takingPart()) {
      const { name = '', center } = columns[column] ?? {}
      const [object] = kind.objects.objects(column, [key])
      if (object === undefined || center === undefined) continue
      for (const { pointers } of leaves) {
        const manager = pointers[name] === undefined ? undefined : managerOf(object, pointers[name])
        if (manager !== undefined && (last === undefined || (manager.at ?? 0) > (last[1].at ?? 0))) last = [name, manager]
      }
    }
    return last === undefined ? {} : { [last[0]]: { ...last[1], manager: redactText(last[1].manager) } }
  }

  return async (kind, first) => {
    const rest = kind.toLookAt().filter((key) => !settled(kind, key, first))
    for (let at = 0; at < rest.length && !stop.aborted; at += BATCH) {
      const batch = rest.slice(at, at + BATCH)
      const found = await differences(kind, batch)
      for (const key of batch) {
        const entry = kind.objects.all.get(key)
        if (entry === undefined) continue
        const object = found.get(key)
        conclude(kind, key, entry, present(kind, entry) ? (object?.verdict ?? 'equal') : undefined, object, first)
      }
      if (at + BATCH < rest.length) await clock.sleep(0, stop)
    }
  }
}

function keyOf({ group, kind, namespace, name }: DiffObject): string {
  return identityKey({ group, kind, ...(namespace === null ? {} : { namespace }), name })
}

/** What people would call the same difference: whoever wrote it again, and where it stands in a list, is no matter. */
function signatureOf({ verdict, odd, presence, leaves }: DiffObject): string {
  return JSON.stringify([
    verdict,
    odd,
    presence,
    leaves.map((leaf) => [leaf.identity, leaf.kind, leaf.verdict, leaf.odd, leaf.cells, leaf.intents]),
  ])
}

/** When it came about, as far as managers tell: the last write of those who are odd, else of anybody. */
function changedAt({ leaves }: DiffObject): number | undefined {
  const times = leaves.flatMap(({ odd, changedBy, verdict }) =>
    verdict === 'equal'
      ? []
      : Object.entries(changedBy).flatMap(([column, { at }]) =>
          at !== undefined && (odd.length === 0 || odd.includes(column)) ? [at] : [],
        ),
  )
  return times.length === 0 ? undefined : Math.max(...times)
}
