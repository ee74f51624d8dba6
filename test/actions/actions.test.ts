import { expect, test } from 'vitest'
import { actions } from '../../src/actions/index.ts'

/** What a runbook may write under `with:`, and what it may not. */
test.each<[string, unknown, boolean]>([
  ['bring-in-line', { centers: ['zone-a'] }, true],
  ['bring-in-line', { centers: [] }, false],
  ['clear-marks', {}, true],
  ['end-fault', { centers: ['zone-a'], kind: 'scale' }, true],
  ['end-fault', { centers: ['zone-a'], kind: 'fire' }, false],
  ['inject-fault', { centers: ['zone-a'], kind: 'lost' }, true],
  ['inject-fault', { centers: ['zone-a'] }, false],
  ['rehearse', { out: ['zone-a'] }, true],
  ['rehearse', { out: [] }, false],
  ['return-weights', { back: ['zone-a'] }, true],
  ['return-weights', {}, false],
  ['set-shares', { shares: { 'zone-a': 70, 'zone-b': 30 } }, true],
  ['set-shares', { shares: { 'zone-a': 70.5 } }, false],
  ['set-shares', { shares: { 'zone-a': -1 } }, false],
  ['shift-weights', { out: ['zone-a', 'zone-b'] }, true],
  ['shift-weights', { out: 'zone-a' }, false],
  ['take-back', { verb: 'failover' }, true],
  ['take-back', { was: [] }, false],
])('%s takes %o: %o', (name, input, good) => {
  expect(actions.find((one) => one.name === name)?.input.accepts(input)).toBe(good)
})

test('every action has been asked', () => {
  expect(actions.map(({ name }) => name)).toEqual(actions.map(({ name }) => name).sort())
})
