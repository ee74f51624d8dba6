import type { ServiceName } from '../domain/topology.ts'
import type { ProbeResult } from '../ports/traffic.ts'
import type { Fact } from './fact.ts'

/** Requests as the service's probe declares them, through the gateway of one center. */
export interface ProbeAnswers {
  readonly service: ServiceName
  readonly results: readonly ProbeResult[]
}

/** Enough to see errors of one in five, few enough to trouble nobody. */
const REQUESTS = 20

/** What the probe of each service gets through the center's own gateway. */
export const probeAnswers: Fact<readonly ProbeAnswers[]> = {
  name: 'probe-answers',
  rights: [],
  sends: true,
  read: async ({ topology, center, world: { traffic, clock } }, deadline) => {
    const began = clock.monotonic()
    const value = await Promise.all(
      topology.services.flatMap(({ name: service, probe }, i) => {
        if (probe === undefined) return []
        const target = { gateway: center.name, url: center.gateway, service, probe }
        return [traffic.burst(target, REQUESTS, `doctor-${i}-${center.name}`, deadline).then((results) => ({ service, results }))]
      }),
    )
    return { state: 'present', value, at: clock.now(), took: clock.monotonic() - began }
  },
}
