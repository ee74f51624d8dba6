import { expect, test } from 'vitest'
import { roundRobin } from '../../../src/lab/gateway/round-robin.ts'

test.each([
  { weights: [50, 50], turns: 100, counts: [50, 50] },
  { weights: [1, 1], turns: 7, counts: [4, 3] },
  { weights: [70, 20, 10], turns: 100, counts: [70, 20, 10] },
  { weights: [0, 100], turns: 100, counts: [0, 100] },
  { weights: [50, 50, 0], turns: 100, counts: [50, 50, 0] },
])('gives $counts of $turns turns to the weights $weights', ({ weights, turns, counts }) => {
  const turn = roundRobin(weights)
  const taken = weights.map(() => 0)
  for (let i = 0; i < turns; i++) taken[turn()!]!++
  expect(taken).toEqual(counts)
})

test('mixes as well as the weights allow: three to one is never four in a row', () => {
  const turn = roundRobin([3, 1])
  const text = Array.from({ length: 40 }, () => turn()).join('')
  expect(text).toBe('0010'.repeat(10))
})

test.each([[[]], [[0]], [[0, 0]]])('takes nobody where the weights are %j', (weights) => {
  expect(roundRobin(weights)()).toBeUndefined()
})
