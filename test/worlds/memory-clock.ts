import type { Clock } from '../../src/ports/clock.ts'

export interface MemoryClock extends Clock {
  /** Moves time on by `ms`, waking each sleeper at its time and letting what it wakes run before the next. */
  advance(ms: number): Promise<void>
  /** How many sleep now. */
  readonly sleepers: number
}

interface Sleeper {
  readonly at: number
  wake(): void
}

/**
 * Time that moves only when told, or, with `auto`, jumps to the next sleeper as soon as nothing else is left to do.
 * `auto` is for worlds wholly in memory: it does not see real input and output, and would run ahead of it.
 */
export function memoryClock({
  auto = false,
  start = Date.UTC(2026, 10, 20, 3, 15),
}: { readonly auto?: boolean; readonly start?: number } = {}): MemoryClock {
  let elapsed = 0
  let asleep: Sleeper[] = []
  let ticking = false

  function tick(): void {
    if (!auto || ticking || asleep.length === 0) return
    ticking = true
    setImmediate(() => {
      ticking = false
      wakeNext()
      tick()
    })
  }

  /** Wakes everybody whose time is the earliest of all, in the order in which they went to sleep. */
  function wakeNext(until = Number.POSITIVE_INFINITY): boolean {
    const next = Math.min(...asleep.map(({ at }) => at))
    if (asleep.length === 0 || next > until) return false
    elapsed = Math.max(elapsed, next)
    const woken = asleep.filter(({ at }) => at === next)
    asleep = asleep.filter(({ at }) => at !== next)
    for (const sleeper of woken) sleeper.wake()
    return true
  }

  return {
    // Whole milliseconds, as a system's clock gives them: marks hold nothing else.
    now: () => Math.floor(start + elapsed),
    monotonic: () => elapsed,
    sleep(ms, signal) {
      return new Promise((resolve) => {
        if (signal?.aborted) return resolve()
        const wake = (): void => {
          signal?.removeEventListener('abort', give)
          resolve()
        }
        const sleeper = { at: elapsed + Math.max(0, ms), wake }
        const give = (): void => {
          asleep = asleep.filter((one) => one !== sleeper)
          resolve()
        }
        signal?.addEventListener('abort', give, { once: true })
        asleep.push(sleeper)
        tick()
      })
    },
    async advance(ms) {
      const until = elapsed + ms
      await settled()
      while (wakeNext(until)) await settled()
      elapsed = until
    },
    get sleepers() {
      return asleep.length
    },
  }
}

/** Lets every promise that can go on do so. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
