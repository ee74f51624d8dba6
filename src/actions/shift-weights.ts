import * as z from 'zod'
import { spellSituation } from '../domain/situation.ts'
import { inOrder } from '../domain/topology.ts'
import { defineAction, type ActionPlan } from './action.ts'
import { planGoal } from './weights.ts'

/** Failover: the situation becomes what is in force and what is named now; it is never narrowed here. */
export const shiftWeights = defineAction({
  name: 'shift-weights',
  summary: {
    en: 'Takes centers out of traffic: every affected rule of every reachable cluster goes to the weights of the resulting situation.',
    zh: '将中心摘出流量：每个可达集群中每条受影响的规则都调整为目标态势的权重。',
  },
  input: z.object({ out: z.array(z.string()).min(1) }),
  plan: ({ out }, situation) => {
    const was = situation.origin?.was ?? situation.inForce.out
    const target = inOrder(situation.topology, [...situation.inForce.out, ...was, ...out])
    const plan = planGoal({ kind: 'situation', was, situation: target, progress: 100 }, situation, {
      danger: { type: spellSituation(situation.topology, target) },
      was,
      situation: target,
    })
    return situation.only === undefined ? unlessHopeless(plan) : plan
  },
})

/** Guards leave every rule that should move: then the switch is refused, for marks alone would claim a situation that nobody is in. */
function unlessHopeless(plan: ActionPlan): ActionPlan {
  const moves = plan.intents.some((intent) => intent.kind === 'weights' && intent.rules.length > 0)
  if (moves || !plan.findings.some(({ effect }) => effect === 'leave')) return plan
  return { ...plan, intents: [], findings: plan.findings.map((one) => (one.effect === 'leave' ? { ...one, effect: 'refuse' } : one)) }
}
