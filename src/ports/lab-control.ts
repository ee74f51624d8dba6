import type { Deadline } from '../domain/change.ts'
import type { Observation } from '../domain/observation.ts'
import type { CenterName } from '../domain/topology.ts'

/** The lab over HTTP at the control URL that its marker (ConfigMap kube-system/tricenter-lab) names. A drill asks for faults as any client would. */
export interface LabControl {
  fault(url: string, center: CenterName, fault: LabFault | null, deadline: Deadline): Promise<Observation<true>>
  /** The fault in force, `null` for none. */
  faultOf(url: string, center: CenterName, deadline: Deadline): Promise<Observation<LabFault | null>>
  /** How often backends recorded each request whose id begins with the prefix. */
  ledger(url: string, idPrefix: string, deadline: Deadline): Promise<Observation<ReadonlyMap<string, number>>>
}

/** `kind`: refuse, blackhole, reset, delay=200ms, lost. `target`: api, gateway, services, all. Heals itself at `until` (ms since the epoch). */
export interface LabFault {
  readonly kind: string
  readonly target: string
  readonly run?: string
  readonly until?: number
}
