import type { Change } from '../domain/change.ts'
import type { Sighting } from '../domain/sighting.ts'
import { situationInForce } from '../domain/situation.ts'
import type { Replan } from './execute.ts'
import { lookAt } from './observe.ts'
import { actionOf, decide, type PlanOptions } from './plan.ts'
import { withReleases } from './releases.ts'
import type { Run } from './run.ts'

/** What a conflict means: an emergency plans that object anew within the confirmed situation; everyone else stops; another run's mark stops both. */
export function replanner(run: Run, options: PlanOptions, seen: readonly Sighting[]): Replan {
  return async (change: Change) => {
    // What was compared is not compared again under somebody's hands.
    if (change.intent.kind === 'object') return 'stale'
    const { sweep, sighting: looked } = await lookAt(run, change.center)
    const [sighting = looked] = await withReleases(run, [looked], actionOf(options).needs, options.input)
    const inForce = situationInForce(run.topology, [sighting])
    const origin = run.state.origins.get(run.state.scope)
    if (change.effect === 'patch' && inForce.run !== undefined && inForce.run !== origin?.run && inForce.seq >= (origin?.seq ?? 0)) {
      run.state.overtaken = true
      return 'overtaken'
    }
    if (run.mode !== 'emergency' && !run.state.restoring) return 'stale'
    const { changes } = decide(run, options, withNewer(seen, sighting), { inForce: { ...inForce, out: origin?.was ?? inForce.out } }, [
      change.center,
    ])
    const again = changes.find(
      ({ object }) =>
        object.kind === change.object.kind && object.namespace === change.object.namespace && object.name === change.object.name,
    )
    return again === undefined ? 'nothing' : { change: again, sweep }
  }
}

/** What was seen before, with one center's newer sighting in its place: survivors proved then are still the ground of the plan. */
export function withNewer(seen: readonly Sighting[], newer: Sighting): readonly Sighting[] {
  return seen.map((one) => (one.center === newer.center ? newer : one))
}
