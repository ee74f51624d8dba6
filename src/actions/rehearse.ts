import { faultGuards } from '../domain/fault-guards.ts'
import { spellSituation } from '../domain/situation.ts'
import { inOrder } from '../domain/topology.ts'
import type { Words } from '../domain/words.ts'
import { defineAction } from './action.ts'
import { remoteFindings } from './remote.ts'
import * as z from './shape.ts'
import { planGoal } from './weights.ts'

/** Step 0 of a drill: the switch on paper, every guard evaluated before anything is touched. */
export const rehearse = defineAction({
  name: 'rehearse',
  summary: {
    en: 'Plans the switch as if the centers were lost and evaluates every guard; changes nothing.',
    zh: '在纸面上推演切换并评估所有防护，不做任何改动。',
  },
  objects: 'remote',
  input: z.object({ out: z.array(z.string(), 1), kind: z.enum(['scale', 'lost']).default('scale') }),
  plan: ({ out, kind }, situation) => {
    const was = situation.inForce.out
    const target = inOrder(situation.topology, [...was, ...out])
    const plan = planGoal({ kind: 'situation', was, situation: target, progress: 100 }, situation, {
      danger: { type: spellSituation(situation.topology, target) },
      was,
      situation: target,
    })
    const begun = was.length === 0 ? [] : [{ reason: 'drill-needs-normal', facts: { centers: was }, where: {}, effect: 'refuse' as const }]
    return {
      ...plan,
      findings: [...begun, ...plan.findings, ...faultGuards(situation, out, kind), ...remoteFindings(situation)],
      onPaper: true,
    }
  },
})

export const rehearseWords = {
  'drill-needs-normal': {
    en: 'Will not drill: {centers} out of traffic already.\nA drill begins and ends at normal, else it could not tell what to put back.\nFirst: tricenter failback --center {centers}',
    zh: '不会演练：{centers} 已移出流量。\n演练须从正常态开始并回到正常态，否则无法判断应恢复为何。\n请先执行：tricenter failback --center {centers}',
  },
} satisfies Words
