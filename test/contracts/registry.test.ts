import { nacosRegistry } from '../../src/adapters/nacos/registry.ts'
import { systemClock } from '../../src/adapters/system-clock.ts'
import type { RegistrySource } from '../../src/domain/estate.ts'
import { openFaultProxy } from '../../src/lab/fault-proxy.ts'
import { startNacos } from '../../src/lab/nacos/nacos.ts'
import type { NacosManner } from '../../src/lab/nacos/manner.ts'
import type { RegistryInstance } from '../../src/ports/registry.ts'
import { memoryClock } from '../worlds/memory-clock.ts'
import { memoryRegistry, type RegistryTrouble } from '../worlds/memory-registry.ts'
import { registryContract, type RegistryFixture } from './registry-contract.ts'

registryContract('in memory', async () => {
  const clock = memoryClock({ auto: true })
  const registry = memoryRegistry(clock)
  return {
    registry,
    put: (instances) => registry.put('zone-a', 'ai-service', instances),
    trouble: async (how) => registry.trouble('zone-a', how),
    within: (ms) => ({ at: clock.monotonic() + ms }),
    close: async () => undefined,
  }
})

registryContract("over Nacos' first API", () => overHttp('v1'))
registryContract("over Nacos' third API", () => overHttp('v3'))

const MANNERS: Readonly<Record<Exclude<RegistryTrouble, 'refuse' | 'silent' | null>, Partial<NacosManner>>> = {
  forbidden: { answer: 'forbidden' },
  html: { answer: 'html' },
  catalog: { catalog: false },
}

/** The lab's registry behind a fault proxy, served as `apis`, asked with `api: auto`. */
async function overHttp(apis: 'v1' | 'v3'): Promise<RegistryFixture> {
  let instances: readonly RegistryInstance[] = []
  const nacos = await startNacos({
    own: () => [{ service: 'ai-service', ...gone }, ...instances.map((one) => ({ service: 'ai-service', ...one }))],
  })
  const proxy = await openFaultProxy(() => nacos.port)
  const other = await startNacos({ own: () => [] })
  const url = (port: number) => ({ url: `http://127.0.0.1:${port}` })
  const source: RegistrySource = {
    api: 'auto',
    namespace: 'public',
    group: 'DEFAULT_GROUP',
    centers: { 'zone-a': url(proxy.port), 'zone-b': url(other.port) },
    services: {},
    minInstances: 3,
    maxLag: 30_000,
  }
  const registry = nacosRegistry({ source, clock: systemClock, env: {} })
  return {
    registry,
    put: (next) => void (instances = next),
    async trouble(how) {
      nacos.reset()
      // A service whose last instance left stays known.
      nacos.set({ apis, change: (one) => (one.ip === gone.ip ? undefined : one) })
      await proxy.set(how === 'refuse' ? { kind: 'refuse' } : how === 'silent' ? { kind: 'blackhole' } : null)
      if (how !== null && how !== 'refuse' && how !== 'silent') nacos.set(MANNERS[how])
    },
    within: (ms) => ({ at: systemClock.monotonic() + ms }),
    async close() {
      await registry.close()
      await Promise.all([proxy.close(), nacos.close(), other.close()])
    },
  }
}

const gone = { ip: '10.11.0.99', port: 8080, healthy: true, enabled: true, weight: 1, ephemeral: true, metadata: {} }
