import { verifyPlanOf, type DeclaredPort } from '../domain/estate.ts'
import type { Observation } from '../domain/observation.ts'
import type { Fact } from './fact.ts'

export interface PortAnswer {
  readonly port: DeclaredPort
  readonly answer: Observation<true>
}

/** Whether the declared ports of the center take a TCP connection, from where the tool runs. */
export const openPorts: Fact<readonly PortAnswer[]> = {
  name: 'open-ports',
  rights: [],
  read: async ({ topology, center, world: { network, clock } }, deadline) => {
    if (network === undefined) return { state: 'unknown', why: 'no network', at: clock.now(), took: 0 }
    const began = clock.monotonic()
    const declared = verifyPlanOf(topology).ports.filter((port) => port.center === center.name)
    const value = await Promise.all(declared.map(async (port) => ({ port, answer: await network.connect(port.host, port.port, deadline) })))
    return { state: 'present', value, at: clock.now(), took: clock.monotonic() - began }
  },
}
