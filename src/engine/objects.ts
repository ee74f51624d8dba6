import type { Action } from '../actions/action.ts'
import { withoutNoise } from '../compare/noise.ts'
import { reconcile, type ReconcileInput } from '../compare/reconcile.ts'
import type { KindInput } from '../compare/compare.ts'
import { embeddedDocument } from '../documents/embedded.ts'
import { isOfKind, type AnyObject, type Column, type ComparedKind } from '../domain/compare.ts'
import { locateObject, mapOf } from '../domain/object-content.ts'
import { NO_OBJECTS, wantKey, wantName, type ObjectWant, type ObjectWork } from '../domain/object-want.ts'
import type { JournalRecord } from '../domain/record.ts'
import type { CenterName } from '../domain/topology.ts'
import { manifestOf } from '../effects/create.ts'
import { wantKeyOf } from '../effects/index.ts'
import type { Journals } from '../ports/journals.ts'
import { comparedKinds, readCenters } from './diff.ts'
import type { Look } from './observe.ts'
import type { PlanOptions } from './plan.ts'
import { compareRemote, compareToPublish } from './remote-objects.ts'
import type { Run } from './run.ts'

const DESIRED = 'desired'
const IN_FLIGHT = 8

/** What an action that works on whole objects gets to see: by comparing, or, of a run that is taken up again or taken back, by what its file holds. */
export async function objectsFor(run: Run, options: PlanOptions, { objects }: Action, seen: Look): Promise<ObjectWork | undefined> {
  if (objects === undefined) return undefined
  const out = (options.input['out'] ?? []) as readonly CenterName[]
  if (objects === 'remote') return run.state.remote ?? (await compareRemote(run, out, seen))
  if (objects === 'returned') return await compareReturned(run, options, seen)
  const own = await recordedWants(run.deps.journals, run.id, run.journal.records, options.path)
  if (own !== undefined) return await goOn(run, own)
  if (objects === 'publish') return await compareToPublish(run, out, seen)
  if (objects === 'run') return await takeBack(run, String(options.input['run']))
  return await compareNow(run, options.input, seen)
}

/** The contents of a step that was planned already: what it was to bring about then is what it brings about now. */
async function recordedWants(
  journals: Journals,
  run: string,
  records: readonly JournalRecord[],
  step: string,
): Promise<readonly ObjectWant[] | undefined> {
  const planned = records.findLast((record) => record.type === 'planned' && record.step === step && record.wants !== undefined)
  return planned?.type === 'planned' && planned.wants !== undefined ? await wantsIn(journals, run, planned.wants) : undefined
}

async function wantsIn(journals: Journals, run: string, hash: string): Promise<readonly ObjectWant[]> {
  return ((await journals.preimage(run, hash)) as { readonly wants: readonly ObjectWant[] }).wants
}

/** What a change that a journal announced was about; undefined: it is about no whole object. */
export async function wantOfChange(
  journals: Journals,
  run: string,
  records: readonly JournalRecord[],
  id: string,
): Promise<ObjectWant | undefined> {
  const intended = records.find((record) => record.type === 'intended' && record.change.id === id)
  if (intended?.type !== 'intended' || intended.change.intent.kind !== 'object' || intended.preimage === undefined) return undefined
  const key = wantKeyOf(intended.change.intent)
  return (await wantsIn(journals, run, intended.preimage)).find((want) => wantKey(want) === key)
}

async function compareNow(
  run: Run,
  input: Readonly<Record<string, unknown>>,
  seen: Pick<Look, 'inForce'>,
  declared: readonly ComparedKind[] = comparedKinds(run.topology),
): Promise<ObjectWork> {
  const { topology, deps, request } = run
  const from = String(input['from'])
  const targets = (input['centers'] as readonly CenterName[]).filter((center) => center !== from)
  const { source } = request
  if (from === DESIRED && source === undefined)
    return { ...NO_OBJECTS, source: { reason: 'source-gone', name: from, why: 'killed before its plan' } }
  const kinds = [...declared, ...(from === DESIRED ? (source?.kinds ?? []) : [])]
  const read = await readCenters(deps.world, { topology, centers: from === DESIRED ? targets : [from, ...targets], kinds })
  const joined = read.map((one): KindInput => {
    const own = source?.objects.filter((object) => isOfKind(object, one.kind)) ?? []
    return from === DESIRED && own.length > 0
      ? { ...one, columns: new Map([...one.columns, [DESIRED, { state: 'present' as const, objects: own }]]) }
      : one
  })
  const center = topology.centers.find(({ name }) => name === from)
  const column: Column =
    center === undefined ? { name: DESIRED, source: 'desired' } : { name: from, source: 'live', center: from, role: center.role }
  const { out, behind, split } = seen.inForce
  const only = onlyOf(String(input['only'] ?? ''))
  const work: ReconcileInput = {
    topology,
    kinds: joined,
    source: column,
    targets,
    embedded: embeddedDocument,
    now: deps.world.clock.now(),
    out,
    sourceInForce: center !== undefined && !behind.includes(from) && !split,
    rows: source?.rows ?? [],
    ...(only === undefined ? {} : { only }),
  }
  return reconcile(work)
}

/** Centers that come back, compared once with one that stayed; undefined: the topology names nothing to be compared, or it was compared before. */
async function compareReturned(run: Run, { input, path }: PlanOptions, { inForce, sightings }: Look): Promise<ObjectWork | undefined> {
  const { topology, journal } = run
  const kinds = topology.compare?.kinds ?? []
  const step = path.split('@')[0] ?? path
  const compared = journal.records.some((record) => record.type === 'planned' && record.step.split('@')[0] === step)
  const back = input['back'] as readonly CenterName[]
  if (kinds.length === 0 || compared || !back.some((center) => inForce.out.includes(center))) return undefined
  const stayed = topology.centers
    .map(({ name }) => name)
    .filter((name) => !back.includes(name) && !inForce.out.includes(name) && !inForce.behind.includes(name))
  const from = stayed.find((name) => sightings.some(({ center, routes }) => center === name && routes.state === 'present'))
  if (from === undefined)
    return { ...NO_OBJECTS, source: { reason: 'source-unread', name: stayed.join(', '), why: 'no center that stayed can be read' } }
  return { ...(await compareNow(run, { from, centers: back }, { inForce }, kinds)), comparedWith: from }
}

/** `KIND[/NAMESPACE[/NAME]]`, separated by commas; of cluster-scoped kinds `KIND/NAME`. */
function onlyOf(given: string): ReconcileInput['only'] {
  const wanted = given.split(',').filter((one) => one !== '')
  if (wanted.length === 0) return undefined
  return (want) => wanted.some((one) => wantName(want) === one || wantName(want).startsWith(`${one}/`))
}

/** What is left to do of what was planned: what stands there already is done, and what somebody else has changed meanwhile is theirs. */
async function goOn(run: Run, wants: readonly ObjectWant[]): Promise<ObjectWork> {
  return await lookAgain(run, wants, (want, now) => {
    switch (locateObject(now, want.live, wantedManifest(want))) {
      case 'after':
        return 'done'
      case 'before': {
        const { live: _live, ...rest } = want
        return { ...rest, ...(now === undefined ? {} : { live: now }) }
      }
      default:
        return 'changed'
    }
  })
}

/** The inverse of what a run did: each object that it wrote, as it was found, unless it is no longer what was written. */
async function takeBack(run: Run, of: string): Promise<ObjectWork> {
  const { journals } = run.deps
  const records = await journals.read(of)
  const wants = await Promise.all(writtenIn(records).map(async (id) => await wantOfChange(journals, of, records, id)))
  return await lookAgain(
    run,
    // What was made last, and stands on the others, goes first.
    wants.flatMap((want) => want ?? []).toReversed(),
    (want, now) => {
      const where = locateObject(now, want.live, wantedManifest(want))
      // Finalizers hold it: it can neither be given back its content nor be made anew under its name yet.
      if (mapOf(now?.['metadata'])['deletionTimestamp'] !== undefined) return want.live === undefined ? 'done' : 'going'
      if (where === 'before') return 'done'
      if (where !== 'after') return 'changed'
      const { live: found, want: _want, failedWrite: _failed, fields, ...rest } = want
      return {
        ...rest,
        verdict: now === undefined ? 'create' : found === undefined ? 'remove' : 'update',
        fields: fields.map(({ path, before, after }) => ({ path, before: after, after: before })),
        ...(now === undefined ? {} : { live: now }),
        ...(found === undefined ? {} : { want: restored(found, now) }),
      }
    },
  )
}

/** Changes that may have been carried out, the last of each object: those that have no answer are among them, for only a look can tell. */
function writtenIn(records: readonly JournalRecord[]): readonly string[] {
  const last = new Map<string, string>()
  const unsure = new Set(records.flatMap((one) => (one.type === 'written' && one.outcome === 'unknown' ? [one.change] : [])))
  for (const record of records) {
    if (record.type !== 'intended' || record.change.intent.kind !== 'object') continue
    const { id, intent } = record.change
    const answer = records.findLast((one) => one.type === 'written' && one.change === id)
    // Somebody else has made the very same object meanwhile: it is theirs.
    if (intent.verdict === 'create' && answer?.type === 'written' && answer.outcome === 'conflict' && !unsure.has(id)) continue
    const settled = answer?.type === 'written' ? (answer.outcome === 'applied' ? 'after' : answer.settled) : 'unknown'
    if (settled === 'after' || settled === 'unknown') last.set(wantKeyOf(intent), id)
  }
  return [...last.values()]
}

function wantedManifest(want: ObjectWant): AnyObject | undefined {
  return want.want === undefined ? undefined : manifestOf(want)
}

/** As it was found, beside what we and its server have noted on it since; one that is gone is made anew, without what only the old one had. */
function restored(found: AnyObject, now: AnyObject | undefined): AnyObject {
  if (now === undefined) return withoutNoise(found)
  const bag = (object: AnyObject): Readonly<Record<string, unknown>> => mapOf(mapOf(object['metadata'])['annotations'])
  const ours = (key: string): boolean => key.startsWith('tricenter.io/')
  const annotations = Object.fromEntries([
    ...Object.entries(bag(found)).filter(([key]) => !ours(key)),
    ...Object.entries(bag(now)).filter(([key]) => ours(key)),
  ])
  const { annotations: _old, ...metadata } = mapOf(found['metadata'])
  return { ...found, metadata: { ...metadata, ...(Object.keys(annotations).length === 0 ? {} : { annotations }) } }
}

/** Reads every object once more, at most 8 at a time in each center, and asks what is left to do with it. */
async function lookAgain(
  run: Run,
  wants: readonly ObjectWant[],
  decide: (want: ObjectWant, now: AnyObject | undefined) => ObjectWant | 'done' | 'changed' | 'going',
): Promise<ObjectWork> {
  const { world } = run.deps
  const left = new Map<string, ObjectWant>()
  const notes: ObjectWork['notes'][number][] = []
  const unread = new Set<CenterName>()
  const readers = [...Map.groupBy(wants, ({ center }) => center)].flatMap(([center, queue]) =>
    Array.from({ length: Math.min(IN_FLIGHT, queue.length) }, async () => {
      for (let want = queue.shift(); want !== undefined; want = queue.shift()) {
        const deadline = { at: world.clock.monotonic() + run.topology.policy.deadlines.read }
        const seen = unread.has(center)
          ? undefined
          : await world.clusters.get(center)?.get(want.served, want.namespace, want.name, deadline)
        if (seen?.state !== 'present' && seen?.state !== 'absent') {
          unread.add(center)
          continue
        }
        const decided = decide(want, seen.state === 'present' ? seen.value : undefined)
        if (decided === 'changed' || decided === 'going')
          notes.push({ reason: decided === 'going' ? 'going-still' : 'changed-since', center, object: wantName(want) })
        else if (decided !== 'done') left.set(wantKey(want), decided)
      }
    }),
  )
  const order = wants.map(wantKey)
  await Promise.all(readers)
  return { wants: order.flatMap((key) => left.get(key) ?? []), counts: [], notes, unread: [...unread], recorded: true }
}
