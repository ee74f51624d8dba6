import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { openCluster } from '../../src/adapters/kube/cluster.ts'
import { loadContexts } from '../../src/adapters/kube/contexts.ts'
import { httpLabControl } from '../../src/adapters/lab-control.ts'
import { nacosRegistry } from '../../src/adapters/nacos/registry.ts'
import { systemClock } from '../../src/adapters/system-clock.ts'
import { httpTraffic } from '../../src/adapters/traffic.ts'
import { questions } from '../../src/checks/questions.ts'
import { readTopology } from '../../src/documents/topology.ts'
import type { Topology } from '../../src/domain/topology.ts'
import { verify } from '../../src/engine/verify.ts'
import { type Lab, startLab } from '../../src/lab/lab.ts'
import type { NacosManner } from '../../src/lab/nacos/manner.ts'
import type { World } from '../../src/ports/world.ts'
import { DEPLOYMENTS, QUICK } from './harness.ts'
import { openKubeClient } from '../../src/lab/kube-client.ts'

const dir = mkdtempSync(join(tmpdir(), 'tricenter-registry-'))
const closers: (() => Promise<unknown>)[] = []
let lab: Lab
let topology: Topology
let world: World

beforeAll(async () => {
  lab = await startLab({ dir, load: 0, startDelay: [10, 30], policy: QUICK })
  const read = readTopology(readFileSync(lab.topologyPath), 'tricenter.yaml')
  if (!('topology' in read)) throw new Error(JSON.stringify(read.mistakes))
  topology = read.topology
  const source = topology.registry!
  const contexts = await loadContexts({ env: {}, kubeconfig: lab.kubeconfigPath })
  const clusters = topology.centers.map(({ name: center, context }) =>
    openCluster({ center, context, contexts, clock: systemClock, version: 'test' }),
  )
  const traffic = httpTraffic(systemClock)
  const registry = nacosRegistry({ source, clock: systemClock, env: { NACOS_USER: 'nacos', NACOS_PASSWORD: 'sesame' } })
  closers.push(
    () => traffic.close(),
    () => registry.close(),
    ...clusters.map((cluster) => () => cluster.close()),
  )
  world = {
    clock: systemClock,
    clusters: new Map(clusters.map((cluster) => [cluster.center, cluster])),
    traffic,
    lab: httpLabControl(systemClock),
    registry,
  }
})
afterEach(async () => {
  for (const { name } of topology.centers) lab.registry(name).reset()
  await lab.heal()
})
afterAll(async () => {
  for (const close of closers) await close()
  await lab.close()
  rmSync(dir, { recursive: true })
})

/** `TC-302 zone-a: failed too-few` for everything that did not pass. */
async function troubles(about: Topology = topology): Promise<readonly string[]> {
  const asked = questions.filter(({ group }) => group === 'registry')
  const { outcomes } = await verify(world, {
    topology: about,
    questions: asked,
    centers: about.centers.map(({ name }) => name),
    probe: false,
  })
  return outcomes.flatMap(({ id, center, conclusions }) =>
    conclusions
      .filter(({ state }) => state !== 'passed')
      .map((one) => `${id} ${one.center ?? center ?? 'all'}: ${one.state} ${one.reason.split('.').at(-1)}`),
  )
}
const set = (manner: Partial<NacosManner>): void => lab.registry('zone-a').set(manner)

test('a lab as it starts passes them all', async () => {
  expect(await troubles()).toEqual([])
})

test('one that is served by the first API alone is told, and believed', async () => {
  set({ apis: 'v1' })
  expect(await troubles()).toEqual(['TC-307 all: warning different'])
})

test('sick instances: the catalog tells; where it may not be read, that the list is protected', async () => {
  const own = 'ai-service-zone-a'
  set({ apis: 'v1', change: (one) => (one.service === own ? { ...one, healthy: false } : one) })
  expect(await troubles()).toContain('TC-302 zone-a: failed behind-protection')
  set({ catalog: false })
  expect(await troubles()).toContain('TC-302 zone-a: inconclusive protected')
  set({ apis: 'v3' })
  expect(await troubles()).toContain('TC-302 zone-a: inconclusive unflagged')
})

test('an empty registry fails', async () => {
  set({ change: () => undefined })
  expect(await troubles()).toEqual(expect.arrayContaining(['TC-301 zone-a: failed empty', 'TC-302 zone-a: failed none']))
})

test.each(['forbidden', 'html', 'error', 'truncated'] as const)(
  'one that answers %s leaves its center open and no other',
  async (answer) => {
    set({ answer })
    const found = await troubles()
    expect(found.filter((one) => / zone-a: /.test(one)).every((one) => one.includes('inconclusive'))).toBe(true)
    for (const id of ['TC-301', 'TC-302', 'TC-303', 'TC-304', 'TC-306'])
      expect(found.filter((one) => one.startsWith(id))).toEqual([expect.stringContaining(`${id} zone-a: inconclusive`)])
  },
)

test('one that is lost is unreachable, and costs no more than its deadline', async () => {
  await lab.fault('zone-a', { kind: 'blackhole', target: 'nacos' })
  const began = performance.now()
  const found = await troubles()
  expect(performance.now() - began).toBeLessThan(4000)
  expect(found).toContain('TC-302 zone-a: inconclusive fact-unreachable')
})

test('instances that say they are elsewhere, stay when they die, or get no traffic', async () => {
  set({
    change: (one) =>
      one.service === 'ai-service-zone-a'
        ? { ...one, ephemeral: false, enabled: one.ip.endsWith('1'), metadata: { ...one.metadata, zone: 'zone-b' } }
        : one,
  })
  expect(await troubles()).toEqual(
    expect.arrayContaining(['TC-302 zone-a: failed too-few', 'TC-303 zone-a: failed mislabelled', 'TC-304 zone-a: warning persistent']),
  )
})

test('what another center does not know is late after the declared lag, and under way before', async () => {
  set({ copyEvery: null })
  const cluster = lab.clusters.find(({ name }) => name === 'zone-b')!
  const client = openKubeClient(cluster)
  const scale = async (replicas: number) => {
    await client.mergePatch(`${DEPLOYMENTS}/ai-service-zone-b`, { spec: { replicas } })
    await expect.poll(() => lab.status().centers['zone-b']!.ready).toBe(replicas)
  }
  await scale(11)
  expect(await troubles()).toEqual([])
  await expect
    .poll(() => troubles({ ...topology, registry: { ...topology.registry!, maxLag: 1 } }), { timeout: 3000 })
    .toEqual(['TC-305 zone-a: failed late'])
  await scale(10)
  lab.registry('zone-a').reset()
  await expect.poll(() => troubles(), { timeout: 5000 }).toEqual([])
  await client.close()
})

test('a service whose Pods run and nobody has registered; a registration whose Pod has gone', async () => {
  set({ change: (one) => (one.service === 'ai-service-zone-a' && !/[13579]$/.test(one.ip) ? undefined : one) })
  expect(await troubles({ ...topology, registry: { ...topology.registry!, maxLag: 0 } })).toContain('TC-306 zone-a: failed unregistered')
  set({ change: (one) => (one.service === 'ai-service-zone-a' && one.ip.endsWith('1') ? { ...one, ip: '10.99.9.9' } : one) })
  expect(await troubles()).toContain('TC-306 zone-a: warning ghosts')
})

test('credentials: read from the environment; without them forbidden', async () => {
  for (const { name } of topology.centers) lab.registry(name).set({ credentials: { username: 'nacos', password: 'sesame', ttl: 60_000 } })
  expect((await troubles()).filter((one) => one.startsWith('TC-301'))).toHaveLength(3)
  const centers = Object.fromEntries(
    Object.entries(topology.registry!.centers).map(([name, one]) => [
      name,
      { ...one, usernameEnv: 'NACOS_USER', passwordEnv: 'NACOS_PASSWORD' },
    ]),
  )
  const source = { ...topology.registry!, centers }
  const registry = nacosRegistry({ source, clock: systemClock, env: { NACOS_USER: 'nacos', NACOS_PASSWORD: 'sesame' } })
  const before = world
  world = { ...world, registry }
  expect(await troubles()).toEqual([])
  world = before
  await registry.close()
})
