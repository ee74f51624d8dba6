import { situationInForce } from '../domain/situation.ts'
import type { CenterName } from '../domain/topology.ts'
import { execute } from './execute.ts'
import { judge } from './judge.ts'
import { lookAt } from './observe.ts'
import { decide } from './plan.ts'
import { replanner, withNewer } from './replan.ts'
import type { Chase, Run } from './run.ts'

/** Late answers of an emergency are planned on arrival, within the confirmed situation, until the hold ends. One round of asking at a time. */
export function chaseLate(run: Run): void {
  const { chase } = run.state
  if (chase === undefined || chase.round !== undefined || chase.centers.size === 0) return
  chase.round = Promise.all([...chase.centers].map((center) => planLate(run, chase, center))).then(
    () => {
      delete chase.round
    },
    (error: unknown) => {
      chase.failed = { error }
    },
  )
}

/** The hold is over: what has been begun is finished, and nothing more is planned. */
export async function endChase(run: Run): Promise<void> {
  const { chase } = run.state
  if (chase === undefined) return
  const round = chase.round
  chase.centers.clear()
  delete run.state.chase
  await round
  if (chase.failed !== undefined) throw chase.failed.error
}

async function planLate(run: Run, chase: Chase, center: CenterName): Promise<void> {
  const { sweep, sighting } = await lookAt(run, center)
  if (sighting.routes.state !== 'present' || !chase.centers.delete(center)) return
  const path = `${chase.options.path}+${center}`
  const inForce = situationInForce(run.topology, [sighting])
  const was = run.state.origins.get(run.state.scope)?.was ?? []
  const { changes, findings, plan } = decide(
    run,
    chase.options,
    withNewer(chase.sightings, sighting),
    { inForce: { ...inForce, out: was } },
    [center],
  )
  await run.journal.append({
    type: 'planned',
    step: path,
    scope: run.state.scope,
    changes,
    findings,
    deferred: [],
    load: plan.load,
    census: plan.census,
    was: plan.was,
    situation: plan.situation,
  })
  if (findings.some(({ effect }) => effect === 'refuse')) return
  const fates = await execute(run, path, changes, sweep, replanner(run, chase.options, chase.sightings))
  if (changes.length > 0 && run.state.lastWriteAt !== undefined)
    run.state.switched = { ...run.state.switched, appliedAt: run.state.lastWriteAt }
  judge(run, changes, fates)
  if ([...fates.values()].every((fate) => fate === 'applied')) run.state.deferred.delete(center)
}
