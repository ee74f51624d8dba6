import type { Fact } from './fact.ts'

export interface ApiClock {
  /** Of the API server, e.g. `v1.36.3`. */
  readonly version: string
  /** Its clock minus ours, ms; undefined: it says no time. `Date` has whole seconds, so this is right to half a second and half the round trip. */
  readonly offset?: number
}

/** Version and clock of the center's API server. */
export const apiClock: Fact<ApiClock> = {
  name: 'api-clock',
  rights: [],
  read: async ({ center, world }, deadline) => {
    const cluster = world.clusters.get(center.name)
    if (cluster === undefined) return { state: 'unknown', why: 'no cluster', at: world.clock.now(), took: 0 }
    const seen = await cluster.read('/version', deadline)
    if (seen.state !== 'present') return seen
    const { text, date } = seen.value
    const version = /"gitVersion":\s*"(?<version>[^"]+)"/.exec(text)?.groups?.['version'] ?? '?'
    // The answer was written about half a round trip ago, and its clock shows the second that had begun.
    const offset = date === undefined ? undefined : date + 500 - (seen.at - seen.took / 2)
    return { ...seen, value: { version, ...(offset === undefined ? {} : { offset }) } }
  },
}
