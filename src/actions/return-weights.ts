import { spellSituation } from '../domain/situation.ts'
import type { Words } from '../domain/words.ts'
import { defineAction, type ActionPlan, type Situation } from './action.ts'
import { returnedFindings } from './returned.ts'
import * as z from './shape.ts'
import { planGoal } from './weights.ts'

/** Failback: the named centers leave the situation, and what they carried returns to them step by step. */
export const returnWeights = defineAction({
  name: 'return-weights',
  summary: {
    en: 'Returns traffic to centers that were out, towards the weights recorded when normal was left.',
    zh: '将流量逐步切回已恢复的中心，回到离开正常态时记录的权重。',
  },
  objects: 'returned',
  input: z.object({ back: z.array(z.string(), 1) }),
  plan: ({ back }, situation) => {
    const was = situation.origin?.was ?? situation.inForce.out
    const target = was.filter((name) => !back.includes(name))
    if (target.length === was.length) return notOut(back, situation)
    // The whole way in one step is no proof step by step: the value is typed.
    const atOnce = situation.until === undefined && situation.origin === undefined
    const danger = atOnce ? { type: spellSituation(situation.topology, back) } : 'yes'
    const plan = planGoal({ kind: 'situation', was, situation: target, progress: situation.progress }, situation, {
      danger,
      was,
      situation: target,
    })
    return { ...plan, findings: [...plan.findings, ...returnedFindings(situation)] }
  },
})

/** No mark says that any of them is out. If their rules are drained all the same, what normal was is not known, and a guess would be a switch. */
function notOut(back: readonly string[], situation: Situation): ActionPlan {
  const { out } = situation.inForce
  const rest = { was: out, situation: out, danger: 'none' } as const
  const plan = planGoal({ kind: 'situation', was: [...out, ...back], situation: out, progress: 100 }, situation, rest)
  const drained = plan.findings.some(({ reason }) => reason === 'normal-assumed')
  const findings = drained ? [{ reason: 'normal-unknown', facts: { centers: back }, where: {}, effect: 'refuse' as const }] : []
  return { ...plan, ...rest, intents: [], findings }
}

export const returnWeightsWords = {
  'normal-unknown': {
    en: 'Will not fail back: {centers} get no traffic, and no mark says what normal was.\nThe marks were taken away by hand, or these weights were never set by this tool.\nSay which ratio shall be: tricenter failback --to normal',
    zh: '不会回切：{centers} 没有流量，且没有标记说明正常权重。\n标记可能被手工删除，或这些权重并非由本工具设置。\n请明确目标比例：tricenter failback --to normal',
  },
} satisfies Words
