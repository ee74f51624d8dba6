import { expect, test } from 'vitest'
import { normalOf, situationInForce, spellSituation, targetSplit } from '../../src/domain/situation.ts'
import type { Topology, Weights } from '../../src/domain/topology.ts'
import { httpRoute } from '../../src/gateways/http-route.ts'
import { backend, idOf, marked, route, rule, sightings, topology, worldOf } from './world.ts'

test.each([
  [[], 'normal'],
  [['zone-a'], 'zone-a'],
  [['zone-c'], 'zone-c'],
  [['zone-b', 'zone-a'], 'beijing'],
  [['zone-c', 'zone-a'], 'zone-a,zone-c'],
  [['zone-c', 'zone-b', 'zone-a'], 'zone-a,zone-b,zone-c'],
])('spells %j as %s', (out, text) => {
  expect(spellSituation(topology, out)).toBe(text)
})

const without = (policy: Partial<Topology['policy']>): Topology => ({ ...topology, policy: { ...topology.policy, ...policy } })
const home = { 'zone-a': 50, 'zone-b': 50 }
const ratio = (weights: Weights | undefined) => {
  const sum = Object.values(weights ?? {}).reduce((a, b) => a + b, 0)
  return (
    weights &&
    Object.fromEntries(Object.entries(weights).flatMap(([center, weight]) => (weight > 0 ? [[center, (100 * weight) / sum]] : [])))
  )
}
test.each([
  ['the policy, for a rule in its ratio', topology, { 'zone-a': 1, 'zone-b': 1 }, ['zone-a'], { 'zone-b': 100 }],
  ['the policy of the whole region', topology, home, ['zone-a', 'zone-b'], { 'zone-c': 100 }],
  ['the same region, without an entry', without({ without: [] }), home, ['zone-a'], { 'zone-b': 100 }],
  ['the remote, where nobody is left in the region', without({ without: [] }), home, ['zone-a', 'zone-b'], { 'zone-c': 100 }],
  [
    'each region by itself, without an entry',
    without({ without: [], normal: { 'zone-a': 40, 'zone-b': 40, 'zone-c': 20 } }),
    { 'zone-a': 2, 'zone-b': 2, 'zone-c': 1 },
    ['zone-a'],
    { 'zone-b': 80, 'zone-c': 20 },
  ],
  [
    'survivors in the proportion of an own split',
    topology,
    { 'zone-a': 60, 'zone-b': 10, 'zone-c': 30 },
    ['zone-a'],
    { 'zone-b': 25, 'zone-c': 75 },
  ],
  ['the policy, where an own split has no survivor', topology, { 'zone-a': 100 }, ['zone-a'], { 'zone-b': 100 }],
  ['the other region by its normal weights, for a remote rule', topology, { 'zone-c': 1 }, ['zone-c'], { 'zone-a': 50, 'zone-b': 50 }],
  ['the normal weights, when nobody is out', topology, { 'zone-a': 70, 'zone-b': 30 }, [], { 'zone-a': 70, 'zone-b': 30 }],
  [
    'an entry without the weights that it gives to the lost',
    without({ without: [{ centers: ['zone-a'], weights: { 'zone-a': 90, 'zone-c': 10 } }] }),
    home,
    ['zone-a'],
    { 'zone-c': 100 },
  ],
])('gives %s', (_, of, normal, out, expected) => {
  expect(ratio(targetSplit(of, normal, out))).toEqual(expected)
})

test('falls back to capacity where the normal weights of the survivors say nothing', () => {
  const capacities = [100, 300, 600]
  const of = {
    ...without({ without: [], normal: { 'zone-c': 1 } }),
    centers: topology.centers.map((center, i) => ({ ...center, capacity: capacities[i] ?? 0 })),
  }
  expect(ratio(targetSplit(of, { 'zone-c': 1 }, ['zone-c']))).toEqual({ 'zone-a': 25, 'zone-b': 75 })
})

test('has no split when everything is lost', () => {
  expect(targetSplit(topology, home, ['zone-a', 'zone-b', 'zone-c'])).toBeUndefined()
})

const object = route('r', [rule('/x', { 'zone-a': 50, 'zone-b': null })])
const out = (seq: number, more = {}) => marked(object, { seq, run: `run-${seq}`, situation: ['zone-a'], ...more })

test('takes the highest seq of all clusters for the truth, and older ones for behind', () => {
  const world = worldOf([out(3)], { 'zone-b': { objects: [out(2)] }, 'zone-c': { objects: [object], unread: true } })
  expect(situationInForce(topology, sightings(world))).toEqual({
    out: ['zone-a'],
    seq: 3,
    run: 'run-3',
    verb: 'failover',
    split: false,
    behind: ['zone-b'],
    unread: ['zone-c'],
  })
})

test('does not call a cluster behind that names none of the centers', () => {
  const other = route('o', [{ backendRefs: [backend('zone-c')] }])
  expect(situationInForce(topology, sightings(worldOf([out(3)], { 'zone-c': { objects: [other] } }))).behind).toEqual([])
})

test('knows nothing and calls it normal where there is no mark', () => {
  expect(situationInForce(topology, sightings(worldOf([object])))).toEqual({ out: [], seq: 0, split: false, behind: [], unread: [] })
})

test('counts a center as out until its return has arrived', () => {
  const returning = { was: ['zone-a'], situation: [], progress: 25, until: 9 }
  expect(situationInForce(topology, sightings(worldOf([out(4, returning)])))).toMatchObject({ out: ['zone-a'], progress: 25, until: 9 })
})

test('joins the situations of two operators in the dark', () => {
  const world = worldOf([out(2)], { 'zone-c': { objects: [marked(object, { seq: 2, run: 'other', situation: ['zone-b'] })] } })
  expect(situationInForce(topology, sightings(world))).toMatchObject({ out: ['zone-a', 'zone-b'], split: true })
})

test('takes normal from the mark while the object is away, else from what is written', () => {
  const found = httpRoute.toRoute(object, 'zone-a', topology).rules[0]
  const normal = { '/x': { [idOf('zone-a')]: 7 } }
  if (found === undefined) throw new Error('no rule')
  const mark = { seq: 1, run: 'r', verb: 'failover', uid: 'u', was: [], situation: ['zone-a'], normal, set: {} } as const
  expect(normalOf(found, mark)).toEqual(normal['/x'])
  const standing = { [idOf('zone-a')]: 50, [idOf('zone-b')]: 'absent' }
  expect(normalOf(found, { ...mark, situation: [] })).toEqual(standing)
  expect(normalOf(found, undefined)).toEqual(standing)
})
