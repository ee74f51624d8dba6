import fc from 'fast-check'
import { expect, test } from 'vitest'
import { didYouMean, editDistance, withMeant } from '../../src/documents/did-you-mean.ts'

test.each([
  ['wieght', 'weight', 1],
  ['kitten', 'sitting', 3],
  ['', 'abc', 3],
  ['ca', 'abc', 3],
  ['same', 'same', 0],
])('counts the edits from %j to %j: %d', (a, b, edits) => {
  expect(editDistance(a, b)).toBe(edits)
})

test('counts the same edits both ways, and none only for the same word', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 8 }), fc.string({ maxLength: 8 }), (a, b) => {
      expect(editDistance(a, b)).toBe(editDistance(b, a))
      expect(editDistance(a, b) === 0).toBe(a === b)
    }),
  )
})

test.each([
  ['wieght', ['weight', 'height', 'region'], 'weight'],
  ['GATEWAY', ['gateway', 'context'], 'gateway'],
  ['zone-d', ['zone-a', 'zone-b'], undefined],
  ['xyz', ['weight', 'region'], undefined],
  ['a', ['b'], undefined],
  ['doo', ['do', 'gate'], 'do'],
  ['x'.repeat(5_000), ['x'], undefined],
])('takes %s for one of %j: %s', (word, known, meant) => {
  expect(didYouMean(word, known)).toBe(meant)
})

test('adds a question only where it has an answer', () => {
  expect(withMeant('unknown key', 'wieght', ['weight'])).toBe('unknown key. Did you mean weight?')
  expect(withMeant('unknown key', 'other', ['weight'])).toBe('unknown key')
})
