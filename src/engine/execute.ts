import type { Change, Deadline } from '../domain/change.ts'
import { foresee } from '../effects/foresee.ts'
import { locate, apply } from '../effects/index.ts'
import type { CenterName } from '../domain/topology.ts'
import type { Written } from '../domain/record.ts'
import { RELEASE_READ } from './releases.ts'
import type { KubeObject } from '../ports/cluster.ts'
import type { Run } from './run.ts'
import type { Sweep } from './sweep.ts'
import { endWatch, keepWatch } from './watch.ts'

/** What became of one object. `lost`: nobody can tell, and its cluster does not answer. `overtaken`: another run's mark stands there now. */
export type Fate = 'applied' | 'rejected' | 'lost' | 'stale' | 'overtaken' | 'left'

/** Plans one object anew after a conflict; `overtaken` or `stale` where that may not be done. */
export type Replan = (change: Change) => Promise<{ readonly change: Change; readonly sweep: Sweep } | 'nothing' | 'stale' | 'overtaken'>

const IN_FLIGHT = 8
const ATTEMPTS = 3

/** Applies changes in all centers at once, at most 8 in flight in each; a slow center delays none. After a signal nothing new is begun, and what is in hand is finished. At `until`, monotonic ms, nothing new is begun either, and what was not has no fate. */
export async function execute(
  run: Run,
  path: string,
  changes: readonly Change[],
  sweep: Sweep,
  replan: Replan,
  until = Infinity,
): Promise<ReadonlyMap<string, Fate>> {
  const fates = new Map<string, Fate>()
  const work = [...byCenter(changes).values()].flatMap((queue) =>
    Array.from({ length: Math.min(IN_FLIGHT, queue.length) }, async () => {
      for (let change = queue.shift(); change !== undefined; change = queue.shift()) {
        if (run.deps.world.clock.monotonic() >= until) return
        const stopped = run.deps.interrupt.aborted && !run.state.restoring
        fates.set(change.id, stopped ? 'left' : await carryOut(run, path, change, sweep, replan, until))
      }
    }),
  )
  await Promise.all(work)
  return fates
}

/**
 * Begins to keep what the first writes in each center need kept, while the guards look and somebody is asked: becoming durable takes as long as a write.
 * A preimage that could not be kept is told where it is needed.
 */
export function keepAhead(run: Run, changes: readonly Change[], sweep: Sweep): void {
  for (const queue of byCenter(changes).values())
    for (const change of queue.slice(0, IN_FLIGHT)) {
      const object = objectOf(sweep, change)
      if (object !== undefined) run.journal.keep(object).catch(() => undefined)
    }
}

function byCenter(changes: readonly Change[]): ReadonlyMap<CenterName, Change[]> {
  return Map.groupBy(changes, ({ center }) => center)
}

/** The object as read, of which a change writes a part; a change of a whole object keeps what it needs beforehand. */
function objectOf(sweep: Sweep, { center, intent, object: { kind, namespace, name } }: Change): KubeObject | undefined {
  return intent.kind === 'object' ? undefined : sweep.object(center, kind, namespace, name)
}

async function carryOut(run: Run, path: string, first: Change, firstSweep: Sweep, replan: Replan, until: number): Promise<Fate> {
  let change = first
  let sweep = firstSweep
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const where = await write(run, path, change, sweep, until)
    if (where === 'after') return 'applied'
    if (where === 'rejected') return 'rejected'
    if (where === 'unknown') return 'lost'
    if (where === 'before') continue
    const again = await replan(change)
    if (again === 'nothing') return 'applied'
    if (again === 'stale' || again === 'overtaken') return again
    ;({ change, sweep } = again)
  }
  return 'stale'
}

/** Intent record, write, outcome record; then where the world is. Nothing is written before its record is durable, and an unknown outcome is read back, never repeated blindly. */
async function write(
  run: Run,
  path: string,
  change: Change,
  sweep: Sweep,
  until: number,
): Promise<'after' | 'before' | 'neither' | 'unknown' | 'rejected'> {
  const { world } = run.deps
  const object = objectOf(sweep, change)
  const known = run.state.wants.get(change.id)
  const preimage = known?.file ?? (object === undefined ? undefined : await run.journal.keep(object))
  await run.journal.append({ type: 'intended', step: path, change, ...(preimage === undefined ? {} : { preimage }) })
  if (object !== undefined && foresee(change, object) !== 'after') {
    const detail = 'not sent: the patch would not do what was planned'
    await run.journal.append({
      type: 'written',
      step: path,
      change: change.id,
      center: change.center,
      outcome: 'rejected',
      detail,
      took: 0,
    })
    return 'rejected'
  }
  const begun = world.clock.monotonic()
  endWatch(run.state.watch, change)
  const deadline = { at: Math.min(within(run, 'write', change).at, until) }
  const result = await apply(change, run.topology, world, deadline, known?.want)
  const took = (): number => world.clock.monotonic() - begun
  const record = { type: 'written', step: path, change: change.id, center: change.center } as const
  switch (result.kind) {
    case 'applied':
      run.state.written += 1
      run.state.lastWriteAt = world.clock.monotonic()
      keepWatch(run.state.watch, change)
      await run.journal.append({ ...record, outcome: 'applied', took: took() })
      return 'after'
    case 'rejected': {
      if (change.effect === 'release') return await settleRelease(run, change, record, `${result.status} ${result.message}`, took)
      await run.journal.append({ ...record, outcome: 'rejected', detail: `${result.status} ${result.message}`, took: took() })
      return 'rejected'
    }
    case 'conflict': {
      const where = await locate(change, run.topology, world, within(run, 'read', change), known?.want)
      await run.journal.append({ ...record, outcome: 'conflict', settled: where, detail: result.reason, took: took() })
      // The same weights in other places of the list: only a new plan finds them.
      return where === 'before' && result.reason === 'test-failed' ? 'neither' : where
    }
    case 'unknown': {
      if (change.effect === 'release') return await settleRelease(run, change, record, result.reason, took)
      const where = await locate(change, run.topology, world, within(run, 'read', change), known?.want)
      if (where === 'after') {
        run.state.written += 1
        run.state.lastWriteAt = world.clock.monotonic()
        keepWatch(run.state.watch, change)
      }
      await run.journal.append({ ...record, outcome: 'unknown', settled: where, detail: result.reason, took: took() })
      return where
    }
  }
}

/** Helm may have failed half-way: only its history tells. What it left is a change of the world, done or not. */
async function settleRelease(
  run: Run,
  change: Change,
  record: Pick<Written, 'type' | 'step' | 'change' | 'center'>,
  detail: string,
  took: () => number,
): Promise<'after' | 'before' | 'unknown' | 'rejected'> {
  const where = await locate(change, run.topology, run.deps.world, within(run, 'read', change))
  if (where !== 'before') {
    run.state.written += 1
    run.state.lastWriteAt = run.deps.world.clock.monotonic()
  }
  await run.journal.append({ ...record, outcome: 'unknown', settled: where, detail, took: took() })
  run.state.why.set(change.id, detail)
  return where === 'after' || where === 'unknown' ? where : 'rejected'
}

/** Helm has its own patience; reading one of its histories starts a program. */
function within(run: Run, what: 'read' | 'write', { effect }: Change): Deadline {
  const { deploy, policy } = run.topology
  const release = what === 'write' ? (deploy?.timeout ?? RELEASE_READ) : RELEASE_READ
  return { at: run.deps.world.clock.monotonic() + (effect === 'release' ? release : policy.deadlines[what]) }
}
