import { collectFindings, type Findings } from '../domain/guards.ts'
import { NO_OBJECTS, wantName, type ObjectWant, type ObjectWork } from '../domain/object-want.ts'
import { defineAction } from './action.ts'
import { planObjects, sayOfSource } from './objects-plan.ts'
import * as z from './shape.ts'

/** More of a kind than this part is never removed without a person who says why. */
const MOST_REMOVED = 0.1

/** Sync of whole objects: updates by default; what is missing is created, and what is too many removed, only where that was asked for. */
export const reconcile = defineAction({
  name: 'reconcile',
  summary: {
    en: 'Makes whole objects of centers what another center, or the desired side, says. Weights of managed rules stay with the situation in force.',
    zh: '使各中心的对象与某个中心或期望状态一致；受管规则的权重始终取自当前态势。',
  },
  objects: 'source',
  input: z.object({
    from: z.string(),
    centers: z.array(z.string(), 1),
    only: z.string().default(''),
    create: z.boolean().default(false),
    remove: z.boolean().default(false),
  }),
  plan: ({ centers, create, remove }, situation) => {
    const work = situation.objects ?? NO_OBJECTS
    const findings = collectFindings(situation.mode, situation.overrides)
    const wanted = (verdict: ObjectWant['verdict']): readonly ObjectWant[] => work.wants.filter((want) => want.verdict === verdict)
    const [creates, removals] = [wanted('create'), wanted('remove')]
    sayOfSource(work, findings)
    if (!create) sayLeftOut(creates, 'not-created', findings)
    if (!remove) sayLeftOut(removals, 'not-removed', findings)
    else guardRemovals(removals, work, findings)
    const chosen = work.wants.filter(({ verdict }) => verdict === 'update' || (verdict === 'create' ? create : remove))
    for (const { center, failedWrite, ...want } of chosen)
      if (failedWrite) findings.say('failed-write', 'warn', { center, route: wantName(want) }, { center, object: wantName(want) })
    return planObjects(chosen, centers, work, findings, situation)
  },
})

function sayLeftOut(wants: readonly ObjectWant[], reason: string, findings: Findings): void {
  for (const [center, of] of Map.groupBy(wants, (want) => want.center))
    findings.say(reason, 'warn', { center }, { center, objects: of.length, first: of[0] === undefined ? '' : wantName(of[0]) })
}

/** A truncated export must not empty a region. */
function guardRemovals(removals: readonly ObjectWant[], { counts, recorded }: ObjectWork, findings: Findings): void {
  if (recorded) return
  for (const { center, kind, live } of counts) {
    const removed = removals.filter((want) => want.center === center && want.served.kind === kind).length
    if (removed <= live * MOST_REMOVED) continue
    findings.guard('mass-delete', 'mass-delete', { center, route: kind }, { center, kind, removed, live, limit: `${MOST_REMOVED * 100} %` })
  }
}
