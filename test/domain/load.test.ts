import fc from 'fast-check'
import { expect, test } from 'vitest'
import { capacityNow, loadsOf, mostMeasured, type LoadSample } from '../../src/domain/load.ts'
import { centers, sightings, topology, worldOf } from './world.ts'

const moved = (cluster: string, service = 'ai-service') => ({
  cluster,
  service,
  before: { 'zone-a': 0.5, 'zone-b': 0.5 },
  after: { 'zone-b': 1 },
})
const load = (rules: Parameters<typeof loadsOf>[1]) => Object.fromEntries(loadsOf(topology, rules).map((one) => [one.center, one.load]))

test('counts the worse of old and new in each cluster, by entry share and demand', () => {
  expect(load(['zone-a', 'zone-b', 'zone-c'].map((cluster) => moved(cluster)))).toEqual({ 'zone-a': 400, 'zone-b': 800, 'zone-c': 0 })
})

test('counts a cluster that was not read as its worst sister', () => {
  expect(load([moved('zone-b')])['zone-b']).toBe(800)
})

test('counts the worst rule, for nobody knows which one a request meets', () => {
  const split = { cluster: 'zone-a', service: 'ai-service', before: {}, after: { 'zone-a': 0.7, 'zone-b': 0.3 } }
  expect(load([split, { ...split, cluster: 'zone-b' }, moved('zone-b')])['zone-b']).toBe(0.5 * 800 * 0.3 + 0.5 * 800)
})

test('is never less than what any mixture of written and unwritten clusters carries', () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true })
  const rule = fc.record({
    service: fc.constant('ai-service'),
    before: fc.record({ 'zone-b': share }),
    after: fc.record({ 'zone-b': share }),
  })
  fc.assert(
    fc.property(fc.tuple(rule, rule, rule), fc.subarray([...centers]), (rules, done) => {
      const placed = rules.map((one, i) => ({ ...one, cluster: centers[i] ?? '' }))
      const entry = (cluster: string) => (topology.centers.find(({ name }) => name === cluster)?.entryShare ?? 0) / 100
      const carried = placed.reduce(
        (sum, { cluster, before, after }) =>
          sum + entry(cluster) * 800 * ((done as readonly string[]).includes(cluster) ? after : before)['zone-b'],
        0,
      )
      expect(load(placed)['zone-b']).toBeGreaterThanOrEqual(carried - 0.06)
    }),
  )
})

test.each([
  [10, 1200],
  [5, 600],
  [0, 0],
  [12, 1200],
])('scales capacity with %i of 10 replicas ready to %i', (ready, capacity) => {
  const seen = sightings(worldOf([], { 'zone-b': { ready } })).find(({ center }) => center === 'zone-b')
  expect(capacityNow(topology, 'zone-b', seen)).toBe(capacity)
})

const everywhere = centers.map((cluster) => moved(cluster))
const sample = (center: string, qps: number, moment = 0): LoadSample => ({ center, qps, moment, sampledAt: moment - 1_000 })

test('counts what was measured beyond all declared demand, by the worst share, and says that it was measured and when', () => {
  expect(loadsOf(topology, everywhere, { total: 1_001, age: 3_000, partial: false })).toMatchObject([
    { center: 'zone-a', load: 500, source: 'measured', age: 3_000 },
    { center: 'zone-b', load: 1_000, source: 'measured' },
    { center: 'zone-c', load: 0 },
  ])
})

test('counts the declared demand where less was measured, and does not say measured', () => {
  const [a] = loadsOf(topology, everywhere, { total: 30, age: 0, partial: false })
  expect(a).toEqual({ center: 'zone-a', load: 400, capacity: 1200, source: 'declared' })
})

test.each([
  { name: 'now', samples: [sample('zone-a', 500), sample('zone-b', 400)], total: 900, partial: false, age: 1_000 },
  {
    name: 'before, where it has fallen since',
    samples: [sample('zone-a', 0), sample('zone-b', 40), sample('zone-a', 500, -60_000), sample('zone-b', 400, -60_000)],
    total: 900,
    partial: false,
    age: 61_000,
  },
  { name: 'the one gateway that was measured', samples: [sample('zone-b', 400)], total: 400, partial: true, age: 1_000 },
  {
    name: 'after the clients of the lost have moved',
    samples: [sample('zone-b', 950), sample('zone-a', 500, -60_000), sample('zone-b', 400, -60_000)],
    total: 950,
    partial: true,
    age: 1_000,
  },
])('takes the most that was measured at one moment: $name', ({ samples, total, partial, age }) => {
  expect(mostMeasured(topology, samples, 0)).toEqual({ total, partial, age })
})

test('nothing measured is nothing known', () => {
  expect(mostMeasured(topology, [], 0)).toBeUndefined()
})

test('a load that falls during an outage never flatters: no center counts with less than before it, nor than with what is declared', () => {
  const rate = fc.double({ min: 0, max: 5_000, noNaN: true })
  fc.assert(
    fc.property(
      fc.array(rate, { minLength: 2, maxLength: 2 }),
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 2, maxLength: 2 }),
      (before, left) => {
        const then = [sample('zone-a', before[0] ?? 0, -60_000), sample('zone-b', before[1] ?? 0, -60_000)]
        const now = [sample('zone-a', (before[0] ?? 0) * (left[0] ?? 0)), sample('zone-b', (before[1] ?? 0) * (left[1] ?? 0))]
        const loads = (samples: readonly LoadSample[]) =>
          loadsOf(topology, everywhere, mostMeasured(topology, samples, 0)).map((one) => one.load)
        const outage = loads([...then, ...now])
        for (const [i, load] of loads(then).entries()) expect(outage[i]).toBeGreaterThanOrEqual(load)
        for (const [i, load] of loads([]).entries()) expect(outage[i]).toBeGreaterThanOrEqual(load)
      },
    ),
  )
})
