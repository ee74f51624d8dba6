import { spellSituation } from '../domain/situation.ts'
import { defineAction } from './action.ts'
import * as z from './shape.ts'
import { planGoal } from './weights.ts'

/** Rebalance: the ratio among the named centers; with no shares, back to the policy's normal ratio. */
export const setShares = defineAction({
  name: 'set-shares',
  summary: {
    en: 'Changes the ratio among the named centers, in every rule that names at least two of them.',
    zh: '调整指定中心之间的流量比例，作用于至少包含其中两个中心的规则。',
  },
  input: z.object({ shares: z.record(z.count()), fromUnknown: z.boolean().default(false) }),
  plan: ({ shares, fromUnknown }, situation) => {
    const out = situation.inForce.out
    return planGoal({ kind: 'shares', shares, progress: situation.progress }, situation, {
      // Neither journal nor marks say what was there: restoring from an unknown state is said aloud.
      danger: fromUnknown ? { type: spellSituation(situation.topology, out) } : 'yes',
      was: out,
      situation: out,
    })
  },
})
