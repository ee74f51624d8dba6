import type { Finding } from '../domain/finding.ts'
import type { SituationInForce } from '../domain/record.ts'
import type { Words } from '../domain/words.ts'
import type { Run } from './run.ts'

/** A paced run elsewhere keeps its marks until `until`: nobody moves weights under it before that, unless its name is overridden or it is taken over. */
export function lockedFinding(run: Run, inForce: SituationInForce, now: number, changes: number): readonly Finding[] {
  const { until, run: holder } = inForce
  if (until === undefined || until <= now || changes === 0 || run.request.takeOver) return []
  // A run of this machine that is dead holds nothing: its journal's process lock was taken.
  const ours = holder === run.id || holder === run.request.of
  if (ours && (run.request.elsewhere === undefined || run.state.written > 0)) return []
  const override = run.request.overrides.find(({ guard }) => guard === 'locked')
  return [
    {
      guard: 'locked',
      reason: 'locked-by-run',
      facts: { run: holder ?? '', seconds: Math.ceil((until - now) / 1000) },
      where: {},
      effect: override === undefined ? 'refuse' : 'warn',
      ...(override === undefined ? {} : { overridden: override.reason }),
    },
  ]
}

export const lockWords = {
  'locked-by-run': {
    en: 'run {run} is going on and keeps its marks for {seconds} s more.\nWait for it, or end it where it runs.\nTo take it over all the same: --take-over',
    zh: '运行 {run} 正在进行，标记还将保留 {seconds} 秒。\n请等待其结束，或在其运行处结束。\n如需接管：--take-over',
  },
} satisfies Words
