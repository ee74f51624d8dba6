import { planWeights, type Goal } from '../domain/plan-weights.ts'
import type { CenterName } from '../domain/topology.ts'
import type { ActionPlan, Situation } from './action.ts'

/** What every action that moves weights has in common: one call of the planner. */
export function planGoal(
  goal: Goal,
  situation: Situation,
  rest: Pick<ActionPlan, 'danger' | 'was' | 'situation'> & { readonly leaveForeignEdits?: boolean; readonly only?: readonly CenterName[] },
): ActionPlan {
  const { topology, sightings, inForce, mode, verb, run, seq, until, overrides, measured } = situation
  const only = rest.only ?? situation.only
  const plan = planWeights({
    topology,
    sightings,
    inForce,
    goal,
    mode,
    verb,
    run,
    seq,
    ...(until === undefined ? {} : { until }),
    overrides,
    ...(measured === undefined ? {} : { measured }),
    leaveForeignEdits: rest.leaveForeignEdits ?? false,
    ...(only === undefined ? {} : { only }),
  })
  const needs = only ?? topology.centers.map(({ name }) => name)
  return { ...plan, was: rest.was, situation: rest.situation, danger: rest.danger, needs }
}
