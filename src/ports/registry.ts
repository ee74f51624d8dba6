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

/** `protected`: `reachProtectionThreshold` – every instance is shown as healthy because too many are not, so that health in this answer means nothing. */
export interface RegistryService {
  readonly instances: readonly RegistryInstance[]
  readonly protected: boolean
  /** Which API answered. */
  readonly api: 'v1' | 'v2' | 'v3'
}

/** Each center's registry. An empty list is present and empty; `absent`: it knows no such service; a refused login is `forbidden`. */
export interface Registry {
  instances(center: CenterName, service: string, deadline: Deadline): Promise<Observation<RegistryService>>
}
