import { z } from 'zod'
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
    return planGoal({ kind: 'situation', was, situation: target, progress: situation.progress }, situation, { danger: 'yes', was, situation: target })
  },
})
