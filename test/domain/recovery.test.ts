import fc from 'fast-check'
import { expect, test } from 'vitest'
import { recoveryOf, type RecoveryInput } from '../../src/domain/recovery.ts'
import { wilson } from '../../src/domain/wilson.ts'

/** 20 requests a second through each gateway; `bad` says which fail. */
function requests(seconds: number, bad: (at: number) => boolean, gateway = 'b') {
  return Array.from({ length: seconds * 20 }, (_, i) => ({ gateway, startedAt: i * 50, ok: !bad(i * 50) }))
}
const outage = (from: number, to: number) => (at: number) => at >= from && at < to
const input: RecoveryInput = {
  requests: requests(20, outage(2000, 9000)),
  through: ['b'],
  times: { faultAt: 1500, decidedAt: 6000, confirmedAt: 6500, appliedAt: 7000 },
  until: 20_000,
  hold: 5000,
  holdRequests: 100,
  errorLimit: 0.01,
  resolution: 50,
  target: 30_000,
}

test('counts from the first failed request after the fault to the start of the first good hold, in parts', () => {
  expect(recoveryOf(input)).toEqual({
    recovered: true,
    start: 'fault',
    total: 7000,
    detect: 4000,
    decide: 500,
    apply: 500,
    prove: 2000,
    resolution: 50,
    target: 30_000,
    withinTarget: true,
    through: ['b'],
    failedBefore: 100,
    failedAfter: 40,
  })
})

test('starts where a person said, and judges the target', () => {
  expect(recoveryOf({ ...input, times: { saidAt: 1000 }, target: 7000 })).toMatchObject({
    start: 'since',
    total: 8000,
    withinTarget: false,
  })
})

test('says at least, and judges no target, where the start is its own first failed probe', () => {
  const found = recoveryOf({ ...input, times: { decidedAt: 6000 } })
  expect(found).toMatchObject({ start: 'probe', total: 7000 })
  expect(found).not.toHaveProperty('withinTarget')
})

test('leaves requests through lost gateways out', () => {
  const lost = requests(20, () => true, 'a')
  expect(recoveryOf({ ...input, requests: [...lost, ...input.requests] })).toEqual(recoveryOf(input))
})

test.each([
  ['nothing was measured', [], 20_000],
  ['the hold is not over', input.requests, 13_000],
  ['there are too few requests', requests(20, outage(2000, 9000)).filter((_, i) => i % 10 === 0), 20_000],
  ['it fails all the time', requests(20, () => true), 20_000],
  ['every tenth request fails', requests(20, (at) => at % 500 === 0), 20_000],
])('has not recovered when %s', (_, some, until) => {
  const found = recoveryOf({ ...input, requests: some, until })
  expect(found.recovered).toBe(false)
  expect(found).not.toHaveProperty('total')
})

test('has recovered, with no start and no total, where no request failed', () => {
  expect(recoveryOf({ ...input, requests: requests(20, () => false) })).toMatchObject({ recovered: true, start: 'none', failedBefore: 0 })
})

test('does not begin a hold with a failure in its first second', () => {
  const blip = (at: number) => outage(2000, 9000)(at) || at === 9500
  expect(recoveryOf({ ...input, requests: requests(30, blip), until: 30_000 }).total).toBe(9550 - 2000)
})

test('forgives, later in a hold, what is below the limit', () => {
  const blip = (at: number) => outage(2000, 9000)(at) || at === 11_000
  const limit = { ...input, requests: requests(30, blip), until: 30_000 }
  expect(recoveryOf({ ...limit, errorLimit: 0.02 }).total).toBe(7000)
  expect(recoveryOf({ ...limit, errorLimit: 0.005 }).total).toBe(9050)
})

test('knows that the target was missed before it has recovered', () => {
  expect(recoveryOf({ ...input, requests: requests(20, outage(2000, 99_000)), target: 10_000 })).toMatchObject({
    recovered: false,
    withinTarget: false,
  })
})

test('does not depend on the order in which answers came', () => {
  fc.assert(
    fc.property(fc.shuffledSubarray(input.requests.slice(), { minLength: input.requests.length }), (shuffled) => {
      expect(recoveryOf({ ...input, requests: shuffled })).toEqual(recoveryOf(input))
    }),
    { numRuns: 10 },
  )
})

test('gives the Wilson interval of a share', () => {
  expect(wilson(50, 100).low).toBeCloseTo(0.4038, 4)
  expect(wilson(50, 100).high).toBeCloseTo(0.5962, 4)
  expect(wilson(0, 100).low).toBe(0)
  expect(wilson(0, 100).high).toBeCloseTo(0.037, 3)
  expect(wilson(0, 0)).toEqual({ low: 0, high: 1 })
})
