import { isOfKind, type AnyObject, type Column, type ComparedKind, type ObjectIdentity } from '../domain/compare.ts'
import type { DriftEvent } from '../domain/drift-record.ts'
import type { CenterName, Topology } from '../domain/topology.ts'
import type { World } from '../ports/world.ts'
import { keepContact, type Contact } from './contact.ts'
import { deadlineOf, listsOf, schemaReader, servedVersions, type SchemaStore } from './diff.ts'
import { driftJudge } from './drift-judge.ts'
import { followList } from './follow-list.ts'
import { centersNow, followState, tally, type FollowState } from './follow-state.ts'
import { kindState, type FollowedKind } from './kind-state.ts'
import { gapTeller } from './told-gaps.ts'

/** What comes within this time (ms) is compared at once: a change that reaches every center is none that drifts. */
const SETTLES = 500
/** How often (ms) versions, schemas and the dates of intents are looked at again. */
const SURVEY = 300_000

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

export interface Following {
  /** When every center has answered or has not, and that was told. */
  readonly ready: Promise<void>
  state(): FollowState
  /** When all has come to rest after `stop`. */
  readonly ended: Promise<void>
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
  const clusters = columns.map(({ center }) => (center === undefined ? undefined : world.clusters.get(center)))
  const live = clusters.flatMap((cluster) => cluster ?? [])
  let dirty = new AbortController()
  let readSchema = schemaReader(world, topology, request.store)

  const { aliases = {} } = topology.compare ?? {}
  const kinds = request.kinds.map((kind) => kindState(kind, { columns, aliases, changed: () => dirty.abort() }))
  for (const kind of kinds)
    for (const object of request.desired)
      for (const [column, { source }] of columns.entries())
        if (source === 'desired' && isOfKind(object, kind.served())) kind.addDesired(object, column)

  const tellGaps = gapTeller(kinds, columns, { clock, tell })
  const judge = driftJudge({
    ...request,
    clock,
    tell,
    schema: async (column, kind) => {
      const cluster = clusters[column]
      return cluster === undefined ? {} : await readSchema(cluster, kind)
    },
  })
  const running: Promise<void>[] = []

  function begin(): void {
    const contacts = new Map<CenterName, Contact>()
    for (const cluster of live) {
      const patience = topology.policy.deadlines.read
      contacts.set(cluster.center, keepContact(cluster, clock, { patience, chance, stop, returned: () => void survey() }))
    }
    for (const kind of kinds)
      for (const [column, cluster] of clusters.entries()) {
        const contact = contacts.get(columns[column]?.center ?? '')
        if (cluster === undefined || contact === undefined) continue
        for (const [scope, options] of listsOf(kind.served()).entries()) {
          let round = 0
          running.push(
            followList({
              cluster,
              contact,
              clock,
              chance,
              options,
              stop,
              kind: kind.served,
              deadline: () => deadlineOf(world, topology),
              renewed: kind.renewed,
              begin: () => void round++,
              put: (object) => kind.touch(kind.objects.put(object, column, scope, round)),
              remove: (object) => kind.touch(kind.objects.remove(object, column)),
              whole: () => kind.objects.sweep(column, scope, round).forEach((key) => kind.touch(key)),
              state: (state) => kind.know(column, scope, state),
            }),
          )
        }
      }
  }

  /** Versions, schemas and dates may have changed: what is not equal to the letter is looked at again, and a kind that is served otherwise is read anew. */
  async function survey(): Promise<void> {
    readSchema = schemaReader(world, topology, request.store)
    const served = await servedNow()
    if (stop.aborted) return
    for (const [i, kind] of kinds.entries()) kind.survey(served[i])
    dirty.abort()
  }
  const servedNow = async (): Promise<readonly ComparedKind[]> =>
    await servedVersions(
      world,
      topology,
      live,
      request.kinds.map(({ kind }) => kind),
    )

  let isReady: () => void = () => undefined
  const ready = new Promise<void>((resolve) => (isReady = resolve))

  async function run(): Promise<void> {
    for (const [i, served] of (await servedNow()).entries()) kinds[i]?.survey(served)
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
      if (first && kinds.some((kind) => kind.isPending())) continue
      tellGaps(first)
      for (const kind of kinds) if (!kind.isPending()) await judge(kind, first)
      if (!first) continue
      first = false
      // How much there is comes before what differs of it.
      const centers = centersNow(kinds, columns)
      request.tell({ type: 'following', topology: topology.name, columns, centers, totals: tally(kinds).totals })
      for (const event of early.splice(0)) request.tell(event)
      isReady()
    }
    isReady()
    await Promise.all(running)
  }

  return { ready, state: () => followState(topology, kinds, columns), ended: run() }
}
