import fc from 'fast-check'
import { expect, test } from 'vitest'
import { capacityNow, loadsOf } from '../../src/domain/load.ts'
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
