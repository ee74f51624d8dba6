import type { CenterName, Milliseconds } from '../domain/topology.ts'
import type { ProbeTarget } from './traffic.ts'

/** Who sends: our own open loop, or a program that is installed. */
export type GeneratorName = 'own' | 'wrk' | 'hey'

export interface LoadOrder {
  readonly target: ProbeTarget
  /** Requests per second; `wrk` knows none and sends as fast as its connections allow. */
  readonly rate: number
  readonly duration: Milliseconds
  /** At most this many at one time. */
  readonly connections: number
  /** Ids are `<idPrefix>-<n>`, n from 0, where the generator can number them. */
  readonly idPrefix: string
}

/** Of answers and of requests that were given up. Absent percentiles: the generator does not tell them. */
export interface Latencies {
  readonly count: number
  readonly p50: Milliseconds
  readonly p99: Milliseconds
  readonly p999?: Milliseconds
  readonly max?: Milliseconds
}

export interface LoadMeasure {
  readonly generator: GeneratorName
  /** `open`: times count from when a request was due. `closed`: from when it was sent, so that what had to wait for a slow answer is missing. */
  readonly loop: 'open' | 'closed'
  readonly requests: number
  readonly good: number
  /** Good answers per second, until the last answer came. */
  readonly achieved: number
  /** By kind: timeout, refused, reset, status, unreadable. */
  readonly errors: Readonly<Record<string, number>>
  /** Absent: nothing was answered or given up. */
  readonly latency?: Latencies
  /** By the center that answered; '' where the answer did not say. Only of a generator that reads answers. */
  readonly byCenter: Readonly<Record<CenterName, Latencies>>
  /** Most connections that were open at one time, where known. */
  readonly open?: number
  /** Share of the requests, 0–1, that found every connection busy when they were due. */
  readonly waited?: number
  /** How late the generator itself was, and how busy (0–1). */
  readonly own?: { readonly lateP99: Milliseconds; readonly busy: number }
  /** Ended before its time. `failing`: more than half of the requests failed. */
  readonly stopped?: 'interrupted' | 'failing'
}

/** Sends load and measures it. Ends by itself soon after its duration; never rejects for what the network or the program did. */
export interface LoadGenerator {
  readonly name: GeneratorName
  generate(order: LoadOrder, interrupt: AbortSignal): Promise<LoadMeasure | { readonly unable: string }>
}

/** A measurement that is kept to be compared with. */
export interface LoadBaseline {
  /** ISO 8601, UTC. */
  readonly at: string
  readonly center: CenterName
  readonly service: string
  readonly generator: GeneratorName
  readonly rate: number
  readonly connections: number
  readonly achieved: number
  readonly errorRatio: number
  readonly p50?: Milliseconds
  readonly p99?: Milliseconds
  readonly p999?: Milliseconds
  /** What a lab's marker said; absent: no lab. */
  readonly lab?: string
}

/** Where measurements are kept, oldest first. A file that cannot be read is no baseline, and no fault. */
export interface LoadBaselines {
  read(topology: string, center: CenterName): Promise<readonly LoadBaseline[]>
  keep(topology: string, center: CenterName, more: readonly LoadBaseline[]): Promise<void>
}
