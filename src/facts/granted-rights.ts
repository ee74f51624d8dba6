import type { Observation } from '../domain/observation.ts'
import type { Right } from '../ports/cluster.ts'
import { firstGap, type Fact } from './fact.ts'

/** What one verb needs in this cluster, and what of it is not granted. */
export interface GrantedRights {
  readonly verb: string
  readonly needs: readonly Right[]
  readonly lacks: readonly Right[]
}

/** Every right of every verb, by one access review each: whole or not at all. */
export const grantedRights: Fact<readonly GrantedRights[]> = {
  name: 'granted-rights',
  rights: [],
  read: async ({ center, world }, deadline): Promise<Observation<readonly GrantedRights[]>> => {
    const { clock, rights } = world
    const began = clock.monotonic()
    const cluster = world.clusters.get(center.name)
    if (cluster === undefined || rights === undefined)
      return { state: 'unknown', why: 'it is not known what is needed', at: clock.now(), took: 0 }
    const each = new Map([...rights.values()].flat().map((right) => [keyOf(right), right]))
    const asked = await Promise.all([...each].map(async ([key, right]) => [key, await cluster.allowed(right, deadline)] as const))
    const gap = firstGap(asked.map(([, answer]) => answer))
    if (gap !== undefined) return gap
    const denied = new Set(asked.flatMap(([key, answer]) => (answer.state === 'present' && !answer.value ? [key] : [])))
    const value = [...rights].map(([verb, needs]) => ({ verb, needs, lacks: needs.filter((right) => denied.has(keyOf(right))) }))
    return { state: 'present', value, at: clock.now(), took: clock.monotonic() - began }
  },
}

function keyOf({ verb, group, resource, subresource, namespace, name }: Right): string {
  return JSON.stringify([verb, group, resource, subresource, namespace, name])
}
