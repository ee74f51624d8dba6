import { parseDuration } from '../../domain/duration.ts'
import { fault } from '../../domain/fault.ts'
import { SIGNAL_CODES } from '../../domain/outcome.ts'
import type { CenterName, Topology } from '../../domain/topology.ts'
import { lookAt } from '../../engine/observe.ts'
import type { Context } from '../context.ts'
import { interruptOf } from '../interrupt.ts'
import { phrasebook } from '../phrases.ts'
import { openWorld } from './parts.ts'
import { centersOf, text, unknown } from './request.ts'
import { runVerb } from './run.ts'
import { desiredSource } from './sync-sources.ts'

const POLL = 1_000
const BEAT = 15_000
const PATIENCE = 3_600_000

type Options = Readonly<Record<string, unknown>>

/** Makes whole objects of centers what a center, or the desired side, says; `--publish`: all of them, in one center. */
async function syncObjects(context: Context, topology: Topology, options: Options): Promise<number> {
  if (options['plan'] !== undefined || options['planOut'] !== undefined) throw fault('usage', 'plan-not-for-objects')
  const publish = options['publish'] === true
  const files = (options['filename'] ?? []) as readonly string[]
  const rows = text(options['rows'])
  const desired = files.length > 0 || rows !== undefined || topology.compare?.desired !== undefined
  const named = centersOf(topology, options, publish)
  const names = topology.centers.map(({ name }) => name)
  const home = topology.centers.find(({ name, role }) => role === 'active' && !named.includes(name))?.name
  const from = text(options['from']) ?? (desired ? DESIRED : (home ?? ''))
  if (from !== DESIRED && !names.includes(from)) throw unknown('no-source', from, [...names, DESIRED])
  const centers = (named.length > 0 ? named : names).filter((name) => name !== from)
  if (centers.length === 0) throw fault('usage', 'no-target', { from })
  const only = text(options['only'])
  const params = {
    from,
    centers,
    ...(only === undefined ? {} : { only }),
    create: publish || options['create'] === true,
    remove: options['delete'] === true,
  }
  const source = from === DESIRED ? await desiredSource(context, topology, files, rows) : undefined
  return await runVerb(
    context,
    topology,
    { verb: 'sync', runbook: 'reconcile', params, ...(source === undefined ? {} : { source }) },
    options,
  )
}

const DESIRED = 'desired'

/** Brings clusters in line; with `--wait`, polls until each of them answers and mends it the moment it does. */
export async function sync(context: Context, topology: Topology, centers: readonly CenterName[], options: Options): Promise<number> {
  if (options['watch'] === true) return await (await import('./sync-watch.ts')).watchSync(context, topology, options)
  if (options['for'] !== undefined) throw fault('usage', 'for-without-watch')
  if (centers.length === 0) return await syncObjects(context, topology, options)
  const wait = options['wait']
  if (wait !== undefined && wait !== false) {
    const patience = wait === true ? PATIENCE : parseDuration(String(wait))
    if (patience === undefined) throw fault('usage', 'bad-duration', { flag: '--wait', given: String(wait) })
    const stopped = await waitFor(context, topology, centers, patience)
    if (stopped !== undefined) return stopped
  }
  return await runVerb(context, topology, { verb: 'sync', runbook: 'sync', params: { centers } }, options)
}

/** Undefined when every cluster has answered; else the exit code. */
async function waitFor(
  context: Context,
  topology: Topology,
  centers: readonly CenterName[],
  patience: number,
): Promise<number | undefined> {
  const interrupt = interruptOf()
  const world = await openWorld(context, topology)
  const { clock } = world
  const until = clock.monotonic() + patience
  let nextBeat = clock.monotonic()
  try {
    for (;;) {
      const seen = await Promise.all(centers.map((center) => lookAt({ deps: { world }, topology, id: `sync-${process.pid}` }, center)))
      const missing = seen.flatMap(({ sighting: { center, routes } }) =>
        routes.state === 'present' ? [] : [{ center, why: 'why' in routes ? routes.why : routes.state }],
      )
      if (missing.length === 0) return undefined
      if (interrupt.aborted) return Object.entries(SIGNAL_CODES).find(([name]) => name === interrupt.reason)?.[1] ?? SIGNAL_CODES.SIGINT
      const facts = { centers: missing.map(({ center }) => center), why: missing[0]?.why ?? '' }
      if (clock.monotonic() >= until) throw fault('unreachable', 'sync-waited', { ...facts, waited: `${Math.round(patience / 1000)} s` })
      if (clock.monotonic() >= nextBeat) {
        nextBeat += BEAT
        context.stderr.write(`${phrasebook.lookup('waiting-for', facts, context.language)}\n`)
      }
      await clock.sleep(POLL, interrupt)
    }
  } finally {
    await world.close()
  }
}
