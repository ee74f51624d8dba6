import type { CenterName } from '../../src/domain/topology.ts'
import type { Clock } from '../../src/ports/clock.ts'
import type { Registry, RegistryInstance, RegistryService } from '../../src/ports/registry.ts'

/** How a center's registry is out of order. `catalog`: it works, but its catalog may not be read. */
export type RegistryTrouble = 'refuse' | 'silent' | 'forbidden' | 'html' | 'catalog' | null

export interface MemoryRegistry extends Registry {
  /** Undefined: the registry knows no such service. */
  put(center: CenterName, service: string, instances: readonly RegistryInstance[] | undefined): void
  trouble(center: CenterName, how: RegistryTrouble): void
}

/** Registries of the centers, as the Nacos adapter would see them. */
export function memoryRegistry(clock: Clock): MemoryRegistry {
  const services = new Map<string, readonly RegistryInstance[]>()
  const troubles = new Map<CenterName, RegistryTrouble>()
  return {
    put(center, service, instances) {
      if (instances === undefined) services.delete(`${center}/${service}`)
      else services.set(`${center}/${service}`, instances)
    },
    trouble: (center, how) => void troubles.set(center, how),
    async instances(center, service, deadline) {
      const began = clock.monotonic()
      const how = troubles.get(center) ?? null
      if (how === 'silent') await clock.sleep(Math.max(0, deadline.at - began))
      const times = { at: clock.now(), took: clock.monotonic() - began }
      if (how === 'silent') return { state: 'unreachable', why: 'no answer', ...times }
      if (how === 'refuse') return { state: 'unreachable', why: 'refused', ...times }
      if (how === 'forbidden') return { state: 'forbidden', why: 'HTTP 403', ...times }
      if (how === 'html') return { state: 'unknown', why: 'the answer is HTML', ...times }
      const all = services.get(`${center}/${service}`)
      if (all === undefined) return { state: 'absent', ...times }
      return { state: 'present', value: seen(all, how !== 'catalog'), ...times }
    },
  }
}

function seen(all: readonly RegistryInstance[], catalogued: boolean): RegistryService {
  const enabled = all.filter((one) => one.enabled)
  const overrun = enabled.length > 0 && !enabled.some(({ healthy }) => healthy)
  if (catalogued) return { api: 'v1', instances: all, protected: overrun, catalogued }
  return { api: 'v1', instances: overrun ? enabled.map((one) => ({ ...one, healthy: true })) : enabled, protected: overrun }
}
