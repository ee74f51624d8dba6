import { verifyPlanOf, type HeaderRoute } from '../domain/estate.ts'
import type { ProbeResult } from '../ports/traffic.ts'
import type { Fact } from './fact.ts'

/** Requests with one header value, through the gateway of one center. */
export interface HeaderLanding {
  readonly route: HeaderRoute
  readonly results: readonly ProbeResult[]
}

/** Requests that each declared header value sends through each gateway: enough to see both halves of an even split (a miss is 1 in a million). */
const REQUESTS = 20

/** Where requests with each declared header value land, through the center's own gateway. */
export const headerLandings: Fact<readonly HeaderLanding[]> = {
  name: 'header-landings',
  rights: [],
  sends: true,
  read: async ({ topology, center, world: { traffic, clock } }, deadline) => {
    const began = clock.monotonic()
    const value = await Promise.all(
      verifyPlanOf(topology).headers.map(async (route, i): Promise<HeaderLanding> => {
        const probe = topology.services.find(({ name }) => name === route.service)?.probe
        if (probe === undefined) return { route, results: [] }
        const target = {
          gateway: center.name,
          url: center.gateway,
          service: route.service,
          probe: { ...probe, headers: { ...probe.headers, [route.header]: route.value } },
        }
        return { route, results: await traffic.burst(target, REQUESTS, `verify-h${i}-${center.name}`, deadline) }
      }),
    )
    return { state: 'present', value, at: clock.now(), took: clock.monotonic() - began }
  },
}
