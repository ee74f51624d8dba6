import type { Milliseconds } from '../domain/topology.ts'
import type { Clock } from '../ports/clock.ts'

/** What work comes to within this time; undefined: it took longer, or failed. Nothing is waited for once it is in. */
export async function inTime<T>(clock: Clock, ms: Milliseconds, work: Promise<T>): Promise<T | undefined> {
  const waiting = new AbortController()
  try {
    return await Promise.race([work.catch(() => undefined), clock.sleep(ms, waiting.signal).then(() => undefined)])
  } finally {
    waiting.abort()
  }
}
