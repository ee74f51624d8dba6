import { describe, expect, test } from 'vitest'
import type { Moment } from '../../src/checks/check.ts'
import { questions } from '../../src/checks/questions.ts'
import { questionGate } from '../../src/engine/question-gate.ts'
import { memoryWorld, type MemoryWorld } from '../worlds/memory-world.ts'
import { routes, topology } from './fixture.ts'

const CONTROLLER = 'higress.io/gateway-controller'
const accepted = (generation: number, status = 'True') => ({
  parents: [
    {
      controllerName: CONTROLLER,
      parentRef: { name: 'gateway' },
      conditions: ['Accepted', 'ResolvedRefs'].map((type) => ({ type, status, reason: type, message: '', observedGeneration: generation })),
    },
  ],
})

/** Every route of these centers is reported on; of the others none is. */
function worldOf(reported: readonly string[]): MemoryWorld {
  const world = memoryWorld({ topology, routes })
  for (const { name: center } of topology.centers)
    for (const { metadata } of world.cluster(center).all('HTTPRoute'))
      world.cluster(center).edit('HTTPRoute', metadata.namespace, metadata.name, (draft) => {
        draft['status'] = (reported.includes(center) ? accepted(1) : { parents: [] }) as never
      })
  return world
}

const moment = (more: Partial<Moment> = {}): Moment => ({ topology, input: {}, out: [], ...more }) as Moment
const ask = async (world: MemoryWorld, more: Partial<Moment> = {}) => await questionGate('routes-reported', world)!.evaluate(moment(more))

describe('a gate that names a question', () => {
  test('yes when it passed everywhere', async () => {
    expect(await ask(worldOf(['zone-a', 'zone-b', 'zone-c']))).toMatchObject({ verdict: 'yes', reason: 'question-passed' })
  })

  test('unknown while one center cannot be told', async () => {
    const seen = await ask(worldOf(['zone-a', 'zone-b']))
    expect(seen).toMatchObject({ verdict: 'unknown', reason: 'routes-reported.unreported', center: 'zone-c' })
  })

  test('no when it failed, whatever else cannot be told', async () => {
    const world = worldOf(['zone-a', 'zone-b'])
    const [route] = world.cluster('zone-b').all('HTTPRoute')
    world.cluster('zone-b').edit('HTTPRoute', route?.metadata.namespace, route?.metadata.name ?? '', (draft) => {
      draft['status'] = accepted(1, 'False') as never
    })
    expect(await ask(world)).toMatchObject({ verdict: 'no', reason: 'routes-reported.not-accepted', center: 'zone-b' })
  })

  test('centers that the run takes out are not asked, nor those that `with` does not name', async () => {
    expect(await ask(worldOf(['zone-b', 'zone-c']), { out: ['zone-a'] })).toMatchObject({ verdict: 'yes' })
    expect(await ask(worldOf(['zone-c']), { input: { centers: ['zone-c'] } })).toMatchObject({ verdict: 'yes' })
  })

  test('nothing to look at is unknown, and opens nothing', async () => {
    const world = memoryWorld({ topology, routes: [] })
    expect(await ask(world)).toMatchObject({ verdict: 'unknown', reason: 'question-silent' })
  })

  test('every question can be named', () => {
    const world = memoryWorld({ topology, routes: [] })
    expect(questions.filter(({ name }) => questionGate(name, world) === undefined)).toEqual([])
    expect(questionGate('routes-reportd', world)).toBeUndefined()
  })
})
