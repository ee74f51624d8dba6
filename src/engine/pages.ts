import type { Change } from '../domain/change.ts'
import type { Words } from '../domain/words.ts'
import { execute, type Fate, type Replan } from './execute.ts'
import type { Run } from './run.ts'
import type { Sweep } from './sweep.ts'

/** Objects of one page: few enough that a person sees it go on. */
const PAGE = 200

/** What others stand on is there before them: a page never holds objects of two of these ranks. Everything else follows, and what is removed goes last. */
const FIRST = ['Namespace', 'CustomResourceDefinition']

/** Carries changes out page after page, telling how far it is; changes that are no whole objects are one page. What was not begun by `until`, monotonic ms, has no fate. */
export async function executePages(
  run: Run,
  path: string,
  changes: readonly Change[],
  sweep: Sweep,
  replan: Replan,
  until?: number,
): Promise<ReadonlyMap<string, Fate>> {
  const pages = pagesOf(changes)
  if (pages.length <= 1) return await execute(run, path, changes, sweep, replan, until)
  const fates = new Map<string, Fate>()
  for (const page of pages) {
    for (const [id, fate] of await execute(run, path, page, sweep, replan, until)) fates.set(id, fate)
    run.deps.console.tell({
      type: 'progress',
      kind: 'heartbeat',
      step: path,
      reason: 'objects-done',
      facts: { done: fates.size, all: changes.length },
    })
  }
  return fates
}

function pagesOf(changes: readonly Change[]): readonly (readonly Change[])[] {
  if (!changes.every(({ intent }) => intent.kind === 'object')) return [changes]
  const rank = ({ effect, object: { kind } }: Change): number =>
    effect === 'remove' ? FIRST.length + 1 : FIRST.includes(kind) ? FIRST.indexOf(kind) : FIRST.length
  const groups = [...Map.groupBy(changes, rank)].toSorted(([a], [b]) => a - b).map(([, group]) => group)
  return groups.flatMap((group) => Array.from({ length: Math.ceil(group.length / PAGE) }, (_, i) => group.slice(i * PAGE, (i + 1) * PAGE)))
}

export const pagesWords = {
  'objects-done': { en: '{done} of {all} objects', zh: '已处理 {all} 个对象中的 {done} 个' },
} satisfies Words
