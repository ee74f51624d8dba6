import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Registry, RegistryInstance } from '../../src/ports/registry.ts'
import type { RegistryTrouble } from '../worlds/memory-registry.ts'

/** Registries of zone-a and zone-b. */
export interface RegistryFixture {
  readonly registry: Registry
  /** What `ai-service` has in zone-a's. */
  put(instances: readonly RegistryInstance[]): void
  /** Of zone-a's. */
  trouble(how: RegistryTrouble): Promise<void>
  within(ms: number): { readonly at: number }
  close(): Promise<void>
}

const one = (last: number, more: Partial<RegistryInstance> = {}): RegistryInstance => ({
  ip: `10.11.0.${last}`,
  port: 8080,
  healthy: true,
  enabled: true,
  weight: 1,
  ephemeral: true,
  metadata: { region: 'beijing', zone: 'zone-a', datacenter: 'primary' },
  ...more,
})

/** What every implementation of the registry port promises. */
export function registryContract(name: string, open: () => Promise<RegistryFixture>): void {
  describe(`the registry port, ${name}`, () => {
    let it: RegistryFixture
    beforeAll(async () => {
      it = await open()
    })
    beforeEach(async () => {
      await it.trouble(null)
      it.put([one(1), one(2)])
    })
    afterAll(() => it.close())
    const ask = (center = 'zone-a', service = 'ai-service', ms = 2000) => it.registry.instances(center, service, it.within(ms))

    test('gives every instance whole, with its metadata and real health', async () => {
      const instances = [one(1), one(2, { healthy: false }), one(3, { weight: 0, ephemeral: false })]
      it.put(instances)
      expect(await ask()).toMatchObject({ state: 'present', value: { instances, protected: false, catalogued: true } })
    })

    test('instances that are disabled are there, and said to be disabled', async () => {
      it.put([one(1), one(2, { enabled: false })])
      const seen = await ask()
      expect(seen).toMatchObject({ state: 'present', value: { instances: [{ enabled: true }, { enabled: false }] } })
    })

    test('where nobody is healthy the list is protected, and the catalog says how it really is', async () => {
      it.put([one(1, { healthy: false }), one(2, { healthy: false })])
      const seen = await ask()
      expect(seen).toMatchObject({
        state: 'present',
        value: { protected: true, catalogued: true, instances: [{ healthy: false }, { healthy: false }] },
      })
    })

    test('without the catalog, health that looks good is told to be protected, or not to be known', async () => {
      it.put([one(1, { healthy: false })])
      await it.trouble('catalog')
      const seen = await ask()
      expect(seen).toMatchObject({ state: 'present', value: { instances: [{ healthy: true }] } })
      if (seen.state !== 'present') return
      expect(seen.value.catalogued).toBeUndefined()
      expect(seen.value.protected || seen.value.unflagged).toBe(true)
    })

    test('empty, unknown, refused, silent, forbidden and something else are six different answers', async () => {
      it.put([])
      expect(await ask()).toMatchObject({ state: 'present', value: { instances: [] } })
      expect(await ask('zone-a', 'nobody')).toMatchObject({ state: 'absent' })
      await it.trouble('refuse')
      expect(await ask()).toMatchObject({ state: 'unreachable' })
      await it.trouble('forbidden')
      expect(await ask()).toMatchObject({ state: 'forbidden' })
      await it.trouble('html')
      expect(await ask()).toMatchObject({ state: 'unknown', why: expect.stringContaining('HTML') })
      await it.trouble('silent')
      const silent = await ask('zone-a', 'ai-service', 150)
      expect(silent).toMatchObject({ state: 'unreachable', why: expect.stringContaining('no answer') })
      expect(silent.took).toBeGreaterThanOrEqual(149)
      expect(silent.took).toBeLessThan(1000)
    })

    test("each center's registry is asked for itself", async () => {
      await it.trouble('refuse')
      expect(await ask('zone-b', 'nobody')).toMatchObject({ state: 'absent' })
    })
  })
}
