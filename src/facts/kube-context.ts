import type { ContextSighting } from '../ports/station.ts'
import type { Fact } from './fact.ts'

/** How the center's kubeconfig context would reach its cluster, by the files alone. */
export const kubeContext: Fact<ContextSighting> = {
  name: 'kube-context',
  rights: [],
  read: async ({ center, world }) => {
    const { clock } = world
    const began = clock.monotonic()
    if (world.station === undefined) return { state: 'unknown', why: 'this machine is not looked at', at: clock.now(), took: 0 }
    const value = await world.station.context(center.context)
    return { state: 'present', value, at: clock.now(), took: clock.monotonic() - began }
  },
}
