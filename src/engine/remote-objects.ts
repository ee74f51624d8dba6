import type { KindInput } from '../compare/compare.ts'
import { reconcile, type ReconcileInput } from '../compare/reconcile.ts'
import { isSealed } from '../compare/secrets.ts'
import { embeddedDocument } from '../documents/embedded.ts'
import type { ComparedKind } from '../domain/compare.ts'
import { NO_OBJECTS, type ObjectWant, type ObjectWork } from '../domain/object-want.ts'
import { valueOf } from '../domain/observation.ts'
import { centerOf, type CenterName } from '../domain/topology.ts'
import { identity } from '../facts/identity.ts'
import { comparedKinds, readCenters } from './diff.ts'
import { inTime } from './in-time.ts'
import type { Look } from './observe.ts'
import type { LastSnapshot, Run } from './run.ts'

/** An emergency waits this long for the comparison, ms: the switch is more urgent. */
const PATIENCE = 1_000

/** A home center that answered a moment ago has this much of it to be read whole; then the snapshot is taken instead. */
const LIVE_PATIENCE = 500

/** Before every home center is left: the remote ones against the last saved snapshot of a home center. Undefined: some home center stays, or nothing is named to be compared. */
export async function compareRemote(
  run: Run,
  out: readonly CenterName[],
  { inForce }: Pick<Look, 'inForce'>,
): Promise<ObjectWork | undefined> {
  const ground = groundOf(run, out, inForce)
  if (ground === undefined || run.request.resumeAt !== undefined) return undefined
  const saved = savedHome(run, ground)
  if (saved === undefined) return { ...NO_OBJECTS, source: { reason: 'source-gone', name: '', why: '' } }
  const compared = compareSaved(run, ground, saved)
  if (run.mode !== 'emergency') return await compared
  return (await inTime(run.deps.world.clock, PATIENCE, compared)) ?? unread(saved.name)
}

/**
 * What the remote lacks, so that it can be created there: as a home center has it that can still be read whole, else as it was saved last. Kept for the rest of the
 * run, which compares no second time. Weights of managed rules are the policy's for the situation in force.
 */
export async function compareToPublish(run: Run, out: readonly CenterName[], look: Look): Promise<ObjectWork | undefined> {
  const ground = groundOf(run, out, look.inForce)
  if (ground === undefined) return undefined
  const saved = savedHome(run, ground)
  const { clock } = run.deps.world
  const until = clock.monotonic() + PATIENCE
  const fromSaved = saved && compareSaved(run, ground, saved, false)
  fromSaved?.catch(() => undefined)
  const asked = readable(ground, look)
  const lives = asked.map(async (name) => await compareLive(run, ground, name))
  const live = asked.length === 0 ? undefined : await inTime(clock, saved === undefined ? PATIENCE : LIVE_PATIENCE, Promise.any(lives))
  const left = Math.max(0, until - clock.monotonic())
  const work = live ?? (fromSaved && (await inTime(clock, left, fromSaved))) ?? nothingRead(saved?.name)
  run.state.remote = { ...work, sealed: work.wants.filter(isSealedWant) }
  return run.state.remote
}

interface Ground {
  readonly home: readonly CenterName[]
  readonly remote: readonly CenterName[]
  readonly out: readonly CenterName[]
}

interface SavedHome {
  readonly snapshot: LastSnapshot
  readonly from: CenterName
  readonly name: string
}

function groundOf(run: Run, out: readonly CenterName[], inForce: Look['inForce']): Ground | undefined {
  const { topology, request } = run
  const home = topology.centers.filter(({ role }) => role === 'active').map(({ name }) => name)
  const leaving = new Set([...out, ...inForce.out])
  const remote = topology.centers.map(({ name }) => name).filter((name) => !leaving.has(name))
  const begins = home.some((name) => !inForce.out.includes(name))
  const named = (topology.compare?.kinds ?? []).length > 0
  if (!named || !begins || remote.length === 0 || !home.every((name) => leaving.has(name))) return undefined
  if (request.restoreOnly === true) return undefined
  return { home, remote, out: inForce.out }
}

function savedHome({ request: { snapshot } }: Run, { home }: Ground): SavedHome | undefined {
  const from = home.find((name) => snapshot?.centers.has(name))
  return snapshot === undefined || from === undefined ? undefined : { snapshot, from, name: `${from}@saved` }
}

/** The home center to read: one whose routes were read a moment ago, else those that had not answered yet, for their gateways may be silent while their APIs live. */
function readable({ home }: Ground, { sightings, late }: Look): readonly CenterName[] {
  const answered = home.filter((name) => sightings.some(({ center, routes }) => center === name && routes.state === 'present'))
  return answered.length > 0 ? answered.slice(0, 1) : home.filter((name) => late.includes(name))
}

/** `inForce`: the weights that were saved count as those of the situation in force. */
async function compareSaved(run: Run, ground: Ground, { snapshot, from, name }: SavedHome, inForce = true): Promise<ObjectWork> {
  const kinds = comparedKinds(run.topology)
  const saved = snapshot.centers.get(from)
  const read = await readCenters(run.deps.world, { topology: run.topology, centers: ground.remote, kinds })
  const joined = read.map((one): KindInput => {
    const own = saved?.find(({ kind }) => kind.kind === one.kind.kind && kind.group === one.kind.group)?.seen
    const columns = [...one.columns].map(
      ([center, seen]) => [center, seen.state === 'present' ? { ...seen, objects: seen.objects.map(snapshot.seal) } : seen] as const,
    )
    return { ...one, columns: new Map([...(own === undefined ? [] : [[name, own] as const]), ...columns]) }
  })
  const work = behind(run, ground, joined, { name, source: 'saved', center: from, role: 'active', at: snapshot.at }, inForce)
  return { ...work, comparedWith: from, at: snapshot.at }
}

/** Rejects where it is no source: not the cluster that the topology pins, or not to be read whole. */
async function compareLive(run: Run, ground: Ground, from: CenterName): Promise<ObjectWork> {
  const { topology, deps } = run
  const center = centerOf(topology, from)
  const deadline = { at: deps.world.clock.monotonic() + PATIENCE }
  const [found, read] = await Promise.all([
    identity.read({ topology, center, world: deps.world, keep: () => undefined }, deadline),
    readCenters(deps.world, { topology, centers: [from, ...ground.remote], kinds: comparedKinds(topology) }),
  ])
  const work = behind(run, ground, read, { name: from, source: 'live', center: from, role: 'active' }, false)
  if (work.source !== undefined || (center.cluster !== undefined && valueOf(found) !== center.cluster))
    throw new Error(`${from} is no source`)
  return { ...work, comparedWith: from }
}

/** What the remote has beside it is nobody's business here; of traffic objects that the topology does not name for comparing only those count that are missing. */
function behind(
  { topology, deps }: Run,
  { remote, out }: Ground,
  kinds: readonly KindInput[],
  source: ReconcileInput['source'],
  sourceInForce: boolean,
): ObjectWork {
  const work = reconcile({
    topology,
    kinds,
    source,
    targets: remote,
    embedded: embeddedDocument,
    now: deps.world.clock.now(),
    out,
    sourceInForce,
  })
  const named = (served: Pick<ComparedKind, 'kind' | 'group'>): boolean =>
    (topology.compare?.kinds ?? []).some(({ kind, group }) => kind === served.kind && group === served.group)
  return { ...work, wants: work.wants.filter(({ verdict, served }) => verdict === 'create' || (verdict === 'update' && named(served))) }
}

/** A digest in the place of a secret: an object made of it would be there, and wrong. */
function isSealedWant({ verdict, want }: ObjectWant): boolean {
  return verdict === 'create' && holdsSealed(want)
}

function holdsSealed(value: unknown): boolean {
  if (typeof value === 'string') return isSealed(value)
  return typeof value === 'object' && value !== null && Object.values(value).some(holdsSealed)
}

function unread(name: string): ObjectWork {
  return { ...NO_OBJECTS, source: { reason: 'source-unread', name, why: 'no answer in time' } }
}

function nothingRead(name: string | undefined): ObjectWork {
  return name === undefined ? { ...NO_OBJECTS, source: { reason: 'source-gone', name: '', why: '' } } : unread(name)
}
