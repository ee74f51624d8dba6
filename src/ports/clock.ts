/** Time as the engine sees it. Tests drive it by hand. */
export interface Clock {
  /** Wall clock, ms since the epoch. */
  now(): number
  /** Monotonic ms; only differences mean something. */
  monotonic(): number
  /** Ends after `ms`, or at once when the signal aborts; never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}
