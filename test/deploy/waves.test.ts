import { expect, test } from 'vitest'
import { chosenWaves } from '../../src/deploy/waves.ts'
import type { Deploy } from '../../src/domain/deploy.ts'
import { topology } from '../domain/world.ts'

const release = { name: 'gateway', namespace: 'higress-system', values: [] }
const deploy: Deploy = {
  chart: { path: '/chart' },
  values: [],
  releases: { 'zone-a': release, 'zone-b': release, 'zone-c': release },
  waves: [['zone-c'], ['zone-b'], ['zone-a']],
  drain: false,
  hold: 30_000,
  timeout: 600_000,
}

test.each([
  { choice: {}, waves: [['zone-c'], ['zone-b'], ['zone-a']] },
  { choice: { wave: 2 }, waves: [['zone-b']] },
  { choice: { centers: ['zone-a', 'zone-c'] }, waves: [['zone-c'], ['zone-a']] },
  { choice: { centers: ['zone-a'], wave: 1 }, waves: [] },
])('goes through $waves for $choice', ({ choice, waves }) => {
  expect(chosenWaves(topology, deploy, choice)).toEqual({ waves })
})

test('names the wave that does not exist, and the center without a release', () => {
  expect(chosenWaves(topology, deploy, { wave: 4 })).toEqual({ refused: { kind: 'no-such-wave', wave: 4, waves: 3 } })
  const { 'zone-c': _, ...releases } = deploy.releases
  expect(chosenWaves(topology, { ...deploy, releases }, { centers: ['zone-c'] })).toEqual({
    refused: { kind: 'no-release', center: 'zone-c' },
  })
})
