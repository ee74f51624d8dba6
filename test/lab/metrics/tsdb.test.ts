import { expect, test } from 'vitest'
import { openTsdb } from '../../../src/lab/metrics/tsdb.ts'
import { named } from '../promql/series.ts'

const x = { __name__: 'x', zone: 'a' }

test('keeps samples in the order of time, and leaves out what is not newer', () => {
  const tsdb = openTsdb({ most: 100 })
  for (const [time, value] of [
    [10, 1],
    [20, 2],
    [20, 3],
    [15, 4],
    [30, 5],
  ] as const)
    tsdb.append(x, time, value)
  expect(tsdb.select(named('x'))[0]!.window(-1, 99)).toEqual({ times: [10, 20, 30], values: [1, 2, 5] })
  expect(tsdb.size).toBe(3)
})

test('a marker ends a series until its next sample, and is no sample; a second one is not kept', () => {
  const tsdb = openTsdb({ most: 100 })
  tsdb.append(x, 5, undefined)
  expect(tsdb.size).toBe(0)
  for (const [time, value] of [
    [10, 1],
    [20, undefined],
    [25, undefined],
    [30, 3],
  ] as const)
    tsdb.append(x, time, value)
  const [series] = tsdb.select(named('x'))
  expect([10, 19, 20, 29, 30].map((at) => series!.latest(at, 1000)?.value)).toEqual([1, 1, undefined, undefined, 3])
  expect(series!.window(0, 99).values).toEqual([1, 3])
  expect(tsdb.size).toBe(3)
})

test('labels in another order, and empty ones, are the same series', () => {
  const tsdb = openTsdb({ most: 100 })
  tsdb.append({ __name__: 'x', a: '1', b: '2' }, 1, 1)
  tsdb.append({ b: '2', a: '1', __name__: 'x', c: '' }, 2, 2)
  expect(tsdb.select(named('x')).length).toBe(1)
})

test('never holds more than it may: the oldest go first, and series with nothing left go too', () => {
  const tsdb = openTsdb({ most: 1000 })
  tsdb.append({ __name__: 'old' }, 0, 1)
  let largest = 0
  for (let time = 1; time < 20_000; time++) {
    tsdb.append({ __name__: 'x', zone: time % 2 === 0 ? 'a' : 'b' }, time, time)
    largest = Math.max(largest, tsdb.size)
  }
  expect(largest).toBeLessThanOrEqual(1001)
  expect(tsdb.size).toBeGreaterThan(700)
  expect(tsdb.select(named('old'))).toEqual([])
  expect(tsdb.series([], 0, Infinity).length).toBe(2)
  const { times, values } = tsdb.select(named('x'))[0]!.window(0, Infinity)
  expect(values).toEqual(times)
  expect(times.at(-1)).toBeGreaterThan(19_997)
})
