import { collectFindings } from '../domain/guards.ts'
import { NO_OBJECTS } from '../domain/object-want.ts'
import { defineAction } from './action.ts'
import { planObjects, sayOfSource } from './objects-plan.ts'
import * as z from './shape.ts'

/** Undo of such a run: what it wrote is given back what it found, object by object. */
export const restoreObjects = defineAction({
  name: 'restore-objects',
  summary: {
    en: 'Gives objects back the contents that a run found; an object that somebody else has changed since is left and shown.',
    zh: '将对象恢复为某次运行之前的内容；此后被他人修改的对象保持不动并列出。',
  },
  objects: 'run',
  input: z.object({ run: z.string() }),
  plan: (_, situation) => {
    const work = situation.objects ?? NO_OBJECTS
    const findings = collectFindings(situation.mode, situation.overrides)
    sayOfSource(work, findings)
    return planObjects(work.wants, [...new Set([...work.wants.map(({ center }) => center), ...work.unread])], work, findings, situation)
  },
})
