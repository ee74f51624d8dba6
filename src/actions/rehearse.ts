import * as z from 'zod'
import { faultGuards } from '../domain/fault-guards.ts'
import { spellSituation } from '../domain/situation.ts'
import { inOrder } from '../domain/topology.ts'
import { defineAction } from './action.ts'
import { planGoal } from './weights.ts'

/** Step 0 of a drill: the switch on paper, every guard evaluated before anything is touched. */
export const rehearse = defineAction({
  name: 'rehearse',
  summary: {
    en: 'Plans the switch as if the centers were lost and evaluates every guard; changes nothing.',
    zh: '在纸面上推演切换并评估所有防护，不做任何改动。',
  },
  input: z.object({ out: z.array(z.string()).min(1), kind: z.enum(['scale', 'lost']).default('scale') }),
  plan: ({ out, kind }, situation) => {
    const was = situation.inForce.out
    const target = inOrder(situation.topology, [...was, ...out])
    const plan = planGoal({ kind: 'situation', was, situation: target, progress: 100 }, situation, {
      danger: { type: spellSituation(situation.topology, target) },
      was,
      situation: target,
    })
    return { ...plan, findings: [...plan.findings, ...faultGuards(situation, out, kind)], onPaper: true }
  },
})
