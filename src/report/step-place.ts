import type { RunStarted } from '../domain/record.ts'
import type { Step } from '../domain/runbook.ts'

/**
 * Where a step of a drill stands: a container (`during`, `always`) has no line of its own, a step has one, and what goes on inside a step
 * (the runbook that it runs, its paces) is told by that one line. A path that the runbook does not know is a step.
 */
export function placeOfStep({ runbook }: Pick<RunStarted, 'runbook'>, path: string): 'container' | 'step' | 'inside' {
  let steps: readonly Step[] = runbook.steps
  let found: Step | undefined
  for (const name of path.split('/')) {
    const next = steps.find((step) => step.name === name)
    if (next === undefined && found !== undefined) return 'inside'
    if (next === undefined) continue
    found = next
    steps = next.key === 'during' || next.key === 'always' ? next.steps : []
  }
  return found?.key === 'during' || found?.key === 'always' ? 'container' : 'step'
}
