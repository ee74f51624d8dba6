import { openConnections } from '../load/connections.ts'
import { burst } from '../load/burst.ts'
import { openLoop } from '../load/open-loop.ts'
import type { Clock } from '../ports/clock.ts'
import type { ProbeStream, Traffic } from '../ports/traffic.ts'
import { fetchOnce } from './fetch-once.ts'

/** Client probes over HTTP. Streams, bursts and reaches share nothing, so that a burst cannot delay a stream. */
export function httpTraffic(clock: Clock): Traffic {
  const streams = new Set<ProbeStream>()
  const forReach = openConnections()
  const now = (): number => clock.monotonic()
  return {
    start(targets, rate, idPrefix) {
      const stream = openLoop({ targets, rate, idPrefix, now })
      streams.add(stream)
      return stream
    },
    burst: (target, count, idPrefix, deadline) => burst(target, count, idPrefix, Math.max(0, deadline.at - now()), { now }),
    async reach(url, deadline) {
      const began = now()
      const end = (): { readonly at: number; readonly took: number } => ({ at: clock.now(), took: now() - began })
      const answer = await fetchOnce({ clock, deadline, url, method: 'GET', limit: 0, pool: forReach.to(url) })
      return 'status' in answer
        ? { state: 'present', value: { status: answer.status }, ...end() }
        : { state: 'unreachable', why: answer.why, ...end() }
    },
    async close() {
      await Promise.all([...streams].map((stream) => stream.stop()))
      streams.clear()
      await forReach.close()
    },
  }
}
