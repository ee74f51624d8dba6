import { expect, test } from 'vitest'
import { measureSplit, type SplitReport } from '../../src/engine/split.ts'
import { memoryWorld, type MemoryWorld } from '../worlds/memory-world.ts'
import { routes, topology } from './fixture.ts'

async function measured(change: (world: MemoryWorld) => void = () => undefined, interrupted = false): Promise<SplitReport> {
  const world = memoryWorld({ topology, routes })
  change(world)
  const interrupt = new AbortController()
  let looks = 0
  return await measureSplit(world, {
    topology,
    services: ['ai-service'],
    tolerance: 5,
    confidence: 0.99,
    rate: 200,
    fresh: false,
    idPrefix: 'split-test',
    interrupt: interrupt.signal,
    told: () => {
      looks += 1
      if (interrupted && looks === 2) interrupt.abort('SIGINT')
    },
  })
}

test('a perfect split is balanced, over the gateways that clients enter by', async () => {
  const { splits, out, unread } = await measured()
  expect(splits).toMatchObject([{ verdict: 'balanced', planned: 664, unnamed: 0, errorRatio: 0 }])
  expect({ out, unread }).toEqual({ out: [], unread: [] })
})

test('a split that all clusters share and nobody declared is not balanced, and known early', async () => {
  const { splits } = await measured((world) => {
    for (const cluster of world.clusters.values())
      for (const route of cluster.all('HTTPRoute'))
        cluster.edit('HTTPRoute', route.metadata.namespace, route.metadata.name, (draft) => {
          for (const rule of draft['spec'].rules) for (const [i, ref] of rule.backendRefs.entries()) ref.weight = i === 0 ? 90 : 10
        })
  })
  expect(splits).toMatchObject([{ verdict: 'not-balanced', stopped: 'decided' }])
  expect(splits[0]?.requests).toBeLessThan(664)
})

test('a gateway that answers nobody is failing, and no split', async () => {
  const { splits } = await measured((world) => void world.faults.set('zone-a', { kind: 'refuse', target: 'gateway', run: 'test' }))
  expect(splits).toMatchObject([{ verdict: 'failing', stopped: 'decided' }])
})

test('what was interrupted early proves nothing', async () => {
  const { splits } = await measured(undefined, true)
  expect(splits).toMatchObject([{ verdict: 'undecided', stopped: 'interrupted' }])
})

test('a center that could not be read is named', async () => {
  const { unread } = await measured((world) => (world.cluster('zone-c').fault = { kind: 'forbidden' }))
  expect(unread).toEqual(['zone-c'])
})
