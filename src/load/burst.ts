import type { ProbeResult, ProbeTarget } from '../ports/traffic.ts'
import { type Connections, openConnections } from './connections.ts'
import { sendProbe } from './send-probe.ts'

/** `count` requests at once through one target, in order of their ids `<idPrefix>-<n>`. `timeout` (ms) bounds each, the probe's own time-out too. */
export async function burst(
  target: ProbeTarget,
  count: number,
  idPrefix: string,
  timeout: number,
  { now = () => performance.now(), connections }: { readonly now?: () => number; readonly connections?: Connections } = {},
): Promise<readonly ProbeResult[]> {
  const own = connections ?? openConnections()
  try {
    const bound = Math.min(timeout, target.probe.timeout)
    return await Promise.all(Array.from({ length: count }, (_, n) => sendProbe(own, target, `${idPrefix}-${n}`, now, bound)))
  } finally {
    if (connections === undefined) await own.close()
  }
}
