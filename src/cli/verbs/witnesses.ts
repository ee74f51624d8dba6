import { systemNetwork } from '../../adapters/network.ts'
import { systemClock } from '../../adapters/system-clock.ts'
import type { World } from '../../ports/world.ts'

/** What `verify` and `doctor` look at besides clusters and gateways. */
export function openWitnesses(): Pick<World, 'network'> {
  return { network: systemNetwork({ clock: systemClock }) }
}
