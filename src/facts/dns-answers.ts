import { verifyPlanOf } from '../domain/estate.ts'
import type { Observation } from '../domain/observation.ts'
import type { Fact } from './fact.ts'

export interface DnsAnswer {
  readonly name: string
  readonly answer: Observation<{ readonly addresses: readonly string[]; readonly ttl: number }>
}

/** What the declared entry names resolve to, from where the tool runs: the same for every center. */
export const dnsAnswers: Fact<readonly DnsAnswer[]> = {
  name: 'dns-answers',
  rights: [],
  read: async ({ topology, world: { network, clock } }, deadline) => {
    if (network === undefined) return { state: 'unknown', why: 'no network', at: clock.now(), took: 0 }
    const began = clock.monotonic()
    const value = await Promise.all(
      verifyPlanOf(topology).entries.map(async ({ name }) => ({ name, answer: await network.resolve(name, deadline) })),
    )
    return { state: 'present', value, at: clock.now(), took: clock.monotonic() - began }
  },
}
