import * as z from 'zod'
import { spellSituation } from '../domain/situation.ts'
import { defineAction } from './action.ts'
import { planGoal } from './weights.ts'

/** Failback: the named centers leave the situation, and what they carried returns to them step by step. */
export const returnWeights = defineAction({
  name: 'return-weights',
  summary: {
    en: 'Returns traffic to centers that were out, towards the weights recorded when normal was left.',
    zh: '将流量逐步切回已恢复的中心，回到离开正常态时记录的权重。',
  },
  input: z.object({ back: z.array(z.string()).min(1) }),
  plan: ({ back }, situation) => {
    const was = situation.origin?.was ?? situation.inForce.out
    const target = was.filter((name) => !back.includes(name))
    // The whole way in one step is no proof step by step: the value is typed.
    const atOnce = situation.until === undefined && situation.origin === undefined
    const danger = atOnce ? { type: spellSituation(situation.topology, back) } : 'yes'
    return planGoal({ kind: 'situation', was, situation: target, progress: situation.progress }, situation, {
      danger,
      was,
      situation: target,
    })
  },
})
