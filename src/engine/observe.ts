import type { CenterSummary, SituationInForce } from '../domain/record.ts'
import type { Sighting } from '../domain/sighting.ts'
import { situationInForce, targetSplit } from '../domain/situation.ts'
import { inOrder, type CenterName, type Topology } from '../domain/topology.ts'
import { labMarker } from '../facts/lab-marker.ts'
import { inTime } from './in-time.ts'
import type { EngineDeps, Run } from './run.ts'
import { summarize } from './summary.ts'
import { settled, startSweep, type Sweep } from './sweep.ts'

/** What a look needs of a run; `status` looks without one. */
export interface Looker {
  readonly deps: Pick<EngineDeps, 'world'>
  readonly topology: Topology
  readonly id: string
}

/** A look that has ended: every center is in it; one that had not answered when it closed is `late`. */
export interface Look {
  readonly sweep: Sweep
  readonly sightings: readonly Sighting[]
  readonly late: readonly CenterName[]
  readonly inForce: SituationInForce
}

/** How long the plan of an emergency stays open after the centers that gain have answered. */
const CLOSING = 500

/** Looks at every center and waits for all of them, each up to its deadline. */
export async function look(run: Looker): Promise<Look> {
  const sweep = begin(run)
  const sightings = await settled(sweep)
  return { sweep, sightings, late: [], inForce: situationInForce(run.topology, sightings) }
}

/**
 * Looks as an emergency does: the plan closes half a second after the centers that gain have answered,
 * and waits neither for the lost nor for an idle survivor.
 */
export async function lookInEmergency(run: Looker, named: readonly CenterName[]): Promise<Look> {
  const { clock } = run.deps.world
  const sweep = begin(run)
  const answered = new Map<CenterName, Sighting>()
  const changed = new Set<() => void>()
  for (const [center, sighting] of sweep.sightings) {
    void sighting.then((value) => {
      answered.set(center, value)
      for (const wake of changed) wake()
    })
  }
  let closesAt: number | undefined
  while (answered.size < sweep.sightings.size) {
    const out = inOrder(run.topology, [...named, ...situationInForce(run.topology, [...answered.values()]).out])
    if (closesAt === undefined && gainersOf(run.topology, out).every((center) => answered.has(center)))
      closesAt = clock.monotonic() + CLOSING
    if (closesAt !== undefined && clock.monotonic() >= closesAt) break
    const waiting = new AbortController()
    const wake = (): void => waiting.abort()
    changed.add(wake)
    await clock.sleep(closesAt === undefined ? CLOSING : Math.max(1, closesAt - clock.monotonic()), waiting.signal)
    changed.delete(wake)
  }
  const sightings = run.topology.centers.map(({ name }) => answered.get(name) ?? lateSighting(name, clock.now()))
  const late = run.topology.centers.map(({ name }) => name).filter((name) => !answered.has(name))
  return { sweep, sightings, late, inForce: situationInForce(run.topology, sightings) }
}

/** One center again, for what answers late or changed under a plan. */
export async function lookAt(run: Looker, center: CenterName): Promise<{ readonly sweep: Sweep; readonly sighting: Sighting }> {
  const sweep = startSweep(run.deps.world, run.topology, [center], run.id)
  const [sighting] = await settled(sweep)
  if (sighting === undefined) throw new Error(`center ${center} was not looked at`)
  return { sweep, sighting }
}

/** Centers that carry more than normal while `out` is out; they must have answered before anything is planned. */
function gainersOf(topology: Topology, out: readonly CenterName[]): readonly CenterName[] {
  const normal = topology.policy.normal
  const target = targetSplit(topology, normal, out) ?? {}
  const share = (weights: Readonly<Record<string, number>>, center: CenterName): number => {
    const sum = Object.values(weights).reduce((a, b) => a + b, 0)
    return sum === 0 ? 0 : (weights[center] ?? 0) / sum
  }
  return topology.centers.map(({ name }) => name).filter((name) => share(target, name) > share(normal, name))
}

function begin(run: Looker): Sweep {
  return startSweep(
    run.deps.world,
    run.topology,
    run.topology.centers.map(({ name }) => name),
    run.id,
  )
}

function lateSighting(center: CenterName, at: number): Sighting {
  const gap = { state: 'unreachable', why: 'late', at, took: 0 } as const
  return {
    center,
    identity: gap,
    routes: gap,
    workloads: gap,
    gateway: gap,
    serving: { verdict: 'unknown', reason: 'late', facts: {} },
  }
}

/** Records what a look saw, and remembers it for the screens. */
export function recordLook(run: Run, path: string, seen: Look): void {
  const centers: readonly CenterSummary[] = summarize(run.topology, seen.sightings, seen.inForce, seen.late)
  run.state.summaries = centers
  run.journal.note({ type: 'observed', step: path, centers, situation: seen.inForce })
}

/** Is this a lab, and which? Asked once; the first center that says yes or no is believed. */
export async function findLab(run: Run): Promise<void> {
  const { world } = run.deps
  const deadline = { at: world.clock.monotonic() + run.topology.policy.deadlines.read }
  const asked = run.topology.centers.map(async (center) => {
    const seen = await labMarker.read({ topology: run.topology, center, world, keep: () => undefined }, deadline)
    if (seen.state === 'absent') return undefined
    if (seen.state !== 'present') throw new Error(seen.state)
    return seen.value
  })
  const marker = await Promise.any(asked).catch(() => undefined)
  if (marker !== undefined) {
    run.state.lab = `lab, ${marker.engine} API`
    run.state.controlUrl = marker.controlUrl
  }
}

/** The answer comes right behind a look's reads, and the screen names the lab. A center that is slow with this alone is not waited for, ms. */
const MARKER = 50

export async function labSettled({ state, deps }: Run): Promise<void> {
  if (state.labSought !== undefined) await inTime(deps.world.clock, MARKER, state.labSought)
}
