import { systemClock } from '../../adapters/system-clock.ts'
import type { Column, ObjectIdentity } from '../../domain/compare.ts'
import { parseDuration } from '../../domain/duration.ts'
import type { DriftEvent, DriftRecord } from '../../domain/drift-record.ts'
import { fault } from '../../domain/fault.ts'
import { SIGNAL_CODES } from '../../domain/outcome.ts'
import type { Topology } from '../../domain/topology.ts'
import { comparedKinds, liveColumns } from '../../engine/diff.ts'
import { follow } from '../../engine/follow.ts'
import type { FollowState } from '../../engine/follow-state.ts'
import type { FollowedKind } from '../../engine/kind-state.ts'
import { safeJson } from '../../ui/diff-json.ts'
import { driftLines } from '../../ui/drift-lines.ts'
import type { Context } from '../context.ts'
import { interruptOf } from '../interrupt.ts'
import { printLines } from './console.ts'
import { runFingerprint, schemaFiles } from './diff-sources.ts'
import { openWorld, stateDirectoryOf } from './parts.ts'
import { centersOf, text, unknown } from './request.ts'
import { beat } from './sync-watch-beat.ts'
import { desiredSource } from './sync-sources.ts'

type Options = Readonly<Record<string, unknown>>

const DESIRED = 'desired'
/** Flags of verbs that write, or that wait to. */
const MENDING = [
  ['create', '--create'],
  ['delete', '--delete'],
  ['publish', '--publish'],
  ['rows', '--rows'],
  ['wait', '--wait'],
  ['dryRun', '--dry-run'],
  ['yes', '--yes'],
  ['confirm', '--confirm'],
  ['override', '--override'],
  ['reason', '--reason'],
  ['takeOver', '--take-over'],
  ['plan', '--plan'],
  ['planOut', '--plan-out'],
] as const

/**
 * Follows every center and says what drifts, until somebody ends it (129, 130, 143), nobody reads any more, or `--for` is over: then 1 drift, 4 a center that is
 * needed cannot be read, 0 neither. It mends nothing.
 */
export async function watchSync(context: Context, topology: Topology, options: Options): Promise<number> {
  const mending = MENDING.find(([key]) => options[key] !== undefined && options[key] !== false)
  if (mending !== undefined) throw fault('usage', 'watch-mends-nothing', { flag: mending[1] })
  const form = context.flags.output
  if (form !== undefined && !['table', 'json', 'ndjson'].includes(form)) throw fault('usage', 'watch-form', { form })
  const patience = patienceOf(text(options['for']))
  const { columns, kinds, desired } = await sides(context, topology, options)
  if (columns.length < 2) throw fault('usage', 'watch-alone', { name: columns[0]?.name ?? '' })
  const only = onlyOf(text(options['only']))

  const interrupt = interruptOf()
  const stop = new AbortController()
  const leave = (): void => stop.abort()
  interrupt.addEventListener('abort', leave, { once: true })
  context.stdout.once('error', leave)
  const world = await openWorld(context, topology)
  const tell = teller(context)
  try {
    const following = follow(world, {
      topology,
      columns,
      kinds: kinds.filter(({ kind }) => only === undefined || only.kinds.has(kind.kind)),
      desired,
      ...(only === undefined ? {} : { only: only.of }),
      store: schemaFiles(stateDirectoryOf(context)),
      fingerprint: runFingerprint(),
      chance: Math.random,
      stop: stop.signal,
      tell,
    })
    await Promise.race([following.ready, over(stop.signal)])
    const beating = beat(context, systemClock, () => following.state(), stop.signal)
    if (patience === undefined) await over(stop.signal)
    else await systemClock.sleep(patience, stop.signal)
    const state = following.state()
    const ownEnd = !stop.signal.aborted
    stop.abort()
    await beating
    const signal = Object.entries(SIGNAL_CODES).find(([name]) => name === interrupt.reason)?.[1]
    if (signal !== undefined) return signal
    const exit = exitOf(state)
    if (ownEnd) tell({ type: 'stopped', totals: state.totals, exit })
    return exit
  } finally {
    stop.abort()
    await world.close()
  }
}

function exitOf({ totals, unread, out }: FollowState): number {
  if (totals.drift + totals['odd-one-out'] > 0) return 1
  return unread.some(({ column }) => !out.includes(column)) ? 4 : 0
}

/** The desired side as `sync --from desired` reads it; a center as the source is one of those that are followed. */
async function sides(
  context: Context,
  topology: Topology,
  options: Options,
): Promise<{
  readonly columns: readonly Column[]
  readonly kinds: readonly FollowedKind[]
  readonly desired: Awaited<ReturnType<typeof desiredSource>>['objects']
}> {
  const from = text(options['from'])
  const files = (options['filename'] ?? []) as readonly string[]
  const names = topology.centers.map(({ name }) => name)
  if (from !== undefined && from !== DESIRED && !names.includes(from)) throw unknown('no-source', from, [...names, DESIRED])
  const named = centersOf(topology, options, false)
  const centers = named.length === 0 ? names : names.filter((name) => name === from || named.includes(name))
  const wanted = from === DESIRED || files.length > 0 || (from === undefined && topology.compare?.desired !== undefined)
  const source = wanted ? await desiredSource(context, topology, files, undefined) : undefined
  return {
    columns: [
      ...(source === undefined ? [] : [{ name: DESIRED, source: 'desired' as const }]),
      ...liveColumns(topology, centers, systemClock.now()),
    ],
    kinds: [
      ...comparedKinds(topology).map((kind) => ({ kind, listedOnly: false })),
      ...(source?.kinds ?? []).map((kind) => ({ kind, listedOnly: true })),
    ],
    desired: source?.objects ?? [],
  }
}

function patienceOf(given: string | undefined): number | undefined {
  if (given === undefined) return undefined
  const patience = parseDuration(given)
  if (patience === undefined || patience === 0) throw fault('usage', 'bad-duration', { flag: '--for', given })
  return patience
}

/** `KIND[/NAMESPACE[/NAME]]`, as `--only` is meant everywhere. */
function onlyOf(
  given: string | undefined,
): { readonly kinds: ReadonlySet<string>; readonly of: (identity: ObjectIdentity) => boolean } | undefined {
  const wanted = (given ?? '').split(',').flatMap((one) => (one.trim() === '' ? [] : [one.trim()]))
  if (wanted.length === 0) return undefined
  return {
    kinds: new Set(wanted.map((one) => one.split('/')[0] ?? one)),
    of: ({ kind, namespace, name }) => {
      const path = [kind, ...(namespace === undefined ? [] : [namespace]), name].join('/')
      return wanted.some((one) => path === one || path.startsWith(`${one}/`))
    },
  }
}

function teller(context: Context): (event: DriftEvent) => void {
  const { output } = context.flags
  const lines = driftLines(context.language)
  return (event) => {
    const at = systemClock.now()
    const record: DriftRecord = { apiVersion: 'tricenter.io/v1', kind: 'DriftRecord', at, ...event }
    if (output === 'json' || output === 'ndjson') context.stdout.write(`${safeJson(record)}\n`)
    else printLines(context, lines(record))
  }
}

function over(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
