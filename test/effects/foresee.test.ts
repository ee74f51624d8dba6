import { expect, test } from 'vitest'
import { foresee } from '../../src/effects/foresee.ts'
import { prepareWeights } from '../../src/effects/patch.ts'
import { httpRoute } from '../../src/gateways/http-route.ts'
import { plan, route, rule, situation, topology, worldOf } from '../domain/world.ts'

const object = route('r', [rule('/x', { 'zone-a': 50, 'zone-b': 50 }), rule('/y', { 'zone-a': 1, 'zone-b': 1 })])
const [intent] = plan(worldOf([object]), { goal: situation([], ['zone-a']) }).intents
if (intent === undefined) throw new Error('nothing to do')
const change = prepareWeights(intent, httpRoute.toRoute(object, intent.center, topology), topology, 'c1')

test('sees a sound patch arrive, and leaves the object as it was', () => {
  const before = structuredClone(object)
  expect(foresee(change, object)).toBe('after')
  expect(object).toEqual(before)
})

test.each([
  [
    'writes to another rule',
    change.patch.map((one) => ('value' in one && one.op === 'replace' ? { ...one, path: one.path.replace('/0/', '/1/') } : one)),
  ],
  ['misses a rule', change.patch.filter(({ op }, i) => op !== 'replace' || i === change.patch.findIndex((one) => one.op === 'replace'))],
  ['tests something else', [{ op: 'test' as const, path: '/spec/rules/0/matches', value: [] }, ...change.patch]],
  ['points nowhere', [...change.patch, { op: 'remove' as const, path: '/spec/rules/7' }]],
])('sees that a patch %s', (_, patch) => {
  expect(foresee({ ...change, patch }, object)).not.toBe('after')
})
