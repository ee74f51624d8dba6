import { compare, type ColumnObjects, type KindInput } from '../compare/compare.ts'
import { diffDocument } from '../compare/document.ts'
import { intentsFor } from '../compare/intents.ts'
import { managerOf } from '../compare/managers.ts'
import type { SchemaNode } from '../compare/schema.ts'
import { embeddedDocument } from '../documents/embedded.ts'
import {
  identityKey,
  type AnyObject,
  type Column,
  type ColumnName,
  type ComparedKind,
  type FieldManager,
  type KindCount,
  type ObjectIdentity,
  type Unread,
  type Verdict,
} from '../domain/compare.ts'
import type { DiffObject } from '../domain/diff-document.ts'
import type { DriftEvent, FollowedCenter } from '../domain/drift-record.ts'
import { redactText } from '../domain/redact.ts'
import type { CenterName, Topology } from '../domain/topology.ts'
import type { World } from '../ports/world.ts'
import { keepContact, type Contact } from './contact.ts'
import { deadlineOf, listsOf, outByMarks, schemaReader, servedVersions, type SchemaStore } from './diff.ts'
import { followList } from './follow-list.ts'
import { followedObjects, plainVerdict, type Followed, type FollowedObjects } from './followed-objects.ts'

/** What comes within this time (ms) is compared at once: a change that reaches every center is none that drifts. */
const SETTLES = 500
/** How often (ms) versions, schemas and the dates of intents are looked at again. */
const SURVEY = 300_000
/** Objects that are compared in one go: no more of them are parsed at a time. */
const BATCH = 200

export interface FollowRequest {
  readonly topology: Topology
  /** The desired side first, where there is one; every other column is a center, live. */
  readonly columns: readonly Column[]
  readonly kinds: readonly FollowedKind[]
  readonly desired: readonly AnyObject[]
  /** Absent: every object of the kinds. */
  readonly only?: (identity: ObjectIdentity) => boolean
  readonly store?: SchemaStore
  readonly fingerprint: (secret: string) => string
  /** From 0 up to 1, for pauses. */
  readonly chance: () => number
  readonly stop: AbortSignal
  readonly tell: (event: DriftEvent) => void
}
export interface FollowedKind {
  readonly kind: ComparedKind
  /** Only objects that the desired side lists. */
  readonly listedOnly: boolean
}

/** What stands now, as a `diff` at this moment says it. */
export interface FollowState {
  readonly totals: Readonly<Record<Verdict, number>>
  readonly counts: readonly KindCount[]
  /** Those that differ, or are written differently, by kind and identity; none that are merely unknown. */
  readonly objects: readonly DiffObject[]
  readonly unread: readonly Unread[]
  /** Centers that the marks take out of traffic: they are not needed. */
  readonly out: readonly CenterName[]
  /** Characters of objects that are held. */
  readonly held: number
}

export interface Following {
  /** When every center has answered or has not, and that was told. */
  readonly ready: Promise<void>
  state(): FollowState
  /** When all has come to rest after `stop`. */
  readonly ended: Promise<void>
}

type Gap = Exclude<ColumnObjects, { readonly state: 'present' }>
type Known = 'pending' | 'present' | Gap

interface KindState {
  served: ComparedKind
  readonly listedOnly: boolean
  objects: FollowedObjects
  /** By column and list; of the desired side there is one, or none where it does not have this kind. */
  readonly known: (Known[] | undefined)[]
  readonly touched: Set<string>
  /** Every object has to be looked at: what can be read has changed. */
  whole: boolean
  line: AbortController
  readonly schemas: Map<number, Promise<{ readonly schema?: SchemaNode }>>
}

/** Follows every kind in every center and tells what drifts, with the same comparison as `diff`. It writes nothing. */
export function follow(world: World, request: FollowRequest): Following {
  const { topology, columns, stop, chance } = request
  let first = true
  const early: DriftEvent[] = []
  const tell = (event: DriftEvent): void => {
    if (first) early.push(event)
    else request.tell(event)
  }
  const { clock } = world
  const { aliases = {}, intents = [] } = topology.compare ?? {}
  const clusters = columns.map(({ center }) => (center === undefined ? undefined : world.clusters.get(center)))
  const live = clusters.flatMap((cluster) => cluster ?? [])
  let dirty = new AbortController()
  let readSchema = schemaReader(world, topology, request.store)
  const toldGaps = new Map<ColumnName, Map<string, { readonly gap: Gap['state']; readonly since: number }>>()

  const kinds = request.kinds.map(({ kind, listedOnly }): KindState => ({
    served: kind,
    listedOnly,
    objects: followedObjects(kind, columns, aliases),
    known: columns.map(({ center }) => (center === undefined ? undefined : listsOf(kind).map((): Known => 'pending'))),
    touched: new Set(),
    whole: true,
    line: new AbortController(),
    schemas: new Map(),
  }))
  for (const kind of kinds) addDesired(kind)

  function addDesired(kind: KindState): void {
    for (const object of request.desired)
      for (const [column, { source }] of columns.entries())
        if (source === 'desired' && isOf(object, kind.served)) {
          kind.known[column] = ['present']
          kind.objects.put(object, column, 0, 0)
        }
  }

  function touch(kind: KindState, key: string | undefined): void {
    if (key === undefined) return
    kind.touched.add(key)
    dirty.abort()
  }

  /** A column of one kind, as comparing has it: present when all of its lists are. */
  function columnState(kind: KindState, column: number): Known | undefined {
    const lists = kind.known[column]
    return lists?.find((one) => one === 'pending') ?? lists?.find((one) => one !== 'present') ?? lists?.[0]
  }
  const takingPart = (kind: KindState): readonly number[] => columns.flatMap((_, i) => (kind.known[i] === undefined ? [] : [i]))
  const isPending = (kind: KindState): boolean => takingPart(kind).some((column) => columnState(kind, column) === 'pending')

  const contacts = new Map<CenterName, Contact>()
  const running: Promise<void>[] = []

  function begin(): void {
    for (const cluster of live) {
      const patience = topology.policy.deadlines.read
      contacts.set(cluster.center, keepContact(cluster, clock, { patience, chance, stop, returned: () => void survey() }))
    }
    for (const kind of kinds)
      for (const [column, cluster] of clusters.entries()) {
        const contact = contacts.get(columns[column]?.center ?? '')
        if (cluster === undefined || contact === undefined) continue
        for (const [scope, options] of listsOf(kind.served).entries()) {
          let round = 0
          const know = (state: 'present' | Gap): void => {
            const lists = kind.known[column] ?? []
            const before = lists[scope]
            lists[scope] = state
            if (stateOf(before) === stateOf(state)) return
            if (state !== 'present' && state.state === 'kind-missing') forgetList(kind, column, scope)
            if (state === 'present') kind.schemas.delete(column)
            kind.whole = true
            dirty.abort()
          }
          running.push(
            followList({
              cluster,
              contact,
              clock,
              chance,
              options,
              stop,
              kind: () => kind.served,
              deadline: () => deadlineOf(world, topology),
              renewed: () => kind.line.signal,
              begin: () => void round++,
              put: (object) => touch(kind, kind.objects.put(object, column, scope, round)),
              remove: (object) => touch(kind, kind.objects.remove(object, column)),
              whole: () => kind.objects.sweep(column, scope, round).forEach((key) => touch(kind, key)),
              state: know,
            }),
          )
        }
      }
  }

  function forgetList(kind: KindState, column: number, scope: number): void {
    for (const key of kind.objects.sweep(column, scope, -1)) kind.touched.add(key)
  }

  /** Versions, schemas and dates may have changed: what is not equal to the letter is looked at again, and a kind that is served otherwise is read anew. */
  async function survey(): Promise<void> {
    readSchema = schemaReader(world, topology, request.store)
    const declared = request.kinds.map(({ kind }) => kind)
    const served = await servedVersions(world, topology, live, declared)
    if (stop.aborted) return
    for (const [i, kind] of kinds.entries()) {
      const now = served[i]
      kind.schemas.clear()
      kind.whole = true
      if (now === undefined || now.version === kind.served.version) continue
      kind.served = now
      for (const [column, lists] of kind.known.entries()) if (columns[column]?.center !== undefined) lists?.fill('pending')
      kind.line.abort()
      kind.line = new AbortController()
    }
    dirty.abort()
  }

  /** One kind as `compare` takes it, with these objects alone. */
  function inputOf(kind: KindState, keys: readonly string[], schemas: ReadonlyMap<number, { readonly schema?: SchemaNode }>): KindInput {
    return {
      kind: kind.served,
      ...(kind.listedOnly ? { listedOnly: true } : {}),
      columns: new Map(
        takingPart(kind).map((column): readonly [ColumnName, ColumnObjects] => {
          const state = columnState(kind, column)
          const name = columns[column]?.name ?? ''
          if (state === 'present') return [name, { state, objects: kind.objects.objects(column, keys), ...schemas.get(column) }]
          return [name, state === undefined || state === 'pending' ? { state: 'unknown' } : state]
        }),
      ),
    }
  }

  async function schemasOf(kind: KindState): Promise<ReadonlyMap<number, { readonly schema?: SchemaNode }>> {
    const needed = takingPart(kind).filter(
      (column) => clusters[column] !== undefined && columnState(kind, column) === 'present' && kind.objects.count(column) > 0,
    )
    return new Map(
      await Promise.all(
        needed.map(async (column) => {
          const cluster = clusters[column]
          const reading = kind.schemas.get(column) ?? (cluster === undefined ? Promise.resolve({}) : readSchema(cluster, kind.served))
          kind.schemas.set(column, reading)
          return [column, await reading] as const
        }),
      ),
    )
  }

  /** Looks at everything that has been touched. `first`: what is found was there before. */
  async function judge(first: boolean): Promise<void> {
    for (const kind of kinds) {
      if (isPending(kind)) continue
      const keys = kind.whole ? [...kind.objects.all.keys()] : [...kind.touched]
      kind.touched.clear()
      kind.whole = false
      const rest = keys.filter((key) => !settled(kind, key, first))
      for (let at = 0; at < rest.length && !stop.aborted; at += BATCH) {
        const schemas = await schemasOf(kind)
        const batch = rest.slice(at, at + BATCH)
        const document = documentOf([inputOf(kind, batch, schemas)])
        const found = new Map(document.objects.map((object) => [keyOf(object), object]))
        for (const key of batch) conclude(kind, key, found.get(key), first)
        if (at + BATCH < rest.length) await clock.sleep(0, stop)
      }
    }
  }

  function documentOf(inputs: readonly KindInput[]) {
    const comparison = compare({ columns, kinds: inputs, intents, aliases, embedded: embeddedDocument, now: clock.now() })
    return diffDocument(comparison, { topology: topology.name, took: 0, fingerprint: request.fingerprint })
  }

  /** Nearly all objects, without comparing. */
  function settled(kind: KindState, key: string, first: boolean): boolean {
    const entry = kind.objects.all.get(key)
    if (entry === undefined) return true
    const parts = takingPart(kind)
    const mine = request.only?.(entry.identity) ?? true
    const listed = !kind.listedOnly || parts.some((i) => columns[i]?.source === 'desired' && entry.held[i] !== undefined)
    const there = parts.some((i) => columnState(kind, i) === 'present' && entry.held[i] !== undefined)
    if (!mine || !listed || !there) {
      verdictIs(kind, key, entry, undefined, undefined, first)
      return true
    }
    if (kind.served.check.by !== 'content' || intentsFor(entry.identity, intents).length > 0) return false
    const verdict = plainVerdict(
      parts.map((i) => {
        const state = stateOf(columnState(kind, i))
        return { state: state === undefined || state === 'pending' ? 'unknown' : state, held: entry.held[i] }
      }),
    )
    if (verdict === undefined) return false
    verdictIs(kind, key, entry, verdict, undefined, first)
    return true
  }

  function conclude(kind: KindState, key: string, found: DiffObject | undefined, first: boolean): void {
    const entry = kind.objects.all.get(key)
    if (entry === undefined) return
    const there = takingPart(kind).some((i) => columnState(kind, i) === 'present' && entry.held[i] !== undefined)
    verdictIs(kind, key, entry, there ? (found?.verdict ?? 'equal') : undefined, found, first)
  }

  function verdictIs(
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
      const blind = takingPart(kind).some((i) => !['present', 'kind-missing'].includes(stateOf(columnState(kind, i)) ?? ''))
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
    for (const column of takingPart(kind)) {
      const name = columns[column]?.name ?? ''
      const [object] = kind.objects.objects(column, [key])
      if (object === undefined || clusters[column] === undefined) continue
      for (const { pointers } of leaves) {
        const manager = pointers[name] === undefined ? undefined : managerOf(object, pointers[name])
        if (manager !== undefined && (last === undefined || (manager.at ?? 0) > (last[1].at ?? 0))) last = [name, manager]
      }
    }
    return last === undefined ? {} : { [last[0]]: { ...last[1], manager: redactText(last[1].manager) } }
  }

  /** Each gap once, and its end. */
  function tellGaps(quiet: boolean): void {
    for (const [column, { name, center }] of columns.entries()) {
      if (center === undefined) continue
      const before = toldGaps.get(name) ?? new Map<string, { readonly gap: Gap['state']; readonly since: number }>()
      toldGaps.set(name, before)
      const begun = new Map<Gap['state'], { readonly kinds: string[]; readonly why: string }>()
      const back: string[] = []
      let since = clock.now()
      for (const kind of kinds) {
        const state = columnState(kind, column)
        if (state === undefined || state === 'pending') continue
        const label = kind.served.kind
        const known = before.get(label)
        const gap = state === 'present' || state.state === 'kind-missing' ? undefined : state
        if (gap === undefined && known !== undefined) {
          back.push(label)
          since = Math.min(since, known.since)
          before.delete(label)
        } else if (gap !== undefined && known?.gap !== gap.state) {
          before.set(label, { gap: gap.state, since: known?.since ?? clock.now() })
          const group = begun.get(gap.state) ?? { kinds: [], why: redactText(gap.why ?? '') }
          begun.set(gap.state, group)
          group.kinds.push(label)
        }
      }
      if (quiet) continue
      for (const [gap, one] of begun) tell({ type: 'unread', column: name, gap, ...one })
      if (back.length > 0) tell({ type: 'read', column: name, kinds: back, since })
    }
  }

  function tally(): { readonly totals: Record<Verdict, number>; readonly counts: readonly KindCount[] } {
    const totals: Record<Verdict, number> = { equal: 0, intended: 0, drift: 0, 'odd-one-out': 0, unknown: 0 }
    const counts = kinds.map(({ served, objects }): KindCount => {
      const mine: Record<Verdict, number> = { equal: 0, intended: 0, drift: 0, 'odd-one-out': 0, unknown: 0 }
      for (const { verdict } of objects.all.values()) if (verdict !== undefined) mine[verdict]++
      const count = Object.values(mine).reduce((sum, one) => sum + one, 0)
      for (const verdict of Object.keys(mine) as Verdict[]) totals[verdict] += mine[verdict]
      return { kind: served.kind, group: served.group, objects: count, ...mine }
    })
    return { totals, counts }
  }

  function unreadNow(): readonly Unread[] {
    return kinds.flatMap((kind) =>
      takingPart(kind).flatMap((column): readonly Unread[] => {
        const state = columnState(kind, column)
        if (state === undefined || state === 'present' || state === 'pending' || state.state === 'kind-missing') return []
        return [{ column: columns[column]?.name ?? '', kind: kind.served.kind, gap: state.state, why: redactText(state.why ?? '') }]
      }),
    )
  }

  function state(): FollowState {
    const marked = kinds.map((kind): KindInput => {
      const keys = [...kind.objects.all].filter(([, { held }]) => held.flat().some((one) => one?.marked === true)).map(([key]) => key)
      return inputOf(kind, keys, new Map())
    })
    return {
      ...tally(),
      objects: kinds.flatMap(({ objects }) =>
        [...objects.all].toSorted(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, { found }]) => found ?? []),
      ),
      unread: unreadNow(),
      out: outByMarks(topology, marked),
      held: kinds.reduce((sum, { objects }) => sum + objects.size(), 0),
    }
  }

  function centersNow(): readonly FollowedCenter[] {
    const unread = unreadNow()
    return columns.flatMap(({ name }, column) => [
      {
        center: name,
        objects: Object.fromEntries(
          kinds.flatMap((kind) => (columnState(kind, column) === 'present' ? [[kind.served.kind, kind.objects.count(column)]] : [])),
        ),
        unread: unread.filter((one) => one.column === name).map(({ kind, gap, why }) => ({ kind, gap, why })),
      },
    ])
  }

  let isReady: () => void = () => undefined
  const ready = new Promise<void>((resolve) => (isReady = resolve))

  async function run(): Promise<void> {
    const served = await servedVersions(
      world,
      topology,
      live,
      kinds.map((kind) => kind.served),
    )
    for (const [i, kind] of kinds.entries()) kind.served = served[i] ?? kind.served
    if (!stop.aborted) begin()
    let nextSurvey = clock.monotonic() + SURVEY
    while (!stop.aborted) {
      await clock.sleep(nextSurvey - clock.monotonic(), AbortSignal.any([stop, dirty.signal]))
      if (!first) await clock.sleep(SETTLES, stop)
      if (stop.aborted) break
      dirty = new AbortController()
      if (clock.monotonic() >= nextSurvey) {
        nextSurvey = clock.monotonic() + SURVEY
        await survey()
      }
      if (first && kinds.some(isPending)) continue
      tellGaps(first)
      await judge(first)
      if (!first) continue
      first = false
      // How much there is comes before what differs of it.
      request.tell({ type: 'following', topology: topology.name, columns, centers: centersNow(), totals: tally().totals })
      for (const event of early.splice(0)) request.tell(event)
      isReady()
    }
    isReady()
    await Promise.all(running)
  }

  return { ready, state, ended: run() }
}

function isOf(object: AnyObject, { kind, group }: ComparedKind): boolean {
  const apiVersion = String(object['apiVersion'])
  return object['kind'] === kind && (apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '') === group
}

const stateOf = (known: Known | undefined): 'pending' | ColumnObjects['state'] | undefined =>
  typeof known === 'object' ? known.state : known

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
