import { expect, test } from 'vitest'
import type { Topology } from '../../src/domain/topology.ts'
import { backendPods } from '../../src/facts/backend-pods.ts'
import { registryInstances } from '../../src/facts/registry-instances.ts'
import type { World } from '../../src/ports/world.ts'
import { topology as document } from '../engine/fixture.ts'
import { memoryRegistry } from '../worlds/memory-registry.ts'
import { memoryWorld } from '../worlds/memory-world.ts'

const instance = { ip: '10.11.0.1', port: 8080, healthy: true, enabled: true, weight: 1, ephemeral: true, metadata: { zone: 'zone-a' } }
const topology: Topology = {
  ...document,
  registry: {
    api: 'auto',
    namespace: 'public',
    group: 'DEFAULT_GROUP',
    centers: { 'zone-a': { url: 'http://nacos' } },
    services: { 'ai-service': { 'zone-a': 'ai-service', 'zone-b': 'ai-service', 'zone-c': 'ai-shanghai' } },
    minInstances: 3,
    maxLag: 30_000,
  },
}

function given(about: Topology = topology) {
  const made = memoryWorld({ topology: about, routes: [] })
  const registry = memoryRegistry(made.clock)
  const world: World = { ...made, registry }
  const center = about.centers[0]!
  const input = { topology: about, center, world, keep: () => undefined }
  return { made, registry, read: () => registryInstances.read(input, { at: made.clock.monotonic() + 1000 }), input }
}

test('each name is asked for once, and stands for the centers that share it', async () => {
  const { registry, read } = given()
  registry.put('zone-a', 'ai-service', [instance])
  expect(await read()).toMatchObject({
    state: 'present',
    value: [
      { service: 'ai-service', name: 'ai-service', homes: ['zone-a', 'zone-b'], seen: { instances: [instance] } },
      { service: 'ai-service', name: 'ai-shanghai', homes: ['zone-c'], seen: undefined },
    ],
  })
})

test('a registry that does not answer whole is a gap, and no registry declared is nothing to ask about', async () => {
  const { registry, read } = given()
  registry.trouble('zone-a', 'forbidden')
  expect(await read()).toMatchObject({ state: 'forbidden' })
  registry.trouble('zone-a', 'refuse')
  expect(await read()).toMatchObject({ state: 'unreachable' })
  expect(await given(document).read()).toMatchObject({ state: 'present', value: [] })
})

const pod = (name: string, app: string, ip: string, ready: 'True' | 'False' = 'True') => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'ai-system', labels: { app } },
  status: { podIP: ip, conditions: [{ type: 'Ready', status: ready, lastTransitionTime: '2026-11-20T03:00:00Z' }] },
})

test("the Pods behind a service are found by its workload's selector, with the time since when they are ready", async () => {
  const { input, made } = given()
  const within = { at: made.clock.monotonic() + 1000 }
  expect(await backendPods.read(input, within)).toMatchObject({ state: 'unknown' }) // its workload selects nothing
  made.cluster('zone-a').put({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'ai-service-zone-a', namespace: 'ai-system' },
    spec: { replicas: 2, selector: { matchLabels: { app: 'ai-service-zone-a' } } },
  })
  for (const one of [
    pod('a-1', 'ai-service-zone-a', '10.11.0.1'),
    pod('a-2', 'ai-service-zone-a', '10.11.0.2', 'False'),
    pod('a-3', 'ai-service-zone-a', ''),
    pod('other', 'other', '10.11.0.9'),
  ])
    made.cluster('zone-a').put(one)
  expect(await backendPods.read(input, within)).toMatchObject({
    state: 'present',
    value: [
      { service: 'ai-service', name: 'a-1', ip: '10.11.0.1', readySince: Date.UTC(2026, 10, 20, 3) },
      { service: 'ai-service', name: 'a-2', ip: '10.11.0.2', readySince: undefined },
    ],
  })
})
