import fc from 'fast-check'
import { expect, test } from 'vitest'
import { latencyHistogram } from '../../src/load/latency-histogram.ts'

function recorded(values: readonly number[]) {
  const histogram = latencyHistogram()
  for (const value of values) histogram.record(value)
  return histogram
}

/** Nearest rank: the smallest value that this share of all does not exceed. */
function exact(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.max(1, Math.ceil(share * sorted.length)) - 1] ?? 0
}

test('a percentile is that of the sorted latencies, rounded up by less than 1 % and 1 µs, and never above the slowest', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0, max: 120_000, noNaN: true }), { minLength: 1, maxLength: 400 }),
      fc.constantFrom(0.01, 0.5, 0.9, 0.99, 0.999, 1),
      (values, share) => {
        const histogram = recorded(values)
        const [want, got] = [exact(values, share), histogram.percentile(share)]
        expect(got).toBeGreaterThanOrEqual(want)
        expect(got).toBeLessThanOrEqual(want * 1.01 + 0.001)
        expect(got).toBeLessThanOrEqual(Math.max(...values))
        expect(histogram.count).toBe(values.length)
        expect(histogram.max).toBe(Math.max(...values))
      },
    ),
  )
})

test('higher percentiles are never lower', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 10_000, noNaN: true }), { minLength: 1 }), (values) => {
      const histogram = recorded(values)
      const seen = [0.5, 0.9, 0.99, 0.999, 1].map((share) => histogram.percentile(share))
      expect(seen).toEqual(seen.toSorted((a, b) => a - b))
    }),
  )
})

test('nothing recorded is 0 of 0', () => {
  const histogram = latencyHistogram()
  expect([histogram.count, histogram.max, histogram.percentile(0.99)]).toEqual([0, 0, 0])
})
