import type { LoadSample } from '../domain/load.ts'
import { readFigure } from '../facts/read-figure.ts'
import type { World } from '../ports/world.ts'
import type { Run } from './run.ts'

/** How far the load before a fault is looked for, ms, where nobody says when clients began to fail; the window before this one as well. */
const LOOK_BACK = [300_000, 900_000]

/** A sweep that takes longer than this (ms) leaves time to open Prometheus, which costs about as much. */
const HEAD_START = 100

/**
 * Measures beside the sweep of a switch, which takes what has arrived and waits for nothing. What is not open yet is opened only while the sweep waits for answers:
 * loading it must not hold up one that has them.
 */
export function measureBeside(run: Run, sweep: Promise<unknown>): void {
  if (run.topology.metrics === undefined) return
  if (run.state.loads.length > 0) {
    void measureLoads(run)
    return
  }
  const over = new AbortController()
  void sweep.finally(() => over.abort()).catch(() => undefined)
  void run.deps.world.clock.sleep(HEAD_START, over.signal).then(async () => {
    if (!over.signal.aborted) await measureLoads(run)
  })
}

/** The world with Prometheus open; undefined: none is declared. A fault where the declared profile cannot be read. */
export async function withMetrics({ deps, topology }: Pick<Run, 'deps' | 'topology'>): Promise<World | undefined> {
  const { world } = deps
  if (topology.metrics === undefined) return undefined
  if (world.metrics !== undefined || world.openMetrics === undefined) return world.metrics === undefined ? undefined : world
  return { ...world, ...(await world.openMetrics()) }
}

/**
 * Reads how many requests enter by each gateway, now and before, into the run's state as answers arrive; ends when all have answered, or at the deadline of a read. Never rejects:
 * what cannot be measured is missing, and the declared demand stands. The first time looks back, for during an outage the load falls; later ones add what is measured then.
 */
export async function measureLoads(run: Run): Promise<void> {
  const { topology, request, state } = run
  const { clock } = run.deps.world
  const source = topology.metrics
  if (source === undefined) return
  const deadline = { at: clock.monotonic() + topology.policy.deadlines.read }
  try {
    const world = await withMetrics(run)
    if (world === undefined) return
    const now = clock.now()
    const before = request.since === undefined ? [now - source.window, ...LOOK_BACK.map((back) => now - back)] : [request.since]
    const moments = state.loads.length === 0 ? [now, ...before] : [now]
    const measured = topology.centers.filter(({ name, entryShare }) => entryShare > 0 && source.centers[name] !== undefined)
    const { rate, shareRate } = topology.policy.probe
    // Probes of this run or of one just before may be among what was counted: they are no clients.
    const probes = rate + Math.min(200, shareRate) / Math.max(1, measured.length)
    await Promise.all(
      moments.flatMap((moment) =>
        measured.map(async (center) => {
          const figure = await readFigure({ topology, center, world }, 'qps', deadline, moment === now ? undefined : moment)
          if (figure.state !== 'measured') return
          const asked = moment === now ? figure.at : moment
          const sample: LoadSample = { center: center.name, moment, sampledAt: asked - figure.age, qps: Math.max(0, figure.value - probes) }
          state.loads.push(sample)
        }),
      ),
    )
  } catch {
    // A profile that cannot be read measures nothing; `verify` and a drill's baseline say why.
  }
}
