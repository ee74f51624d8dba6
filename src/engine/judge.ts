import type { Change } from '../domain/change.ts'
import type { Fate } from './execute.ts'
import { releaseFailed } from './releases.ts'
import type { Run, StepResult } from './run.ts'

/** Turns the fates of a step's changes into what the run will answer. */
export function judge(run: Run, changes: readonly Change[], fates: ReadonlyMap<string, Fate>): StepResult {
  let result: StepResult = 'done'
  const worsen = (to: StepResult): void => {
    if (result === 'done') result = to
  }
  for (const change of changes) {
    if (change.effect === 'release' && judgeRelease(run, change, fates.get(change.id))) {
      worsen('failed')
      continue
    }
    const facts = { center: change.center, object: `${change.object.namespace}/${change.object.name}` }
    switch (fates.get(change.id)) {
      case 'applied':
      case undefined:
        break
      case 'left':
        run.state.verdicts.add('stopped')
        worsen('stopped')
        break
      case 'lost':
        run.state.deferred.set(change.center, { center: change.center, rules: change.edits.length, why: 'no answer to a write' })
        if (run.mode !== 'emergency') worsen('failed')
        break
      case 'overtaken':
        run.state.last = { reason: 'overtaken', facts }
        worsen('failed')
        break
      case 'stale':
        run.state.last = { reason: 'stale-plan', facts }
        run.state.left.push({
          guard: 'stale-plan',
          reason: 'changed-under-plan',
          facts,
          where: { center: change.center, route: facts.object },
          effect: 'leave',
        })
        if (run.mode !== 'emergency') worsen('failed')
        break
      case 'rejected':
        run.state.last = { reason: 'write-rejected', facts }
        run.state.left.push({ reason: 'write-rejected', facts, where: { center: change.center, route: facts.object }, effect: 'leave' })
        if (run.mode !== 'emergency') worsen('failed')
        break
    }
  }
  return result
}

/** Helm left a release half-way: the run takes back what it did. Answers whether that is so. */
function judgeRelease(run: Run, { id, center, object }: Change, fate: Fate | undefined): boolean {
  const back = run.state.restoring
  if (fate === 'applied' && back)
    run.state.left.splice(
      0,
      Infinity,
      ...run.state.left.filter((one) => one.where.center !== center || one.reason !== 'release-failed-here'),
    )
  if (fate === undefined || fate === 'applied' || fate === 'left') return false
  run.state.failed = true
  const finding = releaseFailed(center, `${object.namespace}/${object.name}`, run.state.why.get(id) ?? 'no answer')
  run.state.left.push(finding)
  run.state.last = { reason: finding.reason, facts: finding.facts }
  return true
}
