import { expect, test } from 'vitest'
import { servingOf, servingWords, type ServingInput } from '../../src/domain/serving.ts'
import { sightings, topology, worldOf } from './world.ts'

const seen = { at: 0, took: 1 }
const workloads = (ready: number) =>
  sightings(worldOf([], { 'zone-b': { ready } })).find(({ center }) => center === 'zone-b')?.workloads ?? { state: 'absent', ...seen }
const gone = { state: 'unreachable', why: 'no answer', ...seen } as const
const input: ServingInput = {
  topology,
  center: 'zone-b',
  workloads: workloads(3),
  gateway: { state: 'present', value: { status: 503 }, ...seen },
}
const asked = (count: number, center: string, ok = true) => Array.from({ length: count }, () => ({ service: 'ai-service', ok, center }))

test.each([
  ['ready and answering with any status', {}, 'yes', 'ready'],
  [
    'named by one of its probes, whatever the others say',
    { probes: [...asked(19, 'zone-a', false), ...asked(1, 'zone-b')] },
    'yes',
    'named',
  ],
  ['with too few ready replicas', { workloads: workloads(0) }, 'no', 'not-ready'],
  ['whose gateway does not answer', { gateway: gone }, 'no', 'gateway-no-answer'],
  ['whose gateway could not be asked', { gateway: { state: 'unknown', why: 'no route', ...seen } as const }, 'unknown', 'gateway-unread'],
  ['whose API does not answer', { workloads: gone }, 'unknown', 'workloads-unread'],
  ['that 20 probes miss with half of the weight', { probes: asked(20, 'zone-a'), ownShares: { 'ai-service': 0.5 } }, 'no', 'not-named'],
  ['that 20 probes may miss by luck with a twentieth', { probes: asked(20, 'zone-a'), ownShares: { 'ai-service': 0.05 } }, 'yes', 'ready'],
  ['that is missed though its API does not answer', { workloads: gone, probes: asked(20, 'zone-a') }, 'no', 'not-named'],
] as const)('judges a center %s', (_, change, verdict, reason) => {
  expect(servingOf({ ...input, ...change })).toMatchObject({ verdict, reason })
  expect(servingWords).toHaveProperty(reason)
})
