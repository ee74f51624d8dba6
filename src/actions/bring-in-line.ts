import * as z from 'zod'
import { defineAction } from './action.ts'
import { planGoal } from './weights.ts'

/** Sync: clusters with older marks, or none, are brought to the situation in force. Their seq becomes the one in force. */
export const bringInLine = defineAction({
  name: 'bring-in-line',
  summary: {
    en: 'Brings the routes of clusters that were left behind to the situation in force.',
    zh: '将落后集群的路由补齐到当前生效的态势。',
  },
  keepsMarks: true,
  input: z.object({ centers: z.array(z.string()).min(1) }),
  plan: ({ centers }, situation) => {
    const out = situation.inForce.out
    return planGoal({ kind: 'situation', was: out, situation: out, progress: 100 }, situation, {
      danger: 'yes',
      was: out,
      situation: out,
      only: centers,
    })
  },
})
