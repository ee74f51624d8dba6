import { formatDuration } from '../../domain/duration.ts'
import type { FollowState } from '../../engine/follow-state.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Context } from '../context.ts'
import { phrasebook } from '../phrases.ts'

/** Between two signs of life, ms. */
const BEAT = 60_000

/** A line a minute on stderr where it is no terminal, so that a log shows that somebody still looks. Until `stop`. */
export async function beat(
  { stderr, language }: Pick<Context, 'language'> & { readonly stderr: Pick<Context['stderr'], 'isTTY' | 'write'> },
  clock: Clock,
  state: () => Pick<FollowState, 'totals' | 'unread'>,
  stop: AbortSignal,
): Promise<void> {
  if (stderr.isTTY === true) return
  const began = clock.monotonic()
  for (;;) {
    await clock.sleep(BEAT, stop)
    if (stop.aborted) return
    const { totals, unread } = state()
    const facts = {
      elapsed: formatDuration(Math.round((clock.monotonic() - began) / 1000) * 1000),
      drift: totals.drift + totals['odd-one-out'],
      unread: new Set(unread.map(({ column }) => column)).size,
    }
    stderr.write(`${phrasebook.lookup('watch-beat', facts, language)}\n`)
  }
}
