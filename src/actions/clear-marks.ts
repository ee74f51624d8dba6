import { defineAction } from './action.ts'
import * as z from './shape.ts'
import { planGoal } from './weights.ts'

/** Takes the marks away once every cluster has been brought to normal; while one is unread or behind, they stay. */
export const clearMarks = defineAction({
  name: 'clear-marks',
  summary: {
    en: 'Takes the marks away when every cluster is back to normal.',
    zh: '所有集群恢复正常后清除标记。',
  },
  input: z.object({}),
  plan: (_, situation) => {
    const { out, unread, behind } = situation.inForce
    const nothing = { intents: [], findings: [], census: [], load: [], was: out, situation: out, danger: 'none', needs: [] } as const
    if (out.length > 0 || unread.length > 0 || behind.length > 0) return nothing
    return { ...planGoal({ kind: 'unmark' }, situation, { danger: 'none', was: out, situation: out }), findings: [] }
  },
})
