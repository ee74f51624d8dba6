import type { ProbeResult, ProbeStream, ProbeTarget } from '../ports/traffic.ts'
import { type Connections, openConnections } from './connections.ts'
import { sendProbe } from './send-probe.ts'

/** A sleeping laptop or a blocked event loop must not be followed by a burst that no client would send: what is later than this (ms) is left out. */
const FORGIVEN = 1000

export interface OpenLoopOptions {
  /** Taken in turn. */
  readonly targets: readonly ProbeTarget[]
  /** Requests per second over all targets; 0 starts none. */
  readonly rate: number
  /** Ids are `<idPrefix>-<n>`, n from 0. */
  readonly idPrefix: string
  /** Monotonic ms. */
  readonly now?: () => number
  /** Beyond this many in flight a request is not sent and counts as timed out. */
  readonly maxInFlight?: number
  /** Requests in all, after which none is sent; a loop that was held up does not catch up beyond it. */
  readonly most?: number
  /** Connections to share; else the stream opens its own and closes them when it stops. */
  readonly connections?: Connections
}

/** Open loop: request n starts `n / rate` seconds after the first, however slow the answers are, so that a slow gateway cannot hide behind a slow client. */
export function openLoop({
  targets,
  rate,
  idPrefix,
  now = () => performance.now(),
  maxInFlight = 2000,
  most = Infinity,
  connections,
}: OpenLoopOptions): ProbeStream {
  const own = connections ?? openConnections()
  const inFlight = new Set<Promise<void>>()
  let done: ProbeResult[] = []
  let sent = 0
  let timer: NodeJS.Timeout | undefined
  let stopped: Promise<void> | undefined

  const launch = (target: ProbeTarget, id: string): void => {
    if (inFlight.size >= maxInFlight) {
      done.push({ gateway: target.gateway, service: target.service, id, startedAt: now(), took: 0, ok: false, error: 'timeout' })
      return
    }
    const one = sendProbe(own, target, id, now).then((result) => {
      done.push(result)
      inFlight.delete(one)
    })
    inFlight.add(one)
  }

  const interval = 1000 / rate
  let begin = now()
  const tick = (): void => {
    const late = now() - (begin + sent * interval)
    if (late > FORGIVEN) begin += late
    for (; sent < most && begin + sent * interval <= now(); sent++) {
      const target = targets[sent % targets.length]
      if (target !== undefined) launch(target, `${idPrefix}-${sent}`)
    }
    if (sent < most) timer = setTimeout(tick, Math.max(0, begin + sent * interval - now()))
  }
  if (targets.length > 0 && rate > 0) tick()

  return {
    take() {
      const taken = done.sort((a, b) => a.startedAt - b.startedAt)
      done = []
      return taken
    },
    stop() {
      stopped ??= (async () => {
        clearTimeout(timer)
        await Promise.all(inFlight)
        if (connections === undefined) await own.close()
      })()
      return stopped
    },
  }
}
