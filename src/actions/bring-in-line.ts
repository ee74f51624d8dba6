import type { Words } from '../domain/words.ts'
import type { Intent } from '../domain/intent.ts'
import { isForeignEdit } from '../domain/marks.ts'
import { valueOf } from '../domain/observation.ts'
import { markOf } from '../domain/situation.ts'
import { defineAction, type Situation } from './action.ts'
import * as z from './shape.ts'
import { planGoal } from './weights.ts'

/** Sync: clusters with older marks, or none, are brought to the situation in force. Their seq becomes the one in force. */
export const bringInLine = defineAction({
  name: 'bring-in-line',
  summary: {
    en: 'Brings the routes of clusters that were left behind to the situation in force.',
    zh: '将落后集群的路由补齐到当前生效的态势。',
  },
  keepsMarks: true,
  input: z.object({ centers: z.array(z.string(), 1) }),
  plan: ({ centers }, situation) => {
    const { out, progress, run = '' } = situation.inForce
    const where = { was: out, situation: out, danger: 'yes', only: centers } as const
    if (progress === undefined) {
      const plan = planGoal({ kind: 'situation', was: out, situation: out, progress: 100 }, situation, where)
      return { ...plan, intents: plan.intents.filter((intent) => !isInLine(intent, situation)) }
    }
    // Half-way there is no one situation to be brought to. What a drill's own failback left, it takes up again itself.
    const findings =
      situation.mode === 'drill' ? [] : [{ reason: 'unfinished-run', facts: { run, progress }, where: {}, effect: 'refuse' as const }]
    return { intents: [], findings, census: [], load: [], was: out, situation: out, danger: 'none', needs: [] }
  },
})

/** Does the object stand where the run in force put it? Then it is in line, whatever ratio that run chose. */
function isInLine(intent: Intent, { sightings, inForce }: Situation): boolean {
  if (intent.kind !== 'weights') return false
  const { kind, namespace, name } = intent.object
  const routes = valueOf(sightings.find(({ center }) => center === intent.center)?.routes) ?? []
  const route = routes.find((one) => one.kind === kind && one.namespace === namespace && one.name === name)
  const mark = route === undefined ? undefined : markOf(route)
  if (route === undefined || mark?.seq !== inForce.seq || mark.run !== inForce.run || inForce.split) return false
  return intent.rules.every(({ key }) => {
    const rule = route.rules.find((one) => one.key === key)
    return rule !== undefined && mark.set[key] !== undefined && !isForeignEdit(route, { rule })
  })
}

export const bringInLineWords = {
  'unfinished-run': {
    en: 'Will not bring clusters in line: run {run} stands at {progress} %.\nThere is no one situation to be brought to.\nEnd it first: tricenter resume {run}, or tricenter undo {run}',
    zh: '不会对齐集群：运行 {run} 停在 {progress} %。\n此时没有唯一的目标态势。\n请先结束它：tricenter resume {run}，或 tricenter undo {run}',
  },
} satisfies Words
