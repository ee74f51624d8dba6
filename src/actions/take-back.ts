import { spellSituation } from '../domain/situation.ts'
import type { Words } from '../domain/words.ts'
import { defineAction } from './action.ts'
import * as z from './shape.ts'
import { planGoal } from './weights.ts'

/** Undo: the inverse intent, planned anew against the present. What somebody else changed since is left, and said. */
export const takeBack = defineAction({
  name: 'take-back',
  summary: {
    en: 'Takes back what a run did, by the same guards, and leaves what somebody else changed since.',
    zh: '撤销一次运行的改动，使用同样的防护；他人后来的修改保持不动并报告。',
  },
  input: z.object({
    verb: z.string(),
    was: z.array(z.string()).default([]),
    situation: z.array(z.string()).default([]),
    published: z.string().default(''),
  }),
  plan: ({ verb, was, situation: target, published }, situation) => {
    const draining = target.some((name) => !was.includes(name))
    const danger = draining || situation.until === undefined ? { type: spellSituation(situation.topology, draining ? target : was) } : 'yes'
    const goal =
      verb === 'rebalance'
        ? ({ kind: 'base', progress: situation.progress } as const)
        : ({ kind: 'situation', was, situation: target, progress: situation.progress } as const)
    const plan = planGoal(goal, situation, { danger, was, situation: target, leaveForeignEdits: true })
    if (published === '') return plan
    return { ...plan, findings: [...plan.findings, { reason: 'removes-published', facts: { published }, where: {}, effect: 'warn' }] }
  },
})

export const takeBackWords = {
  'removes-published': {
    en: 'at the end it also removes what the run created, unless somebody has changed it since: {published}',
    zh: '最后还会删除该运行创建且此后未被他人修改的对象：{published}',
  },
} satisfies Words
