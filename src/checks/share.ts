import type { CenterName, Milliseconds, Topology } from '../domain/topology.ts'
import { wilson } from '../domain/wilson.ts'
import type { ProbeResult } from '../ports/traffic.ts'

/**
 * Who answered: the share of each center among the requests that began in [from, to) and were answered by a known center, with the half width of its 95 % Wilson interval,
 * e.g. ` · zone-a 50.0 ±5.6 % · zone-b 50.0 ±5.6 % (n = 300)`, to stand after other figures. Centers that answered nothing are left out; '' when nobody did.
 */
export function shareText(topology: Topology, share: readonly ProbeResult[], from: Milliseconds, to: Milliseconds): string {
  const answered = share.filter(({ ok, center, startedAt }) => ok && center !== undefined && startedAt >= from && startedAt < to)
  if (answered.length === 0) return ''
  const counts = new Map<CenterName, number>()
  for (const { center = '' } of answered) counts.set(center, (counts.get(center) ?? 0) + 1)
  const parts = topology.centers.flatMap(({ name }) => {
    const hits = counts.get(name)
    if (hits === undefined) return []
    const { low, high } = wilson(hits, answered.length)
    return [`${name} ${((100 * hits) / answered.length).toFixed(1)} ±${(50 * (high - low)).toFixed(1)} %`]
  })
  return ` · ${parts.join(' · ')} (n = ${answered.length})`
}
