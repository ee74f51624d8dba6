import { describe, expect, test } from 'vitest'
import { askCenter, askFleet, failed, passed, unsure, type Question } from '../../src/checks/question.ts'
import { MARK_ANNOTATION, type Mark } from '../../src/domain/mark.ts'
import { encodeMark } from '../../src/domain/mark-codec.ts'
import { verifyExitCode, type Verification } from '../../src/domain/verify.ts'
import { verify, type VerifyRequest } from '../../src/engine/verify.ts'
import { routes as routesFact } from '../../src/facts/routes.ts'
import type { Fact } from '../../src/facts/fact.ts'
import type { Kind } from '../../src/ports/cluster.ts'
import { memoryWorld, type MemoryWorld } from '../worlds/memory-world.ts'
import { centers, fewRoutes, topology } from './fixture.ts'

/** Every route of these centers carries this mark. */
function mark(world: MemoryWorld, where: readonly string[], more: Partial<Mark>): void {
  for (const center of where)
    for (const { metadata } of world.cluster(center).all('HTTPRoute'))
      world.cluster(center).edit('HTTPRoute', metadata.namespace, metadata.name, (draft) => {
        const whole = {
          seq: 1,
          run: 'r',
          verb: 'failover',
          uid: metadata.uid,
          was: [],
          situation: [],
          normal: {},
          set: {},
          ...more,
        } as Mark
        draft['metadata'].annotations = { [MARK_ANNOTATION]: encodeMark(whole) }
      })
}

/** zone-a is out by the marks of the other clusters, which a switch could reach. */
function worldWithoutA(fault = true): MemoryWorld {
  const world = memoryWorld({ topology, routes: fewRoutes })
  mark(world, ['zone-b', 'zone-c'], { situation: ['zone-a'] })
  if (fault) world.cluster('zone-a').fault = { kind: 'blackholed' }
  return world
}

const configMaps: Kind = { group: '', version: 'v1', plural: 'configmaps', kind: 'ConfigMap', namespaced: true }
const marker: Fact<string> = {
  name: 'marker',
  rights: [{ verb: 'list', group: '', resource: 'configmaps' }],
  read: async ({ center, world }, deadline) => {
    const seen = await world.clusters.get(center.name)!.list(configMaps, {}, deadline)
    return seen.state === 'present' ? { ...seen, value: 'read' } : seen
  },
}
const text = { en: 'text', zh: '文' }
const about = { group: 'practice', level: 'object', title: text, about: text, words: { well: text, ill: text, gap: text } } as const
const asked = askCenter({ ...about, name: 'asked', id: 'TC-901', needs: { marker }, evaluate: () => [passed('well', {}, [])] })
const illIn = (bad: readonly string[]): Question =>
  askCenter({
    ...about,
    name: 'ill',
    id: 'TC-902',
    needs: {},
    evaluate: (_, { center }) => [(bad.includes(center.name) ? failed : passed)(bad.includes(center.name) ? 'ill' : 'well', {}, [])],
  })
const told = (state: typeof failed, center: string): Question =>
  askFleet({
    ...about,
    name: 'told',
    id: 'TC-903',
    needs: {},
    evaluate: () => [{ ...state('ill', {}, []), center }, passed('well', {}, [])],
  })

const look = async (world: MemoryWorld, questions: readonly Question[], more: Partial<VerifyRequest> = {}): Promise<Verification> =>
  await verify(world, { topology, questions, centers, probe: false, ...more })
const excused = ({ outcomes }: Verification) => outcomes.filter(({ out }) => out === true).map(({ check, center }) => `${check} ${center}`)

describe('a center that the situation in force takes out', () => {
  test('cannot be read: it is told as deferred, and is not what the exit code is about', async () => {
    const seen = await look(worldWithoutA(), [asked])
    expect(seen).toMatchObject({ out: ['zone-a'], unread: [{ center: 'zone-a', why: 'no answer', out: true }] })
    expect(seen.outcomes[0]).toMatchObject({ center: 'zone-a', state: 'inconclusive', out: true })
    expect(verifyExitCode(seen)).toBe(0)
    expect(seen.took).toBe(topology.policy.deadlines.read)
  })

  test('another that cannot be read is 4 all the same', async () => {
    const world = worldWithoutA()
    world.cluster('zone-c').fault = { kind: 'refused' }
    const seen = await look(world, [asked])
    expect(seen.unread.map(({ center, out }) => `${center} ${String(out ?? false)}`)).toEqual(['zone-a true', 'zone-c false'])
    expect(verifyExitCode(seen)).toBe(4)
  })

  test.each([
    { bad: ['zone-a'], exit: 0, spared: ['ill zone-a'], broken: [] },
    { bad: ['zone-b'], exit: 1, spared: ['ill zone-a'], broken: ['zone-b'] },
    { bad: ['zone-a', 'zone-c'], exit: 1, spared: ['ill zone-a'], broken: ['zone-c'] },
  ])('what fails in $bad: exit $exit', async ({ bad, exit, spared, broken }) => {
    const seen = await look(worldWithoutA(false), [illIn(bad)])
    expect(excused(seen)).toEqual(spared)
    expect(Object.keys(seen.firstBroken)).toEqual(broken)
    expect(verifyExitCode(seen)).toBe(exit)
  })

  test('asked for by name it counts', async () => {
    const seen = await look(worldWithoutA(), [asked, illIn(['zone-a'])], { centers: ['zone-a'], named: true })
    expect(excused(seen)).toEqual([])
    expect(verifyExitCode(seen)).toBe(1)
    expect(verifyExitCode(await look(worldWithoutA(), [asked], { centers: ['zone-a'], named: true }))).toBe(4)
  })

  test.each([
    { state: unsure, of: 'cannot be told does not count', exit: 0 },
    { state: failed, of: 'is wrong counts: the others send there', exit: 1 },
  ])('what a question about all centers says of it and $of', async ({ state, exit }) => {
    expect(verifyExitCode(await look(worldWithoutA(false), [told(state, 'zone-a')]))).toBe(exit)
  })
})

test.each([
  { of: 'no mark', more: undefined, out: [] },
  { of: 'a situation of two', more: { situation: ['zone-a', 'zone-b'] }, out: ['zone-a', 'zone-b'] },
  { of: 'a return on its way', more: { seq: 2, was: ['zone-a'], situation: [], progress: 50 }, out: ['zone-a'] },
  { of: 'a return that has arrived', more: { seq: 2, was: ['zone-a'], situation: [] }, out: [] },
])('$of: out is $out', async ({ more, out }) => {
  const world = memoryWorld({ topology, routes: fewRoutes })
  if (more !== undefined) mark(world, centers, more)
  expect((await look(world, [illIn(centers)])).out).toEqual(out)
})

test('the marks cannot be read anywhere: nothing is out, and everything counts', async () => {
  const world = worldWithoutA()
  for (const center of centers) world.cluster(center).fault = { kind: 'refused' }
  const seen = await look(world, [asked])
  expect(seen.out).toEqual([])
  expect(verifyExitCode(seen)).toBe(4)
})

test('where all is well nothing more is read; where routes are asked about the situation is told', async () => {
  const world = worldWithoutA(false)
  expect((await look(world, [illIn([])])).out).toEqual([])
  expect(centers.flatMap((center) => world.cluster(center).reads)).toEqual([])
  const question = askCenter({
    ...about,
    name: 'routed',
    id: 'TC-904',
    needs: { routes: routesFact },
    evaluate: () => [passed('well', {}, [])],
  })
  expect((await look(world, [question])).out).toEqual(['zone-a'])
})

test('rights that are missing are named where the topology needs them', async () => {
  const world = memoryWorld({ topology, routes: fewRoutes })
  world.cluster('zone-b').fault = { kind: 'forbidden' }
  const question = askCenter({
    ...about,
    name: 'routed',
    id: 'TC-904',
    needs: { routes: routesFact },
    evaluate: () => [passed('well', {}, [])],
  })
  const narrow = { ...topology, routes: { pinned: [], namespaces: ['ai-system', 'edge'] } }
  const seen = await look(world, [question], { topology: narrow, centers: ['zone-b'] })
  expect(seen.outcomes[0]?.conclusions).toMatchObject([
    {
      reason: 'fact-forbidden',
      facts: { rights: ['list httproutes.gateway.networking.k8s.io -n ai-system', 'list httproutes.gateway.networking.k8s.io -n edge'] },
    },
  ])
})
