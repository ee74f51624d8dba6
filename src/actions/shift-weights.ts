import { spellSituation } from '../domain/situation.ts'
import { inOrder, type CenterName } from '../domain/topology.ts'
import type { Words } from '../domain/words.ts'
import { defineAction, type ActionPlan, type Situation } from './action.ts'
import { remoteFindings } from './remote.ts'
import * as z from './shape.ts'
import { planGoal } from './weights.ts'

/** Failover: the situation becomes what is in force and what is named now; it is never narrowed here. */
export const shiftWeights = defineAction({
  name: 'shift-weights',
  summary: {
    en: 'Takes centers out of traffic: every affected rule of every reachable cluster goes to the weights of the resulting situation.',
    zh: '将中心摘出流量：每个可达集群中每条受影响的规则都调整为目标态势的权重。',
  },
  objects: 'remote',
  input: z.object({ out: z.array(z.string(), 1) }),
  plan: ({ out }, situation) => {
    const made = switchPlan(out, situation)
    return { ...made, findings: [...made.findings, ...remoteFindings(situation, situation.mode === 'drill')] }
  },
})

/** The switch itself: what it changes, and what speaks against it. */
export function switchPlan(out: readonly CenterName[], situation: Situation): ActionPlan {
  const was = situation.origin?.was ?? situation.inForce.out
  const target = inOrder(situation.topology, [...situation.inForce.out, ...was, ...out])
  const plan = planGoal({ kind: 'situation', was, situation: target, progress: 100 }, situation, {
    danger: { type: spellSituation(situation.topology, target) },
    was,
    situation: target,
  })
  return situation.only === undefined ? unlessHopeless(unlessBlind(plan, situation)) : plan
}

/** Not one cluster's routes could be read: nobody can gain, and nothing can be switched. */
function unlessBlind(plan: ActionPlan, { sightings }: Situation): ActionPlan {
  if (sightings.some(({ routes }) => routes.state === 'present' || routes.state === 'absent')) return plan
  return { ...plan, intents: [], findings: [...plan.findings, { reason: 'no-cluster-read', facts: {}, where: {}, effect: 'refuse' }] }
}

/** Guards leave every rule that should move: then the switch is refused, for marks alone would claim a situation that nobody is in. */
function unlessHopeless(plan: ActionPlan): ActionPlan {
  const moves = plan.intents.some((intent) => intent.kind === 'weights' && intent.rules.length > 0)
  if (moves || !plan.findings.some(({ effect }) => effect === 'leave')) return plan
  return { ...plan, intents: [], findings: plan.findings.map((one) => (one.effect === 'leave' ? { ...one, effect: 'refuse' } : one)) }
}

export const shiftWeightsWords = {
  'no-cluster-read': {
    en: "Will not switch: no cluster's routes could be read.\nNothing can be planned, and nothing was changed.\nLook first: tricenter status",
    zh: '不会切换：无法读取任何集群的路由。\n无法制定计划，未做任何改动。\n请先查看：tricenter status',
  },
} satisfies Words
