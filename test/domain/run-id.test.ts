import { expect, test } from 'vitest'
import { isRunId, newRunId } from '../../src/domain/run-id.ts'

test('a run is named by its UTC minute and four characters of chance', () => {
  const numbers = [0, 0.5, 0.999, 0.25]
  expect(newRunId(Date.UTC(2026, 10, 20, 3, 15, 59), () => numbers.shift() ?? 0)).toBe('20261120-0315-as9i')
})

test('names sort by time', () => {
  const early = newRunId(Date.UTC(2026, 10, 20, 3, 15), () => 0.99)
  const late = newRunId(Date.UTC(2026, 10, 20, 3, 16), () => 0)
  expect(early < late).toBe(true)
})

test.each([
  ['20261120-0315-k3f9', true],
  ['..', false],
  ['a/b', false],
  ['', false],
  ['-x', false],
  ['A', false],
])('%j as a directory name: %s', (text, fits) => {
  expect(isRunId(text)).toBe(fits)
})
