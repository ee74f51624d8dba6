import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Runbook, Step } from '../domain/runbook.ts'
import { packageRoot } from './package-root.ts'
import { readOnce } from './read-before.ts'

/** A shipped runbook and every one that it may run, by name. */
export async function runbookOf(
  env: Readonly<Record<string, string | undefined>>,
  name: string,
): Promise<{ readonly runbook: Runbook; readonly includes: ReadonlyMap<string, Runbook> }> {
  const known = new Map<string, Runbook>()
  const add = async (wanted: string): Promise<Runbook> => {
    const file = join(packageRoot(), 'runbooks', `${wanted}.yaml`)
    const read = async (): Promise<Runbook> => (await import('./shipped-runbooks.ts')).loadRunbook(file)
    const runbook = await readOnce(env, 'runbook', readFileSync(file), read)
    known.set(wanted, runbook)
    for (const inner of runsOf(runbook.steps)) if (!known.has(inner)) await add(inner)
    return runbook
  }
  return { runbook: await add(name), includes: known }
}

function runsOf(steps: readonly Step[]): readonly string[] {
  return steps.flatMap((step) => {
    if (step.key === 'run') return [step.runbook]
    return step.key === 'during' || step.key === 'always' ? runsOf(step.steps) : []
  })
}
