import { expect, test } from 'vitest'
import { defaultWaves, waveMistakes } from '../../src/domain/waves.ts'
import { topology } from './world.ts'

const center = (name: string, region: string, role: 'active' | 'standby' = 'active') => ({
  name,
  region,
  role,
  context: name,
  entryShare: 0,
  gateway: `http://${name}`,
})

test('deploys to the remote center first, then to one home center after the other', () => {
  expect(defaultWaves(topology)).toEqual([['zone-c'], ['zone-a'], ['zone-b']])
})

test('takes the first region for home where every region is active', () => {
  const world = { regions: ['north', 'south'], centers: [center('n1', 'north'), center('s1', 'south'), center('s2', 'south')] }
  expect(defaultWaves(world)).toEqual([['s1'], ['s2'], ['n1']])
})

test('takes remote centers of different regions at once, of one region never', () => {
  const centers = [center('h', 'home'), center('r1', 'far', 'standby'), center('r2', 'far', 'standby'), center('q', 'other', 'standby')]
  expect(defaultWaves({ regions: ['home', 'far', 'other'], centers })).toEqual([['r1', 'q'], ['r2'], ['h']])
})

test('has no mistake in its own default', () => {
  expect(waveMistakes(defaultWaves(topology), topology, ['zone-a', 'zone-b', 'zone-c'])).toEqual([])
})

test.each([
  { waves: [['zone-c'], ['zone-a', 'zone-b']], kinds: ['one-region'] },
  { waves: [['zone-a'], ['zone-c'], ['zone-b']], kinds: ['home-before-remote'] },
  { waves: [['zone-c'], ['zone-a']], kinds: ['missing'] },
  { waves: [['zone-c'], ['zone-a'], ['zone-b'], ['zone-a']], kinds: ['twice'] },
  { waves: [['zone-c', 'zone-a'], ['zone-b']], kinds: [] },
])('finds $kinds in $waves', ({ waves, kinds }) => {
  expect(waveMistakes(waves, topology, ['zone-a', 'zone-b', 'zone-c']).map(({ kind }) => kind)).toEqual(kinds)
})
