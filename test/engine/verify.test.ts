import { describe, expect, test } from 'vitest'
import { askCenter, askFleet, failed, passed, unsure, type Question } from '../../src/checks/question.ts'
import type { Observation } from '../../src/domain/observation.ts'
import type { Conclusion, Verification } from '../../src/domain/verify.ts'
import { verify, verifyUntil, type VerifyRequest } from '../../src/engine/verify.ts'
import { readThrough, type Fact } from '../../src/facts/fact.ts'
import type { Cluster, Kind } from '../../src/ports/cluster.ts'
import { memoryWorld, type MemoryWorld } from '../worlds/memory-world.ts'
import { centers, topology } from './fixture.ts'

const configMaps: Kind = { group: '', version: 'v1', plural: 'configmaps', kind: 'ConfigMap', namespaced: true }
const rights = [
  { verb: 'get', group: '', resource: 'configmaps' },
  { verb: 'patch', group: '', resource: 'configmaps' },
]

/** Reads one ConfigMap of the cluster, and counts. */
function configMap(name: string, reads: string[] = []): Fact<string> {
  return {
    name,
    rights,
    read: async ({ center, world }, deadline) => {
      reads.push(`${center.name} ${name}`)
      const seen = await world.clusters.get(center.name)!.get(configMaps, 'kube-system', name, deadline)
      return seen.state === 'present' ? { ...seen, value: seen.value.metadata.name } : seen
    },
  }
}

function fixed(observation: Partial<Observation<string>>, more: Partial<Fact<string>> = {}): Fact<string> {
  return {
    name: 'fixed',
    rights: [],
    read: async ({ world }) => ({ at: world.clock.now(), took: 0, ...observation }) as Observation<string>,
    ...more,
  }
}

let ids = 900
function ask(
  name: string,
  fact: Fact<string>,
  evaluate: () => readonly Conclusion[] = () => [passed('well', {}, [])],
  level: Question['level'] = 'object',
) {
  const words = { well: { en: 'well', zh: '好' }, ill: { en: 'ill', zh: '坏' } }
  const text = { en: name, zh: name }
  return askCenter({ name, id: `TC-${(ids += 1)}`, group: 'setup', level, title: text, about: text, words, needs: { fact }, evaluate })
}

const worldOf = (): MemoryWorld => memoryWorld({ topology, routes: [] })
const look = async (world: MemoryWorld, questions: readonly Question[], more: Partial<VerifyRequest> = {}): Promise<Verification> =>
  await verify(world, { topology, questions, centers, probe: false, ...more })
const states = ({ outcomes }: Verification) => outcomes.map(({ check, center, state }) => `${check} ${center ?? 'all'} ${state}`)

describe('reading', () => {
  test('each fact is read once per center, whoever asks: questions and facts that stand on it', async () => {
    const reads: string[] = []
    const marker = configMap('tricenter-lab', reads)
    const upon: Fact<string> = { name: 'upon', rights: [], read: async (input, deadline) => await readThrough(marker, input, deadline) }
    const seen = await look(worldOf(), [ask('one', marker), ask('two', marker), ask('three', upon)])
    expect(reads.toSorted()).toEqual(centers.map((center) => `${center} tricenter-lab`))
    expect(seen.outcomes.map(({ state }) => state)).toEqual(Array<string>(9).fill('passed'))
  })

  test('a center that hangs costs its deadline once, whatever is asked of it, and the others nothing', async () => {
    const world = worldOf()
    world.cluster('zone-b').fault = { kind: 'blackholed' }
    const markers = Array.from({ length: 40 }, (_, i) => configMap(i === 0 ? 'tricenter-lab' : `map-${i}`))
    const upon: Fact<string> = {
      name: 'upon',
      rights: [],
      read: async (input, deadline) => {
        await readThrough(markers[0]!, input, deadline)
        return await configMap('tricenter-lab').read(input, deadline)
      },
    }
    const seen = await look(world, [...markers.map((fact) => ask(fact.name, fact)), ask('upon', upon)])
    expect(seen.took).toBe(topology.policy.deadlines.read)
    expect(seen.unread).toEqual([{ center: 'zone-b', why: 'no answer' }])
    expect(states(seen).filter((line) => line.startsWith('upon'))).toEqual([
      'upon zone-a passed',
      'upon zone-b inconclusive',
      'upon zone-c passed',
    ])
    expect(world.cluster('zone-b').reads).toEqual(['read /version'])
  })

  test('a center that falls silent after its first answer costs one more deadline', async () => {
    const world = worldOf()
    const silent = world.cluster('zone-b')
    const read = silent.read.bind(silent)
    silent.read = async (path, deadline) => {
      const seen = await read(path, deadline)
      silent.fault = { kind: 'blackholed' }
      return seen
    }
    const seen = await look(
      world,
      Array.from({ length: 60 }, (_, i) => ask(`q${i}`, configMap(`map-${i}`))),
    )
    expect(seen.took).toBe(topology.policy.deadlines.read)
    expect(silent.reads.filter((one) => one.startsWith('get')).length).toBe(8)
  })

  test('at most 8 requests are in flight per cluster, and a slow one is not taken for a silent one', async () => {
    const world = worldOf()
    let now = 0
    let most = 0
    const { clusters } = world
    const counted = new Map<string, Cluster>(
      [...clusters].map(([name, cluster]) => {
        cluster.fault = { kind: 'slow', ms: 1_000 }
        cluster.put({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x', namespace: 'kube-system' } })
        const get: Cluster['get'] = async (...args) => {
          if (name === 'zone-a') most = Math.max(most, (now += 1))
          try {
            return await cluster.get(...args)
          } finally {
            if (name === 'zone-a') now -= 1
          }
        }
        return [name, { ...cluster, get }]
      }),
    )
    const questions = Array.from({ length: 40 }, (_, i) => ask(`slow-${i}`, { ...configMap('x') }))
    const seen = await verify({ ...world, clusters: counted }, { topology, questions, centers: ['zone-a'], probe: false })
    expect(most).toBe(8)
    expect(seen.outcomes.every(({ state }) => state === 'passed')).toBe(true)
    expect(seen.took).toBe(6_000)
  })

  test('a center of which nothing was asked is not unread', async () => {
    const world = worldOf()
    world.cluster('zone-b').fault = { kind: 'blackholed' }
    const seen = await look(world, [ask('elsewhere', fixed({ state: 'present', value: 'x' }))])
    expect(seen).toMatchObject({ unread: [], took: 0 })
  })
})

describe('what is missing is inconclusive, with its reason', () => {
  test.each([
    { given: { state: 'absent' }, reason: 'fact-absent', facts: { fact: 'fixed' } },
    { given: { state: 'forbidden', why: 'no' }, reason: 'fact-forbidden', facts: { fact: 'fixed', why: 'no', rights: ['get configmaps'] } },
    { given: { state: 'unreachable', why: 'refused' }, reason: 'fact-unreachable', facts: { fact: 'fixed', why: 'refused' } },
    { given: { state: 'unknown', why: 'odd' }, reason: 'fact-unknown', facts: { fact: 'fixed', why: 'odd' } },
  ] as const)('$given.state: $reason', async ({ given, reason, facts }) => {
    const seen = await look(worldOf(), [ask('q', fixed(given, { rights }))], { centers: ['zone-a'] })
    expect(seen.outcomes).toMatchObject([
      {
        state: 'inconclusive',
        conclusions: [{ state: 'inconclusive', reason, facts, evidence: [{ source: 'fixed', value: given.state }] }],
      },
    ])
  })

  test('a fact that throws is unknown', async () => {
    const broken = fixed({}, { read: () => Promise.reject(new Error('broken fact')) })
    const seen = await look(worldOf(), [ask('q', broken)], { centers: ['zone-a'] })
    expect(seen.outcomes[0]?.conclusions).toMatchObject([{ state: 'inconclusive', reason: 'fact-unknown', facts: { why: 'broken fact' } }])
  })

  test('a question that throws concludes nothing but that, and the others go on', async () => {
    const fact = fixed({ state: 'present', value: 'x' })
    const thrower = ask('thrower', fact, () => {
      throw new Error('my bug')
    })
    const seen = await look(worldOf(), [thrower, ask('other', fact)], { centers: ['zone-a'] })
    expect(states(seen)).toEqual(['thrower zone-a inconclusive', 'other zone-a passed'])
    expect(seen.outcomes[0]?.conclusions).toMatchObject([{ reason: 'question-threw', facts: { why: 'my bug' } }])
  })
})

test('a fact that sends requests is read with --probe only', async () => {
  let sent = 0
  const sender = fixed(
    {},
    {
      sends: true,
      read: async ({ world }) => {
        sent += 1
        return { state: 'present', value: 'x', at: world.clock.now(), took: 1 }
      },
    },
  )
  const without = await look(worldOf(), [ask('sender', sender)])
  expect(without.outcomes).toMatchObject([{ state: 'skipped', conclusions: [{ reason: 'needs-probe' }] }])
  expect(sent).toBe(0)
  const probed = await look(worldOf(), [ask('sender', sender)], { probe: true })
  expect(probed.outcomes.map(({ state }) => state)).toEqual(['passed', 'passed', 'passed'])
  expect(sent).toBe(3)
})

test('a question about all centers sees every gap, and its conclusions go to the centers that they name', async () => {
  const world = worldOf()
  world.cluster('zone-b').fault = { kind: 'refused' }
  const words = { same: { en: 'same', zh: '相同' }, gap: { en: 'gap', zh: '缺' } }
  const text = { en: 'fleet', zh: '全部' }
  const fleet = askFleet({
    name: 'fleet',
    id: 'TC-899',
    group: 'routes',
    level: 'object',
    title: text,
    about: text,
    words,
    needs: { marker: configMap('tricenter-lab') },
    evaluate: ({ marker }) => [
      ...[...marker].flatMap(([center, seen]) => (seen.state === 'present' ? [] : [{ ...unsure('gap', {}, []), center }])),
      passed('same', {}, []),
    ],
  })
  expect(states(await look(world, [fleet]))).toEqual(['fleet zone-b inconclusive', 'fleet all passed'])
})

test('the first broken level of proof is told per center', async () => {
  const fact = fixed({ state: 'present', value: 'x' })
  const ill = (): readonly Conclusion[] => [failed('ill', {}, [])]
  const seen = await look(worldOf(), [ask('late', fact, ill, 'requests'), ask('early', fact, ill, 'conditions'), ask('well', fact)])
  expect(seen.firstBroken).toEqual({ 'zone-a': 'conditions', 'zone-b': 'conditions', 'zone-c': 'conditions' })
})

describe('--wait', () => {
  const patient = (world: MemoryWorld, wait: number, interrupt = new AbortController()) => {
    const seen: Verification[] = []
    const request = { topology, questions: [ask('x', configMap('x'))], centers: ['zone-a'], probe: false }
    return { seen, ended: verifyUntil(world, request, { wait, interrupt: interrupt.signal, again: (one) => seen.push(one) }) }
  }

  test('looks again until all is well', async () => {
    const world = worldOf()
    const { seen, ended } = patient(world, 60_000)
    void world.clock
      .sleep(5_000)
      .then(() => world.cluster('zone-a').put({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x', namespace: 'kube-system' } }))
    expect(states(await ended)).toEqual(['x zone-a passed'])
    expect(seen.length).toBe(3)
  })

  test('the last look counts when the time is over', async () => {
    const world = worldOf()
    const began = world.clock.monotonic()
    expect(states(await patient(world, 5_000).ended)).toEqual(['x zone-a inconclusive'])
    expect(world.clock.monotonic() - began).toBe(5_000)
  })

  test('an interrupt ends it at once', async () => {
    const interrupt = new AbortController()
    const world = worldOf()
    void world.clock.sleep(1_000).then(() => interrupt.abort('SIGINT'))
    const began = world.clock.monotonic()
    await patient(world, 60_000, interrupt).ended
    expect(world.clock.monotonic() - began).toBe(1_000)
  })
})
