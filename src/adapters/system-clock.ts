import type { Clock } from '../ports/clock.ts'

/** Longest wait that a Node timer can hold: about 24.8 days. */
const LONGEST = 2 ** 31 - 1

/** ms since some moment of the past, to the microsecond. Unlike `performance.now()` it loads nothing of Node that a switch would wait for. */
function monotonic(): number {
  const [seconds, nanoseconds] = process.hrtime()
  return seconds * 1e3 + nanoseconds / 1e6
}

/** The machine's clock. A sleep keeps the process alive until it ends or is aborted. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic,
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve()
      const end = (): void => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', end)
        resolve()
      }
      const timer = setTimeout(end, Math.min(Math.max(ms, 0), LONGEST))
      signal?.addEventListener('abort', end, { once: true })
    }),
}
