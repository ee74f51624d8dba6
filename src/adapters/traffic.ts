import { openConnections, type Connections } from '../load/connections.ts'
import { burst } from '../load/burst.ts'
import { openLoop } from '../load/open-loop.ts'
import type { Clock } from '../ports/clock.ts'
import type { ProbeStream, Traffic } from '../ports/traffic.ts'
import { fetchOnce } from './fetch-once.ts'

/** Client probes over HTTP. Streams and reaches share the connections to a gateway: as many open as requests are in flight, so none waits for another, and a warm one saves a round trip. Bursts have their own. */
export function httpTraffic(clock: Clock): Traffic {
  const streams = new Set<ProbeStream>()
  const connections = openConnections()
  let newConnections: Connections | undefined
  const now = (): number => clock.monotonic()
  return {
    start(targets, rate, idPrefix, fresh = false, most = Infinity) {
      const stream = openLoop({
        targets,
        rate,
        idPrefix,
        now,
        most,
        connections: fresh ? (newConnections ??= openConnections(undefined, true)) : connections,
      })
      streams.add(stream)
      return stream
    },
    burst: (target, count, idPrefix, deadline) => burst(target, count, idPrefix, Math.max(0, deadline.at - now()), { now }),
    async reach(url, deadline) {
      const began = now()
      const end = (): { readonly at: number; readonly took: number } => ({ at: clock.now(), took: now() - began })
      const answer = await fetchOnce({ clock, deadline, url, method: 'GET', limit: 0, pool: connections.to(url) })
      return 'status' in answer
        ? { state: 'present', value: { status: answer.status }, ...end() }
        : { state: 'unreachable', why: answer.why, ...end() }
    },
    async close() {
      await Promise.all([...streams].map((stream) => stream.stop()))
      streams.clear()
      await Promise.all([connections.close(), newConnections?.close()])
    },
  }
}
