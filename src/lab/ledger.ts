/** How many ids are kept; the oldest go first. At 200 probes a second that is half an hour. */
const KEPT = 400_000

/** Which requests reached a backend, and how often, by `x-request-id`. One for the whole lab. */
export interface Ledger {
  record(id: string): void
  /** Id → times, of ids that begin with the prefix. */
  counts(prefix: string): ReadonlyMap<string, number>
}

/** `ignored` begins the ids of the lab's own background load, which nobody asks for. */
export function openLedger(ignored: string): Ledger {
  const times = new Map<string, number>()
  return {
    record(id) {
      if (id.startsWith(ignored)) return
      times.set(id, (times.get(id) ?? 0) + 1)
      if (times.size > KEPT) for (const [oldest] of times) return void times.delete(oldest)
    },
    counts: (prefix) => new Map([...times].filter(([id]) => id.startsWith(prefix))),
  }
}
