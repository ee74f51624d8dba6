import type { Facts } from '../domain/finding.ts'
import type { Observation } from '../domain/observation.ts'
import type { Recovery, SituationInForce } from '../domain/record.ts'
import type { Runbook } from '../domain/runbook.ts'
import type { Sighting } from '../domain/sighting.ts'
import type { CenterName, Milliseconds, Topology } from '../domain/topology.ts'
import type { Words } from '../domain/words.ts'
import type { ProbeResult } from '../ports/traffic.ts'

/** What a check may look at while a gate waits. Times are the clock's monotonic milliseconds. */
export interface Moment {
  readonly topology: Topology
  readonly mode: Runbook['mode']
  readonly now: Milliseconds
  /** When the gate began. */
  readonly since: Milliseconds
  readonly hold: Milliseconds
  readonly input: Readonly<Record<string, unknown>>
  /** Client probes so far, by start time; undefined: nothing can be measured. */
  readonly probes?: readonly ProbeResult[]
  /** Requests that sample the share by center. */
  readonly share: readonly ProbeResult[]
  readonly resolution: Milliseconds
  /** Gateways that answer no probe themselves, whatever their API does: a request that dies behind a gateway does not make it lost. */
  readonly lost: readonly CenterName[]
  /** Centers that this run takes out of traffic. */
  readonly out: readonly CenterName[]
  /** A real switch came into a drill: weights and marks are its own from then on. */
  readonly overtaken: boolean
  readonly times: {
    readonly faultAt?: Milliseconds
    /** When clients began to fail, as a person said. */
    readonly saidAt?: Milliseconds
    readonly decidedAt?: Milliseconds
    readonly confirmedAt?: Milliseconds
    readonly appliedAt?: Milliseconds
  }
  readonly recovery?: Recovery
  /** A fresh look at every center; one per gate poll however many checks ask. */
  readonly look: () => Promise<{ readonly sightings: readonly Sighting[]; readonly inForce: SituationInForce }>
  readonly baseline?: { readonly weights: Readonly<Record<string, string>>; readonly replicas: Readonly<Record<string, number>> }
  /** What backends recorded, where a ledger exists. */
  readonly ledger: () => Promise<Observation<ReadonlyMap<string, number>>>
}

/** `final`: waiting longer cannot change it. `settling`: it is not an answer yet, and at the end of the wait it is unknown. */
export interface CheckAnswer {
  readonly verdict: 'yes' | 'no' | 'unknown'
  readonly reason: string
  readonly facts: Facts
  readonly final?: boolean
  readonly center?: CenterName
  readonly recovery?: Recovery
}

/** One file a check, listed in `checks/index.ts`. It is pure but for the looks that it asks for. Unknown is never yes. */
export interface Check {
  readonly name: string
  readonly id: `TC-${number}`
  readonly evaluate: (moment: Moment) => CheckAnswer | Promise<CheckAnswer>
  readonly words: Words
}

export function defineCheck(check: Check): Check {
  return check
}
