import type { Deadline } from '../domain/change.ts'
import type { Observation } from '../domain/observation.ts'
import type { CenterName, Milliseconds, Probe, ServiceName } from '../domain/topology.ts'

/** One way in and one service behind it. */
export interface ProbeTarget {
  readonly gateway: CenterName
  /** Base URL of the gateway. */
  readonly url: string
  readonly service: ServiceName
  readonly probe: Probe
}

/** One request as its client saw it. Times are the clock's monotonic milliseconds. Good = the expected status within the time-out. */
export interface ProbeResult {
  readonly gateway: CenterName
  readonly service: ServiceName
  /** The value of its `x-request-id`. */
  readonly id: string
  readonly startedAt: Milliseconds
  readonly took: Milliseconds
  readonly ok: boolean
  readonly status?: number
  /** The center that answered, where the answer says so and the topology knows it. */
  readonly center?: CenterName
  readonly error?: 'timeout' | 'refused' | 'reset' | 'status' | 'unreadable'
}

/** Open loop: a request starts when its time has come, however slow the answers are. Each result appears once, when it is complete. */
export interface ProbeStream {
  /** Results that were completed since the last call, in order of their start. */
  take(): readonly ProbeResult[]
  /** Starts no more, waits for those in flight (bounded by the probe's time-out), and keeps what is left for `take`. */
  stop(): Promise<void>
}

export interface Traffic {
  /** `rate` requests per second over all targets, in turn. `idPrefix` begins each request's id. `fresh`: each by a connection of its own. `most`: no more than that in all. */
  start(targets: readonly ProbeTarget[], rate: number, idPrefix: string, fresh?: boolean, most?: number): ProbeStream
  /** `count` requests at once through one target. */
  burst(target: ProbeTarget, count: number, idPrefix: string, deadline: Deadline): Promise<readonly ProbeResult[]>
  /** Does the gateway answer HTTP at all, with any status? */
  reach(url: string, deadline: Deadline): Promise<Observation<{ readonly status: number }>>
  close(): Promise<void>
}
