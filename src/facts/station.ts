import type { StationSighting } from '../ports/station.ts'
import type { Fact } from './fact.ts'

/** The machine where the tool runs: kubeconfig files, state directory, environment. The same for every center. */
export const station: Fact<StationSighting> = {
  name: 'station',
  rights: [],
  read: async ({ world }) => {
    const { clock } = world
    const began = clock.monotonic()
    if (world.station === undefined) return { state: 'unknown', why: 'this machine is not looked at', at: clock.now(), took: 0 }
    const value = await world.station.look()
    return { state: 'present', value, at: clock.now(), took: clock.monotonic() - began }
  },
}
