import fc from 'fast-check'
import { expect, test } from 'vitest'
import { apportion } from '../../src/domain/apportion.ts'

test.each([
  { total: 100, shares: [1, 1, 1], parts: [34, 33, 33] },
  { total: 2, shares: [1, 3, 10], parts: [0, 1, 1] },
  { total: 7, shares: [0, 5], parts: [0, 7] },
  { total: 5, shares: [0, 0], parts: [0, 0] },
  { total: 1_000_000, shares: [4_503_599_627_370_495, 4_503_599_627_370_496], parts: [500_000, 500_000] },
])('splits $total in the ratio $shares into $parts', ({ total, shares, parts }) => {
  expect(apportion(total, shares)).toEqual(parts)
})

test('keeps the total, is never a whole unit off, and gives nothing where the share is nothing', () => {
  fc.assert(
    fc.property(fc.nat(1_000_000), fc.array(fc.nat(1_000_000), { minLength: 1, maxLength: 16 }), (total, shares) => {
      const parts = apportion(total, shares)
      const sum = shares.reduce((a, b) => a + b, 0)
      expect(parts.reduce((a, b) => a + b, 0)).toBe(sum > 0 ? total : 0)
      for (const [i, share] of shares.entries()) {
        if (sum > 0) expect(Math.abs((parts[i] ?? 0) - (total * share) / sum)).toBeLessThan(1)
        if (share === 0) expect(parts[i]).toBe(0)
      }
    }),
  )
})
