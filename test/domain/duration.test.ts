import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatDuration, parseDuration } from '../../src/domain/duration.ts'

test.each([
  ['5s', 5_000],
  ['500ms', 500],
  ['1m30s', 90_000],
  ['1.5s', 1_500],
  ['0.001s', 1],
  ['2h', 7_200_000],
  ['1h0m1s1ms', 3_601_001],
  ['0s', 0],
])('reads %s as %d ms', (text, ms) => {
  expect(parseDuration(text)).toBe(ms)
})

test.each(['', '5', '5 s', '-5s', 's', 'ms', '30s1m', '5s5s', '1.5m', '.5s', '1.0001s', '5S', '1d', '5s ', '99999999999999999s', '٣s'])(
  'does not read %j',
  (text) => {
    expect(parseDuration(text)).toBeUndefined()
  },
)

test.each([
  [0, '0s'],
  [1, '1ms'],
  [999, '999ms'],
  [1_000, '1s'],
  [1_500, '1.5s'],
  [60_000, '1m'],
  [90_000, '1m30s'],
  [90_250, '1m30.25s'],
  [3_600_000, '1h'],
])('writes %d ms as %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text)
})

test('reads back whatever it wrote', () => {
  fc.assert(fc.property(fc.nat(10_000_000_000), (ms) => parseDuration(formatDuration(ms)) === ms))
})
