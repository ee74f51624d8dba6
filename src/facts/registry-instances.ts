import type { CenterName, ServiceName, Topology } from '../domain/topology.ts'
import type { RegistryService } from '../ports/registry.ts'
import { firstGap, type Fact } from './fact.ts'

/** What one center's registry has under one name of a service. */
export interface RegisteredService {
  readonly service: ServiceName
  readonly name: string
  /** The centers whose instances register under this name: one, or several that share it. */
  readonly homes: readonly CenterName[]
  /** Undefined: the registry knows no such service. */
  readonly seen: RegistryService | undefined
}

/** Every declared service as the center's own registry has it: whole or not at all. Nothing where no registry is declared. */
export const registryInstances: Fact<readonly RegisteredService[]> = {
  name: 'registry-instances',
  rights: [],
  read: async ({ topology, center, world }, deadline) => {
    const now = { at: world.clock.now(), took: 0 }
    if (topology.registry === undefined) return { state: 'present', value: [], ...now }
    const { registry } = world
    if (registry === undefined) return { state: 'unknown', why: 'no registry is asked', ...now }
    const names = namesOf(topology)
    const answers = await Promise.all(names.map(({ name }) => registry.instances(center.name, name, deadline)))
    const gap = firstGap(answers.filter(({ state }) => state !== 'absent'))
    if (gap !== undefined) return gap
    const value = names.map((one, i): RegisteredService => {
      const answer = answers[i]
      return { ...one, seen: answer?.state === 'present' ? answer.value : undefined }
    })
    return { state: 'present', value, at: world.clock.now(), took: Math.max(0, ...answers.map(({ took }) => took)) }
  },
}

/** Each name once, with the centers that it stands for. */
function namesOf({ registry, centers }: Topology): readonly Omit<RegisteredService, 'seen'>[] {
  return Object.entries(registry?.services ?? {}).flatMap(([service, byCenter]) => {
    const homes = Map.groupBy(
      centers.filter(({ name }) => byCenter[name] !== undefined),
      ({ name }) => byCenter[name] ?? '',
    )
    return [...homes].map(([name, of]) => ({ service, name, homes: of.map((center) => center.name) }))
  })
}
