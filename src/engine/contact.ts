import type { Milliseconds } from '../domain/topology.ts'
import type { Clock } from '../ports/clock.ts'
import type { Cluster } from '../ports/cluster.ts'
import { backOff } from './back-off.ts'

/** Is anybody there? One small question every so often (ms), so that a server that falls silent is noticed however quiet its watches are. */
const EVERY = 5_000

/** One center's API: there, or not. */
export interface Contact {
  /** Why it cannot be reached; undefined: it can. */
  lost(): string | undefined
  /** Aborted when contact is lost: whatever hangs on it is over. Another one after each return. */
  line(): AbortSignal
  /** Somebody had no answer: ask now. */
  doubt(): void
  /** Ends when there is contact, or at `stop`. */
  there(): Promise<void>
}

/** Asks until `stop`; `returned` is told when a center is back. Lost, it asks with back-off. */
export function keepContact(
  cluster: Cluster,
  clock: Clock,
  {
    patience,
    chance,
    stop,
    returned,
  }: { readonly patience: Milliseconds; readonly chance: () => number; readonly stop: AbortSignal; readonly returned: () => void },
): Contact {
  let lost: string | undefined
  let failures = 0
  let line = new AbortController()
  let asleep = new AbortController()
  const waiters: (() => void)[] = []
  const wake = (): void => {
    for (const one of waiters.splice(0)) one()
  }
  stop.addEventListener('abort', () => {
    line.abort()
    wake()
  })

  async function ask(): Promise<void> {
    const seen = await cluster.read('/version', { at: clock.monotonic() + patience })
    if (stop.aborted) return
    if (seen.state === 'unreachable') {
      failures++
      lost = seen.why
      line.abort()
      return
    }
    failures = 0
    if (lost === undefined) return
    lost = undefined
    line = new AbortController()
    wake()
    returned()
  }

  void (async () => {
    while (!stop.aborted) {
      asleep = new AbortController()
      await clock.sleep(lost === undefined ? EVERY : backOff(failures, chance), AbortSignal.any([stop, asleep.signal]))
      if (!stop.aborted) await ask()
    }
  })()

  return {
    lost: () => lost,
    line: () => line.signal,
    doubt: () => {
      if (lost === undefined) asleep.abort()
    },
    there: async () => {
      while (lost !== undefined && !stop.aborted) await new Promise<void>((resolve) => void waiters.push(resolve))
    },
  }
}
