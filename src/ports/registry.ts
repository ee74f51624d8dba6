import type { Deadline } from '../domain/change.ts'
import type { Observation } from '../domain/observation.ts'
import type { CenterName } from '../domain/topology.ts'

/** One instance as the registry has it. Weight 0 or `enabled: false`: it gets no traffic. */
export interface RegistryInstance {
  readonly ip: string
  readonly port: number
  readonly healthy: boolean
  readonly enabled: boolean
  readonly weight: number
  readonly ephemeral: boolean
  /** `region`, `zone`, `datacenter` and whatever else the service says of itself. */
  readonly metadata: Readonly<Record<string, string>>
}

/** `protected`: `reachProtectionThreshold` – callers are shown every instance as healthy because too many are not. Health means nothing then, unless it is `catalogued`. */
export interface RegistryService {
  readonly instances: readonly RegistryInstance[]
  readonly protected: boolean
  /** The instances are the catalog's, with their real health and with those that are disabled; the list leaves the latter out. */
  readonly catalogued?: true
  /** This API does not say whether its list is protected, and the catalog could not be read: health that looks good may be none. */
  readonly unflagged?: true
  /** Which API answered. */
  readonly api: 'v1' | 'v2' | 'v3'
}

/** Each center's registry; `service` is what it is called there. An empty list is present and empty; `absent`: it knows no such service; a refused login is `forbidden`. */
export interface Registry {
  instances(center: CenterName, service: string, deadline: Deadline): Promise<Observation<RegistryService>>
}
